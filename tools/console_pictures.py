"""Pictures of the console's screens, light and dark: of a new server, and of a shop with a bot in use; made by
`./dev screenshots console`."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, expect

from console.conftest import EMAIL, PASSWORD
from console.shop import Shop, crm, desk, shop_in

Look = Literal["light", "dark"]
LOOKS: tuple[Look, ...] = ("light", "dark")
LONG = "Wherefore-does-nobody-ever-put-a-space-into-what-they-write-" * 6
HOSTILE = f"<img src=x onerror=alert(1)> \"'>{LONG} \u202egnirts a si siht\u202c"

TALKER = "talks-too-much-with-a-name-much-too-long-for-any-list-of-bots"


@dataclass(frozen=True)
class Screen:
    """A screen: its path below /console, what is done on it first, and how wide the window is."""

    name: str
    path: str
    before: Callable[[Page], None] = lambda page: None
    width: int = 1400


def pictures(browser: Browser, folder: Path, names: list[str]) -> None:
    """Make the pictures of the screens with these names, or all of them, as `console-<name>-<look>.png`."""
    with TemporaryDirectory() as made, shop_in(Path(made)) as shop:
        contexts = {look: opened(browser, look) for look in LOOKS}
        for screen in screens(shop):
            for look in LOOKS:
                if not names or screen.name in names:
                    take(contexts[look], shop, screen, folder / f"console-{screen.name}-{look}.png")


def screens(shop: Shop) -> Iterator[Screen]:
    """Give the screens while there is nothing on them, then let things happen, and give the rest."""
    for name, path in (
        ("interactions", "/interactions"),
        ("deliveries", "/deliveries"),
        ("targets", "/deliveries?tab=targets"),
        ("funnel", "/bots/parcel-desk/funnel"),
    ):
        yield Screen(f"{name}-empty", path)
    crm(shop)
    shop.visitor("Track it", "no idea", "br-10427")
    shop.visitor("Goodbye")
    shop.visitor("Track it", "what?", "hm?")
    shop.endpoint.status = 500
    for _ in range(5):
        failed = shop.visitor("Track it", "BR-500")
    shop.settled()
    delivery = shop.author.call("GET", "/deliveries")["deliveries"][0]["id"]
    shop.endpoint.answer = [{"name": "status", "data": HOSTILE}, {"name": "fullname", "data": HOSTILE}]
    shop.endpoint.status = 200
    shop.publish(desk(shop.endpoint.address, TALKER))
    hostile = shop.visitor(HOSTILE, "Track it", HOSTILE, "BR-1", bot=TALKER)
    shop.visitor("Track it")
    guest = {"name": f"Grace {LONG[:70]}", "email": f"{LONG[:50]}@example.com", "role": "agent"}
    shop.author.call("POST", "/people", guest)
    shop.author.call("POST", "/api-keys", {"name": "Nightly report", "scopes": ["interactions:read"]})
    whole = f"/interactions/{failed.uuid}"
    yield Screen("bots-in-use", "/")
    yield Screen("install", "/bots/parcel-desk/install")
    yield Screen("funnel", "/bots/parcel-desk/funnel")
    yield Screen("interactions", "/interactions")
    yield Screen("interactions-none", "/interactions?text=nothing&status=active")
    yield Screen("interactions-offline", "/interactions", offline)
    yield Screen("interaction", whole)
    yield Screen("interaction-hostile", f"/interactions/{hostile.uuid}")
    yield Screen("interaction-unknown", "/interactions/unknown")
    yield Screen("interaction-erase", whole, pressed("Erase …"))
    yield Screen("interaction-printed", whole, lambda page: page.emulate_media(media="print"))
    yield Screen("deliveries", "/deliveries")
    yield Screen("deliveries-dead", "/deliveries?state=dead")
    yield Screen("delivery", f"/deliveries/{delivery}")
    yield Screen("targets", "/deliveries?tab=targets")
    yield Screen("target-form", "/deliveries?tab=targets", pressed("Add a target"))
    yield Screen("endpoints", "/endpoints")
    yield Screen("endpoints-calls", "/endpoints", pressed("Last calls"))
    yield Screen("secrets", "/endpoints?tab=secrets")
    yield Screen("secret-form", "/endpoints?tab=secrets", pressed("Set a secret"))
    for part in ("people", "keys", "privacy", "audit", "server"):
        yield Screen(part, f"/settings/{part}")
    yield Screen("invite", "/settings/people", pressed("Invite somebody"))
    yield Screen("key-form", "/settings/keys", pressed("Make a key"))
    yield Screen("me", "/", pressed("Your account"))
    yield Screen("change-password", "/", changing)
    yield Screen("attention", "/", pressed("needs attention"))
    yield Screen("privacy-found", "/settings/privacy", searched)
    yield Screen("sign-in", "/", signed_out)
    yield Screen("sign-in-refused", "/", refused)
    for width in (900, 600):
        for name, path in (
            ("bots", "/"),
            ("interactions", "/interactions"),
            ("interaction", whole),
            ("deliveries", "/deliveries"),
            ("people", "/settings/people"),
            ("install", "/bots/parcel-desk/install"),
            ("builder", "/bots/parcel-desk"),
        ):
            yield Screen(f"{name}-{width}", path, width=width)


def pressed(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).first.click()


def changing(page: Page) -> None:
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("menuitem", name="Change password").click()


def offline(page: Page) -> None:
    page.route("**/api/admin/v1/interactions?*", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def searched(page: Page) -> None:
    page.get_by_label("Name of data").fill("order_number")
    page.get_by_label("Its value").fill("BR-500")
    page.get_by_role("button", name="Search").click()


def signed_out(page: Page) -> None:
    page.context.clear_cookies()
    page.reload()


def refused(page: Page) -> None:
    signed_out(page)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD[1:])
    page.get_by_role("button", name="Sign in").click()


def opened(browser: Browser, look: Look) -> BrowserContext:
    context = browser.new_context(locale="en-GB", color_scheme=look, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    return context


def take(context: BrowserContext, shop: Shop, screen: Screen, file: Path) -> None:
    name, _, value = shop.author.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": shop.server.address}])
    page = context.new_page()
    # the server's clock was moved on, and so is the browser's
    page.clock.set_system_time(shop.now() / 1_000)
    page.set_viewport_size({"width": screen.width, "height": 860})
    page.goto(f"{shop.server.address}/console{screen.path}")
    page.wait_for_timeout(600)
    screen.before(page)
    page.wait_for_timeout(600)
    page.screenshot(path=file, full_page=screen.name.endswith("printed"))
    page.close()
    sys.stdout.write(f"{file}\n")

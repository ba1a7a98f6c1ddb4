"""Pictures of the console's screens, light and dark, of a shop with a bot in use; made by
`./dev screenshots console`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from console.shop import Shop, crm, shop_in


def pictures(browser: Browser, folder: Path, names: list[str]) -> None:
    """Make the pictures of the screens with these names, or all of them, as `console-<name>-<scheme>.png`."""
    with TemporaryDirectory() as made, shop_in(Path(made)) as shop:
        for name, path in screens(shop):
            if names and name not in names:
                continue
            for scheme in ("light", "dark"):
                take(browser, shop, path, scheme, folder / f"console-{name}-{scheme}.png")


def screens(shop: Shop) -> Iterator[tuple[str, str]]:
    """Let things happen; gives every screen with its path."""
    crm(shop)
    shop.visitor("Track it", "no idea", "br-10427")
    shop.visitor("Goodbye")
    shop.visitor("Track it", "what?", "hm?")
    shop.endpoint.status = 500
    for _ in range(5):
        failed = shop.visitor("Track it", "BR-500")
    shop.settled()
    delivery = shop.author.call("GET", "/deliveries")["deliveries"][0]["id"]
    shop.endpoint.status = 200
    shop.visitor("Track it")
    yield "install", "/bots/parcel-desk/install"
    yield "funnel", "/bots/parcel-desk/funnel"
    yield "interactions", "/interactions"
    yield "interactions-none", "/interactions?text=nothing&status=active"
    yield "interaction", f"/interactions/{failed.uuid}"
    yield "interaction-unknown", "/interactions/unknown"
    yield "deliveries", "/deliveries"
    yield "delivery", f"/deliveries/{delivery}"
    yield "targets", "/deliveries?tab=targets"
    yield "endpoints", "/endpoints"
    yield "secrets", "/endpoints?tab=secrets"
    for part in ("people", "keys", "privacy", "audit", "server"):
        yield part, f"/settings/{part}"


def take(browser: Browser, shop: Shop, path: str, scheme: str, file: Path) -> None:
    dark = scheme == "dark"
    context = browser.new_context(
        viewport={"width": 1400, "height": 860},
        locale="en-GB",
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    name, _, value = shop.author.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": shop.server.address}])
    page = context.new_page()
    page.goto(f"{shop.server.address}/console{path}")
    page.wait_for_timeout(1_000)
    page.screenshot(path=file)
    context.close()
    sys.stdout.write(f"{file}\n")

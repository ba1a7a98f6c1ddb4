"""Pictures of the chat in its main states, made by a real browser against a real server: `./dev screenshots [NAME…]`.

They go to `screenshots/`, which is not committed; `docs/pictures/` holds the few that the documentation shows.
"""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "screenshots"
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import Browser, Page, expect

from chromium import launched
from running import order_desk
from widget.conftest import Shop, bubble, order_service_in, say, with_web

DESKTOP: dict[str, Any] = {"viewport": {"width": 1120, "height": 780}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}
DARK: dict[str, Any] = {"color_scheme": "dark"}

SHOP = """
<style>
  :root { color-scheme: light dark }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: light-dark(#2a2e36, #d6dae2); background: light-dark(#f6f5f1, #14161a) }
  header { display: flex; gap: 32px; align-items: center; padding: 20px 48px; background: light-dark(#fff, #1a1d23) }
  header b { font-size: 20px; letter-spacing: -.02em; margin-inline-end: auto }
  .hero { padding: 56px 48px 32px; max-width: 560px }
  .hero h2 { font-size: 40px; line-height: 1.15; letter-spacing: -.03em; margin: 0 0 12px }
  .hero p { margin: 0; color: light-dark(#616774, #9aa2b1) }
  .goods { display: flex; flex-wrap: wrap; gap: 24px; padding: 0 48px }
  .goods div { width: 200px; height: 240px; border-radius: 12px; display: grid; place-content: center; background: light-dark(#e8e4da, #22262e) }
  .goods div:nth-child(2) { background: light-dark(#dde5e0, #1e2a27) } .goods div:nth-child(3) { background: light-dark(#e5dfe6, #2a2530) }
  .goods i { width: 84px; height: 96px; background: light-dark(#f9f7f1, #363c47); border-radius: 6px 6px 22px 22px; box-shadow: 0 14px 24px #0002 }
  .goods div:nth-child(2) i { width: 112px; height: 60px; border-radius: 6px 6px 60px 60px; background: light-dark(#8fae9e, #3d5a50) }
  .goods div:nth-child(3) i { width: 64px; height: 120px; border-radius: 32px 32px 10px 10px; background: light-dark(#b79fb9, #5a4a5e) }
  main { display: none }
  @media (max-width: 600px) { header { padding: 16px } .hero { padding: 32px 16px } .goods { padding: 0 16px } nav { display: none } }
</style>
<header><b>Larkfield Goods</b><nav>New &nbsp; Kitchen &nbsp; Garden &nbsp; Help</nav></header>
<div class="hero"><h2>Things that last, sent with care.</h2><p>Enamel, oak and linen from small workshops.</p></div>
<div class="goods"><div><i></i></div><div><i></i></div><div><i></i></div></div>
"""


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as made, silent() as nobody, order_service_in(Path(made)) as orders:
        slow = Path(made) / "slow-desk.yaml"
        slow.write_text(order_desk(nobody).replace("bot: order-desk", "bot: slow-desk"))
        with with_web(Path(made) / "branchline.db", orders, 0, (slow,), f",{nobody.removeprefix('http://')}") as server:
            shop = Shop(server.address)
            with launched() as browser:
                for name in names or PICTURES:
                    picture(browser, shop, FOLDER / f"{name}.png", *PICTURES[name])
            shop.close()


def picture(browser: Browser, shop: Shop, file: Path, look: dict[str, Any], take: Callable[[Page, Shop], None]) -> None:
    plain = {"device_scale_factor": 2, "locale": "en-GB", "reduced_motion": "reduce"}
    context = browser.new_context(**plain | look)
    page = context.new_page()
    expect.set_options(timeout=8_000)
    take(page, shop)
    page.wait_for_timeout(400)
    page.screenshot(path=file)
    context.close()
    sys.stdout.write(f"{file}\n")


@contextmanager
def silent() -> Iterator[str]:
    """An endpoint that takes every call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def visit(page: Page, shop: Shop, bot: str, **look: str) -> None:
    page.goto(shop.page("/visit", SHOP + shop.tag(bot, **look), lang=look.get("locale", "en")))
    page.locator(".l").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def asked(page: Page, shop: Shop, order: str = "BR-10427", bot: str = "order-desk") -> None:
    visit(page, shop, bot)
    expect(bubble(page, "What is your name?")).to_be_visible()
    say(page, "Mira")
    expect(bubble(page, "Thanks, Mira")).to_be_visible()
    say(page, order)


def shipped(page: Page, shop: Shop) -> None:
    asked(page, shop)
    expect(page.get_by_role("button", name="Yes")).to_be_visible()


def waiting(page: Page, shop: Shop) -> None:
    asked(page, shop, bot="slow-desk")
    expect(page.locator(".typing")).to_be_visible()


def ended(page: Page, shop: Shop) -> None:
    shipped(page, shop)
    page.get_by_role("button", name="No").click()
    page.locator(".star").nth(3).click()


def offline(page: Page, shop: Shop) -> None:
    visit(page, shop, "order-desk")
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.context.set_offline(True)
    say(page, "Mira")
    expect(page.get_by_text("Sending …")).to_be_visible()


def unsent(page: Page, shop: Shop) -> None:
    visit(page, shop, "order-desk")
    expect(bubble(page, "What is your name?")).to_be_visible()
    refusal = {"errors": [{"detail": "The text is longer than 4,000 characters. Shorten it."}]}
    page.route("**/messages?**", lambda route: route.fulfill(status=422, json=refusal))
    say(page, "Mira")
    expect(page.get_by_text("Not sent.")).to_be_visible()


def consent(page: Page, shop: Shop) -> None:
    visit(page, shop, "front-desk")
    expect(page.get_by_role("button", name="Agree and start")).to_be_visible()


def errors(page: Page, shop: Shop) -> None:
    consent(page, shop)
    page.get_by_label("Your e-mail address").fill("mira")
    page.get_by_role("button", name="Agree and start").click()
    expect(page.locator(".err").first).to_be_visible()


def choices(page: Page, shop: Shop) -> None:
    consent(page, shop)
    page.get_by_label("Your name *").fill("Mira Oakenfell")
    page.get_by_label("Your e-mail address").fill("mira@larkfield.example")
    page.get_by_role("button", name="Agree and start").click()
    expect(page.get_by_role("button", name="Leave a message")).to_be_visible()


def arabic(page: Page, shop: Shop) -> None:
    visit(page, shop, "arabic-desk", locale="ar")
    page.get_by_label("رسالتك").fill("BR-10427")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="شكرًا")).to_be_visible()


def kind(name: str, then: Callable[[Page], None] = lambda _page: None) -> Callable[[Page, Shop], None]:
    def take(page: Page, shop: Shop) -> None:
        visit(page, shop, "kinds")
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".you .b").last).to_have_text(name)
        page.wait_for_timeout(300)
        then(page)

    return take


def wrong(page: Page) -> None:
    say(page, "mira@larkfield")
    expect(page.locator("#error")).to_be_visible()


def ticked(page: Page) -> None:
    page.get_by_label("Olives").check()


def sent(page: Page) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(ROOT / "tests/widget/bots/files/picture.png")
    expect(page.locator(".picture")).to_be_visible()


def menu(page: Page, shop: Shop) -> None:
    shipped(page, shop)
    page.get_by_role("button", name="More").click()


def whole_page(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.bots}/chat/order-desk")
    expect(bubble(page, "What is your name?")).to_be_visible()
    say(page, "Mira")
    expect(bubble(page, "Thanks, Mira")).to_be_visible()


def away(page: Page, shop: Shop) -> None:
    visit(page, shop, "closed-desk")
    expect(page.get_by_role("button", name="Yes")).to_be_visible()


def unread(page: Page, shop: Shop) -> None:
    visit(page, shop, "order-desk")
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.locator(".l").click()
    page.evaluate("Branchline.send('Mira')")
    expect(page.locator(".badge")).to_be_visible()


PICTURES: dict[str, tuple[dict[str, Any], Callable[[Page, Shop], None]]] = {
    "light": (DESKTOP, shipped),
    "first-screen": ({"viewport": {"width": 1000, "height": 700}, "device_scale_factor": 1.5}, shipped),
    "dark": (DESKTOP | DARK, shipped),
    "phone": (PHONE, shipped),
    "right-to-left": (PHONE | DARK, arabic),
    "right-to-left-desktop": (DESKTOP, arabic),
    "waiting": (DESKTOP, waiting),
    "ended": (DESKTOP, ended),
    "ended-phone-dark": (PHONE | DARK, ended),
    "consent": (DESKTOP, consent),
    "errors": (DESKTOP, errors),
    "errors-dark": (DESKTOP | DARK, errors),
    "choices": (DESKTOP, choices),
    "offline": (DESKTOP, offline),
    "unsent": (DESKTOP, unsent),
    "email-wrong": (DESKTOP, kind("email", wrong)),
    "date": (DESKTOP, kind("date")),
    "rating": (DESKTOP, kind("rating")),
    "several": (DESKTOP, kind("several_of", ticked)),
    "file": (DESKTOP, kind("file", sent)),
    "markdown": (DESKTOP | DARK, kind("markdown")),
    "menu": (DESKTOP, menu),
    "page": (DESKTOP, whole_page),
    "page-phone": (PHONE, whole_page),
    "away": (DESKTOP, away),
    "unread": (DESKTOP, unread),
    "high-contrast": (DESKTOP | {"forced_colors": "active"}, shipped),
}

if __name__ == "__main__":
    main(sys.argv[1:])

"""Pictures of the console and the builder, each light and dark: `./dev screenshots console [NAME…]`."""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "screenshots"
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import Page, expect

from chromium import launched
from console.conftest import EMAIL, NAME, PASSWORD, Author, card, console_server, set_up_code
from running import http
from tools.console_pictures import LOOKS, pictures

BOT = "order-desk"
DESK: dict[str, Any] = {"viewport": {"width": 1500, "height": 900}, "locale": "en-GB", "reduced_motion": "reduce"}


def main(names: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    of_builder = [name for name in names if name in PICTURES]
    if of_builder or not names:
        builder_pictures(of_builder)
    if len(of_builder) < len(names) or not names:
        with launched() as browser:
            pictures(browser, FOLDER, [name for name in names if name not in PICTURES])


def builder_pictures(names: list[str]) -> None:
    with TemporaryDirectory() as made:
        database = Path(made) / "branchline.db"
        with console_server(database) as server, launched() as browser:
            expect.set_options(timeout=15_000)
            pages = {look: browser.new_context(color_scheme=look, **DESK).new_page() for look in LOOKS}
            for look in LOOKS:
                pages[look].goto(f"{server.address}/console/")
                expect(pages[look].get_by_label("Set-up code")).to_be_visible()
                pages[look].screenshot(path=FOLDER / f"console-set-up-{look}.png")
            body = {"code": set_up_code(database), "name": NAME, "email": EMAIL, "password": PASSWORD}
            origin = {"Origin": server.address}
            signed = http("POST", f"{server.address}/api/admin/v1/set-up", body, origin)
            author = Author(server, signed.headers["Set-Cookie"].split(";")[0])
            cookie, _, value = author.cookie.partition("=")
            for look in LOOKS:
                pages[look].context.add_cookies([{"name": cookie, "value": value, "url": server.address}])
                for name, path in NEW.items():
                    pages[look].goto(f"{server.address}/console{path}")
                    pages[look].wait_for_timeout(600)
                    pages[look].screenshot(path=FOLDER / f"console-{name}-{look}.png")
            prepare(author)
            for look in LOOKS:
                for name in names or PICTURES:
                    pages[look].goto(f"{server.address}/console/{'' if name in OUTSIDE else f'bots/{BOT}'}")
                    PICTURES[name](pages[look])
                    pages[look].mouse.move(0, 0)
                    pages[look].wait_for_timeout(500)
                    file = FOLDER / f"console-{name}-{look}.png"
                    pages[look].screenshot(path=file)
                    sys.stdout.write(f"{file}\n")


def prepare(author: Author) -> None:
    """A live bot with a draft that differs, and has something to mend."""
    source = (ROOT / "examples" / "order-desk" / "order-desk.yaml").read_text()
    author.call("POST", "/bots", {"source": source})
    author.call("POST", f"/bots/{BOT}/publish", {"revision": 1, "note": "What support asked for"})
    author.call("POST", "/bots", {"name": "Feedback", "template": "feedback"})
    draft = author.draft(BOT)
    draft["nodes"]["greet"]["actions"][0]["text"] = "Welcome to Larkfield! I can tell you where your order is."
    draft["nodes"]["returns"] = {
        "label": "Returns",
        "actions": [{"do": "send_message", "text": "You can return it for 30 days, {{ fullname }}."}],
        "exit": {"do": "go_to", "node": ""},
    }
    draft["canvas"] = {"notes": [{"text": "Ask the shop for its opening hours.", "at": [20, -20], "size": [240, 80]}]}
    author.call("PUT", f"/bots/{BOT}/draft", {"document": draft}, **{"If-Match": '"1"'})


def canvas(page: Page) -> None:
    expect(card(page, "greet")).to_be_visible()


def bots(page: Page) -> None:
    expect(page.get_by_role("link", name="Order desk")).to_be_visible()


def new_bot(page: Page) -> None:
    page.get_by_role("button", name="New bot").click()
    expect(page.get_by_role("button", name="Feedback")).to_be_visible()


def chosen(page: Page) -> None:
    find(page, "Ask for the order number")
    card(page, "ask_order").locator(".row-button").first.click()
    expect(page.get_by_label("Text", exact=True)).to_be_visible()


def question(page: Page) -> None:
    find(page, "Ask for the order number")
    card(page, "ask_order").locator(".exit-row .row-button").click()
    page.get_by_role("button", name="Limits, and replies that do not fit").click()


def route(page: Page) -> None:
    find(page, "Ask the shop")
    card(page, "look_up").locator(".exit-row .row-button").click()
    expect(page.get_by_role("group", name="Case 1")).to_be_visible()


def adding(page: Page) -> None:
    canvas(page)
    card(page, "greet").get_by_role("button", name="Add action").click()


def far(page: Page) -> None:
    canvas(page)
    page.get_by_role("button", name="Show everything").click()


def settings(page: Page) -> None:
    canvas(page)
    page.get_by_role("tab", name="Bot", exact=True).click()
    expect(page.get_by_role("heading", name="Endpoints")).to_be_visible()


def compared(page: Page) -> None:
    canvas(page)
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Compare with the draft").click()


def publish(page: Page) -> None:
    canvas(page)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog")).to_contain_text("Welcome")


def finder(page: Page) -> None:
    canvas(page)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search nodes").fill("order")


def outline(page: Page) -> None:
    canvas(page)
    page.get_by_role("button", name="Outline").click()
    expect(page.get_by_role("heading", name="Outline")).to_be_visible()


def from_file(page: Page) -> None:
    page.get_by_role("button", name="New bot").click()
    page.get_by_role("tab", name="From a file").click()
    page.get_by_label("Or paste its text").fill("branchline: 1\nnodes:\n  greet:\n   exit: {do: end")
    page.get_by_role("button", name="Import").click()


def trying(page: Page) -> None:
    canvas(page)
    page.get_by_role("tab", name="Test").click()
    page.get_by_role("button", name="Start the test").click()
    field = page.locator("branchline-chat").get_by_label("Your message")
    field.fill("Mira")
    field.press("Enter")
    expect(page.locator("branchline-chat")).to_contain_text("Thanks, Mira")


def endpoint(page: Page) -> None:
    page.get_by_role("button", name="Show everything").first.click()
    card(page, "look_up").click()
    page.locator(".line-button").first.click()
    page.get_by_role("button", name="Test this endpoint").click()
    page.get_by_role("dialog").get_by_role("button", name="Make the call").click()
    expect(page.get_by_role("dialog").locator(".try-verdict")).to_be_visible()


def conflict(page: Page) -> None:
    canvas(page)
    page.evaluate(
        """async bot => {
            const path = `/api/admin/v1/bots/${bot}/draft`
            const draft = await (await fetch(path)).json()
            draft.document.nodes.returns.label = `Returns ${draft.revision}`
            const headers = { "Content-Type": "application/json", "If-Match": `"${draft.revision}"` }
            await fetch(path, { method: "PUT", headers, body: JSON.stringify({ document: draft.document }) })
        }""",
        BOT,
    )
    card(page, "greet").locator(".row-button").first.click()
    page.get_by_label("Text", exact=True).fill("Hello!")
    expect(page.get_by_role("dialog")).to_be_visible()


def find(page: Page, words: str) -> None:
    canvas(page)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search nodes").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)


PICTURES: dict[str, Callable[[Page], None]] = {
    "bots": bots,
    "new-bot": new_bot,
    "canvas": canvas,
    "action": chosen,
    "question": question,
    "route": route,
    "adding": adding,
    "far": far,
    "settings": settings,
    "compared": compared,
    "publish": publish,
    "finder": finder,
    "outline": outline,
    "from-file": from_file,
    "try": trying,
    "endpoint-test": endpoint,
    "conflict": conflict,
}
OUTSIDE = {"bots", "new-bot", "from-file"}
NEW = {"bots-new": "/", "endpoints-new": "/endpoints", "secrets-new": "/endpoints?tab=secrets"}
"""Screens of a server that is set up, and has nothing yet."""

if __name__ == "__main__":
    main(sys.argv[1:])

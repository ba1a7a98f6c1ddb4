"""From an empty server to a published bot, as a new author does it: with the mouse, and with the keyboard alone."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from console.conftest import (
    EMAIL,
    NAME,
    PASSWORD,
    Author,
    Opener,
    axe,
    card,
    saved,
    small_bot,
    watched,
)
from running import PATIENCE_S


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, str]]:
    """Run what the README says first; gives the server's address and the code that it printed."""
    told = [sys.executable, "-m", "branchline", "demo", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(told, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            address = next(line for line in running.stdout if "/console/" in line).strip().removesuffix("/console/")
            code = next(line for line in running.stdout if "the code " in line).split("the code ")[1].split(",")[0]
            yield address, code
        finally:
            running.terminate()
            running.wait(PATIENCE_S)


def test_the_first_ten_minutes_of_an_author(browser: Browser, tmp_path: Path) -> None:
    with demo(tmp_path) as (address, code):
        context = browser.new_context(viewport={"width": 1500, "height": 900}, locale="en-GB", reduced_motion="reduce")
        page, wrong = watched(context)
        page.goto(address)
        page.get_by_label("Set-up code").fill(code)
        page.get_by_label("Your name").fill(NAME)
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Set up").click()

        page.get_by_role("button", name="New bot").first.click()
        page.get_by_role("button", name="Order status").click()
        # a template is played before a bot is made of it; ↑ brings back what was said
        page.get_by_role("button", name="Try it").click()
        played = page.locator("branchline-chat")
        field = played.get_by_label("Your message")
        field.fill("nonsense")
        field.press("Enter")
        expect(played).to_contain_text("That is not an order number.")
        field.press("ArrowUp")
        expect(field).to_have_value("nonsense")
        field.fill("BR-10427")
        field.press("Enter")
        expect(played).to_contain_text("Good news, Mira Oakenfell")
        expect(page.get_by_text("Now at “Anything else?”")).to_be_visible()
        assert axe(page) == []
        page.get_by_label("Name of the bot").fill("Parcel help")
        page.get_by_role("button", name="Create bot").click()
        expect(page.get_by_role("heading", name="Parcel help")).to_be_visible()

        # Change what it says first, on its card.
        first = page.locator(".node-card", has_text="Start")
        first.locator(".action-row").first.dblclick()
        first.locator(".row-edit").fill("Hello from the drafting table!")
        first.locator(".row-edit").press("Enter")
        expect(first).to_contain_text("Hello from the drafting table!")

        # A fulfillment at a node: one click on the card, one choice. It asks the example's own service.
        node = card(page, "look_up")
        node.get_by_role("button", name="Add action").click()
        page.get_by_role("option", name="Fulfillment").click()
        expect(page.get_by_role("combobox", name="Endpoint", exact=True)).to_have_value("orders")
        page.get_by_label("While waiting, say").last.fill("Once more …")
        page.get_by_role("combobox", name="When it cannot be asked, go to").click()
        page.get_by_role("option", name="Could not ask").click()
        saved(page)
        page.get_by_role("button", name="Test this endpoint").click()
        dialog = page.get_by_role("dialog")
        # what the bot knows by then stands there already, and waits for a value
        dialog.get_by_label("Value", exact=True).first.fill("BR-10428")
        dialog.get_by_role("button", name="Make the call").click()
        expect(dialog.locator(".try-verdict")).to_contain_text("It answered as it must")
        expect(dialog.locator(".try-data")).to_contain_text("DELIVERED")
        dialog.get_by_role("button", name="Use as sample").click()
        page.keyboard.press("Escape")
        saved(page)

        page.get_by_role("button", name="Publish").click()
        dialog = page.get_by_role("dialog", name="Publish")
        expect(dialog).to_contain_text("This is the first version")
        dialog.get_by_label("Note").fill("Our first")
        dialog.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Live v1")).to_be_visible()

        # Talk to it, as a visitor does.
        with context.expect_page() as opened:
            page.get_by_role("button", name="Talk to it").click()
        chat = opened.value
        expect(chat.locator("body")).to_contain_text("Hello from the drafting table!")
        chat.get_by_label("Your message").fill("BR-10427")
        chat.get_by_label("Your message").press("Enter")
        expect(chat.locator("body")).to_contain_text("Once more …")
        expect(chat.locator("body")).to_contain_text("Good news, Mira Oakenfell")

        # And find the conversation in the console.
        page.get_by_role("link", name="Interactions").click()
        page.get_by_label("Words that were said").fill("10427")
        page.locator("tbody").get_by_role("link").first.click()
        expect(page.get_by_text("Good news, Mira Oakenfell: your order BR-10427 is on its way")).to_be_visible()
        context.close()
        assert not wrong, wrong


def test_a_bot_is_built_and_published_by_keyboard_alone(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("by-keyboard", nodes=1))
    page = signed_in("/bots/by-keyboard")
    expect(card(page, "n0")).to_be_visible()
    keys = page.keyboard

    # The palette leads to the outline: the whole bot as a list.
    find(page, "outline")
    title = page.get_by_role("button", name="Node 0", exact=True)
    expect(title).to_be_visible()
    reach(page, ".outline-title")
    keys.press("Space")

    # Add an action to it: A opens the menu, typing narrows it, Enter takes it, and its text is ready to be typed.
    keys.press("a")
    expect(page.get_by_role("combobox", name="What should happen?")).to_be_focused()
    keys.type("tag")
    keys.press("Enter")
    expect(page.locator(".line-form").get_by_label("Tags")).to_be_focused()
    keys.type("by-keyboard")
    keys.press("Enter")

    # Ask something after it.
    reach(page, ".outline-title")
    keys.press("Space")
    keys.press("a")
    expect(page.get_by_role("combobox", name="What should happen?")).to_be_focused()
    keys.type("yes or no")
    keys.press("Enter")
    expect(page.get_by_role("combobox", name="What kind of reply")).to_be_focused()
    saved(page)
    document = author.draft("by-keyboard")
    assert document["nodes"]["n0"]["actions"][1] == {"do": "tag", "tags": ["by-keyboard"]}
    assert document["nodes"]["n0"]["exit"]["capture"]["kind"] == "yes_no"

    # Where the reply leads: a new node, from the list of the way.
    reach(page, ".outline-ways input")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.type("A new node")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    keys.press("Control+a")
    keys.type("Thanks")
    saved(page)
    document = author.draft("by-keyboard")
    target = document["nodes"]["n0"]["exit"]["go_to"]
    assert document["nodes"][target]["label"] == "Thanks"

    keys.press("Escape")
    find(page, "publish")
    expect(page.get_by_role("dialog").get_by_label("Note")).to_be_focused()
    keys.type("Without a mouse")
    reach(page, ".mantine-Modal-content button", "Publish")
    keys.press("Enter")
    expect(page.get_by_text("Live v1")).to_be_visible()


def find(page: Page, words: str) -> None:
    """Take the first of what the palette finds."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search nodes")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def reach(page: Page, selector: str, text: str = "") -> None:
    """Press Tab until an element has the focus."""
    for _ in range(80):
        if page.evaluate(
            "([selector, text]) => document.activeElement?.matches(selector) "
            "&& (document.activeElement.textContent ?? '').includes(text)",
            [selector, text],
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector} {text}")

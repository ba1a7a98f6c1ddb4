"""The console is for everyone: no barrier on any screen, light or dark (WCAG 2.2 AA, by axe-core)."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from console.conftest import Author, Opener, axe, card, console_server, saved, small_bot, watched
from running import ROOT

ORDER_DESK = ROOT / "examples" / "order-desk" / "order-desk.yaml"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_screen_of_the_builder_has_a_barrier(signed_in: Opener, author: Author, dark: bool) -> None:
    name = "barriers-dark" if dark else "barriers"
    source = ORDER_DESK.read_text().replace("bot: order-desk", f"bot: {name}")
    author.call("POST", "/bots", {"source": source})
    author.call("POST", f"/bots/{name}/publish", {"revision": 1, "note": "First"})
    draft = author.draft(name)
    draft["nodes"]["lonely"] = {"label": "Lonely", "exit": {"do": "go_to", "node": ""}}
    draft["canvas"] = {"notes": [{"text": "A note", "at": [0, -200]}]}
    author.call("PUT", f"/bots/{name}/draft", {"document": draft}, **{"If-Match": '"1"'})
    page = signed_in("/", dark=dark)
    expect(page.get_by_role("link", name="Order desk").first).to_be_visible()
    found = {"bots": axe(page)}

    def look(screen: str) -> None:
        page.wait_for_timeout(200)
        found[screen] = axe(page)

    page.get_by_role("button", name="New bot").click()
    expect(page.get_by_role("button", name="Feedback")).to_be_visible()
    look("new bot")
    page.get_by_role("tab", name="From a file").click()
    look("import")
    page.goto(f"{author.server.address}/console/bots/{name}")
    expect(card(page, "greet")).to_be_visible()
    look("canvas")
    page.get_by_role("button", name="Show everything").click()
    look("far canvas")
    find(page, "Ask for the order number")
    expect(card(page, "ask_order")).to_be_in_viewport()
    card(page, "ask_order").locator(".row-button").first.click()
    look("action")
    card(page, "ask_order").locator(".exit-row .row-button").click()
    page.get_by_role("button", name="Limits, and replies that do not fit").click()
    look("question")
    find(page, "Ask the shop")
    card(page, "look_up").locator(".exit-row .row-button").click()
    expect(page.get_by_role("group", name="Case 1")).to_be_visible()
    look("route")
    card(page, "look_up").get_by_role("button", name="Add action").click()
    look("action menu")
    page.keyboard.press("Escape")
    card(page, "look_up").locator(".title").click(button="right")
    look("context menu")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Bot", exact=True).click()
    expect(page.get_by_role("heading", name="Endpoints")).to_be_visible()
    look("settings")
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Compare with the draft").click()
    look("versions")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog")).to_contain_text("keeps it from being published")
    look("publish")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search nodes").fill("order")
    look("palette")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Keys").click()
    look("keys")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Discard the draft").click()
    expect(page.get_by_role("dialog", name="Discard the draft")).to_be_visible()
    look("discard")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Outline").click()
    expect(page.get_by_role("heading", name="Outline")).to_be_visible()
    look("outline")
    assert {screen: lines for screen, lines in found.items() if lines} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_screen_before_the_sign_in_has_a_barrier(browser: Browser, tmp_path: Path, dark: bool) -> None:
    with console_server(tmp_path / "new.db") as server:
        context = browser.new_context(color_scheme="dark" if dark else "light")
        page, wrong = watched(context)
        page.goto(server.address)
        expect(page.get_by_role("heading", name="Set up Branchline")).to_be_visible()
        assert axe(page) == []
        context.close()
        assert not wrong, wrong


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_sign_in_has_no_barrier(browser: Browser, author: Author, dark: bool) -> None:
    context = browser.new_context(color_scheme="dark" if dark else "light")
    page, wrong = watched(context)
    page.goto(author.server.address)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not the password at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe(page) == []
    context.close()
    assert not wrong, wrong


def test_the_colours_follow_the_switch_and_are_remembered(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("colours", nodes=1))
    page = signed_in("/bots/colours")
    page.get_by_role("button", name="Dark colours").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_arrow_keys_walk_the_ways(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("walks", nodes=3))
    page = signed_in("/bots/walks")
    card(page, "n0").locator(".title").click()
    node = page.locator('.react-flow__node[data-id="n0"]')
    node.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('.react-flow__node[data-id="n1"]')).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator('.react-flow__node[data-id="n2"]')).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator('.react-flow__node[data-id="n1"]')).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    saved(page)
    assert "n1" in author.draft("walks")["canvas"]["nodes"]
    page.keyboard.press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()


def find(page: Page, words: str) -> None:
    """Take the first of what the palette finds."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search nodes")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")

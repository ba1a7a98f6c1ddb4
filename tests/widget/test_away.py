"""What a visitor sees when something that the chat leans on is not there: the server, the browser's memory, the bot's name."""

import json
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from running import free_port
from widget.conftest import Shop, bubble, open_chat, say, with_web

BROKEN = [
    '"{"',
    "null",
    "7",
    '"text"',
    "[]",
    '{"session": 7, "pending": 7}',
    '{"session": {}, "pending": {}}',
    '{"session": {"uuid": "\\ud800", "token": "€\\n"}, "pending": [null, 7, "x", {}, {"id": {}, "text": ""}]}',
    '{"session": null, "pending": "x", "about": {"name": 7, "fields": 7, "accent": 7}}',
]


def test_while_the_server_is_away_the_chat_keeps_its_name_and_what_was_said(
    page: Page, tmp_path: Path, order_service: str
) -> None:
    port, database = free_port(), tmp_path / "branchline.db"
    with with_web(database, order_service, port) as first:
        shop = Shop(first.address)
        try:
            open_chat(page, shop.address)
            name = page.get_by_role("heading", level=2)
            expect(name).to_have_text("Order desk")
            say(page, "Ada")
            expect(bubble(page, "Thanks, Ada")).to_be_visible()
            first.kill()
            page.reload()
            expect(name).to_have_text("Order desk")
            expect(page.get_by_text("Connecting again …")).to_be_visible()
            with with_web(database, order_service, port) as second:
                expect(bubble(page, "Thanks, Ada")).to_have_count(1, timeout=15_000)
                second.kill()
                page.get_by_role("button", name="More").click()
                page.get_by_role("button", name="Start again").click()
                expect(page.get_by_text("The chat could not start.")).to_be_visible()
                expect(bubble(page, "Thanks, Ada")).to_have_count(1)
            with with_web(database, order_service, port):
                expect(page.locator(".banner")).to_have_text("", timeout=25_000)
                page.get_by_role("button", name="More").click()
                page.get_by_role("button", name="Start again").click()
                expect(bubble(page, "Thanks, Ada")).to_have_count(0)
                expect(bubble(page, "What is your name?")).to_be_visible()
                page.goto("about:blank")
        finally:
            shop.close()


def test_whatever_the_browser_remembers_the_visitor_can_talk(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    key = page.evaluate("Object.keys(localStorage)[0]")
    kept = page.evaluate("key => localStorage[key]", key)
    for broken in BROKEN:
        page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [key, broken])
        page.reload()
        expect(bubble(page, "What is your name?")).to_be_visible()
        say(page, "Ada")
        expect(bubble(page, "Thanks, Ada")).to_have_count(1)
    # what is broken does not take with it what is whole
    page.evaluate(
        "([key, kept]) => localStorage.setItem(key, kept)",
        [key, json.dumps({**json.loads(kept), "pending": {"id": 1}})],
    )
    page.reload()
    expect(bubble(page, "Thanks, Ada")).to_have_count(1)
    expect(page.locator(".you")).to_have_count(1)


def test_a_tap_beside_the_menu_closes_it(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    more, menu = page.get_by_role("button", name="More"), page.locator(".menu")
    for beside in (
        page.get_by_label("Your message"),
        page.get_by_role("heading", level=2),
        page.get_by_text("Some page."),
    ):
        more.click()
        expect(menu).to_be_visible()
        beside.click()
        expect(menu).to_be_hidden()
    more.click()
    expect(menu).to_be_visible()
    more.click()
    expect(menu).to_be_hidden()
    more.click()
    page.get_by_role("button", name="Start again").click()
    expect(menu).to_be_hidden()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_tag_without_a_bot_says_so_once_in_the_console(context: BrowserContext, shop: Shop) -> None:
    page = context.new_page()
    said: list[tuple[str, str]] = []
    page.on("console", lambda one: said.append((one.type, one.text[:24])))
    tag = shop.tag().replace(' data-bot="order-desk"', "")
    shop.page("/", tag + tag.replace("async", 'async data-bot=""'), head='<link rel="icon" href="data:,">')
    page.goto(shop.address)
    page.wait_for_load_state("networkidle")
    assert said == [("error", "Branchline: no data-bot ")] * 2
    expect(page.locator(".l")).to_have_count(0)
    page.close()

"""Try the draft beside the canvas, with the real chat; test an endpoint that fails; keep a test and play it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from console.conftest import Author, axe, card, saved, set_up_code, watched
from endpoints import Endpoint
from running import Server, Visitor, http, inside, order_desk, serving

FOUND = [
    {"name": "order_found", "data": "yes"},
    {"name": "fullname", "data": "Mira Oakenfell"},
    {"name": "status", "data": "SHIPPED"},
]
PASSWORD = "seven quiet drafting tables"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Iterator[tuple[Server, Author]]:
    """A server whose calls may go to the endpoint, with the order desk as a draft."""
    database = tmp_path_factory.mktemp("try") / "branchline.db"
    with serving(database, inside(endpoint.address)) as server:
        body = {"code": set_up_code(database), "name": "Ada", "email": "ada@example.com", "password": PASSWORD}
        answer = http("POST", f"{server.address}/api/admin/v1/set-up", body, {"Origin": server.address})
        author = Author(server, answer.headers["Set-Cookie"].split(";")[0])
        author.call("POST", "/bots", {"source": order_desk(endpoint.address)})
        author.call("POST", "/bots/order-desk/publish", {"revision": 1, "note": ""})
        yield server, author


@pytest.fixture
def page(browser: Browser, desk: tuple[Server, Author], endpoint: Endpoint, request: Any) -> Iterator[Page]:
    endpoint.status, endpoint.answer = 200, FOUND
    context = browser.new_context(
        viewport={"width": 1500, "height": 950},
        locale="en-GB",
        color_scheme=getattr(request, "param", "light"),
        reduced_motion="reduce",
    )
    server, author = desk
    name, _, value = author.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.address}])
    page, wrong = watched(context)
    page.goto(f"{server.address}/console/bots/order-desk")
    yield page
    context.close()
    assert not wrong, wrong


def show_everything(page: Page) -> None:
    """What is out of view is not drawn."""
    page.get_by_role("button", name="Show everything").first.click()


def say(page: Page, text: str) -> None:
    field = page.locator("branchline-chat").get_by_label("Your message")
    field.fill(text)
    field.press("Enter")


def begin(page: Page) -> None:
    page.get_by_role("tab", name="Test").click()
    page.get_by_role("button", name="Start the test").click()


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_the_draft_is_tried_beside_the_canvas_and_says_why(page: Page, desk: tuple[Server, Author]) -> None:
    server, author = desk
    running = author.call("GET", "/bots/order-desk/versions")["versions"][0]["running"]
    begin(page)
    chat = page.locator("branchline-chat")
    expect(chat).to_contain_text("What is your name?")
    say(page, "Mira")
    expect(chat).to_contain_text("Thanks, Mira")
    say(page, "BR-10427")
    expect(chat).to_contain_text("Good news, Mira Oakenfell")
    why = page.locator(".try-turns")
    expect(why).to_contain_text("status is “SHIPPED”: it was “SHIPPED” → yes")
    expect(why).to_contain_text("order_found is not “yes”: it was “yes” → no")
    show_everything(page)
    # what was walked is lit, and what the bot said leads to the node that said it
    expect(card(page, "shipped")).to_have_class(re.compile("walked"))
    expect(card(page, "delivered")).to_have_class(re.compile("unwalked"))
    chat.locator(".m", has_text="Good news, Mira Oakenfell").click()
    expect(card(page, "shipped")).to_have_class(re.compile("selected"))
    assert axe(page) == []
    page.get_by_role("tab", name="Data", exact=True).click()
    expect(page.locator(".try-data .changed", has_text="status")).to_contain_text("not set → SHIPPED")
    # a value is set by hand, and what it was last stands beside its name where a text inserts it
    page.get_by_role("button", name="Change fullname").click()
    page.get_by_label("Value of fullname").fill("Grace Hopper")
    page.get_by_label("Value of fullname").press("Enter")
    expect(page.locator(".try-data .changed", has_text="fullname")).to_contain_text("Mira Oakenfell → Grace Hopper")
    # back to before the order number, and another one
    page.get_by_role("button", name="Step back").click()
    expect(chat).not_to_contain_text("Good news")
    expect(chat).to_contain_text("Thanks, Mira")
    say(page, "nonsense")
    expect(chat).to_contain_text("That is not an order number")
    assert axe(page) == []
    # what visitors get is untouched
    assert author.call("GET", "/bots/order-desk/versions")["versions"][0]["running"] == running
    assert Visitor(server.address, "order-desk").said[0].startswith("Hello!")


def test_a_try_begins_at_a_node_with_data_and_typed_answers(page: Page, endpoint: Endpoint) -> None:
    endpoint.asked.clear()
    page.get_by_role("tab", name="Test").click()
    page.get_by_label("Start at").select_option("On its way")
    page.get_by_role("button", name="Add data").click()
    page.get_by_role("combobox", name="Name").fill("fullname")
    page.get_by_label("Value", exact=True).fill("Ada Lovelace")
    page.get_by_role("button", name="Start the test").click()
    expect(page.locator("branchline-chat")).to_contain_text("Good news, Ada Lovelace")
    page.get_by_role("tab", name="Answers").click()
    page.get_by_label("Who answers for orders").select_option("It fails")
    page.get_by_role("button", name="Use from now on").click()
    expect(page.get_by_text("From now on it is answered so.")).to_be_visible()
    show_everything(page)
    card(page, "look_up").click(button="right")
    page.get_by_role("menuitem", name="Test from here").click()
    expect(page.locator("branchline-chat")).to_contain_text("cannot")
    assert endpoint.asked == []


def test_a_try_is_kept_as_a_test_that_fails_when_the_bot_changes(page: Page) -> None:
    begin(page)
    chat = page.locator("branchline-chat")
    expect(chat).to_contain_text("What is your name?")
    say(page, "Mira")
    expect(chat).to_contain_text("Thanks, Mira")
    page.get_by_role("tab", name="Tests").click()
    page.get_by_label("Name of the test").fill("a name is taken")
    page.get_by_role("button", name="Save as a test").click()
    page.get_by_role("button", name="Run all tests").click()
    expect(page.get_by_text("1 passed, 0 failed.")).to_be_visible()
    assert axe(page) == []
    first = card(page, "ask_name")
    first.locator(".action-row").first.dblclick()
    first.locator(".row-edit").fill("How may I call you?")
    first.locator(".row-edit").press("Enter")
    saved(page)
    page.get_by_role("tab", name="Test", exact=True).click()
    expect(page.get_by_text("The draft was changed since.")).to_be_visible()
    page.get_by_role("tab", name="Tests").click()
    page.get_by_role("button", name="Run all tests").click()
    expect(page.get_by_text("0 passed, 1 failed.")).to_be_visible()
    expect(page.locator(".try-test")).to_contain_text("“How may I call you?”; it must be “What is your name?”")
    # publishing plays them too, and goes on past a failing one only when somebody says so
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog).to_contain_text("0 passed, 1 failed.")
    expect(dialog).to_contain_text("“How may I call you?”; it must be “What is your name?”")
    publish = dialog.get_by_role("button", name="Publish")
    expect(publish).to_be_disabled()
    assert axe(page) == []
    dialog.get_by_label("Publish although 1 test fails").check()
    publish.click()
    expect(page.get_by_text("Live v2")).to_be_visible()


def test_an_endpoint_that_fails_is_told_each_time_in_its_own_words(
    page: Page, endpoint: Endpoint, tmp_path: Path
) -> None:
    show_everything(page)
    card(page, "look_up").click()
    page.locator(".line-button").first.click()
    page.get_by_role("button", name="Test this endpoint").click()
    dialog = page.get_by_role("dialog")
    ways = (
        (200, FOUND, "It answered as it must", "pieces of data would be stored"),
        (500, [], "It failed: http_5xx", "Look into the service's own log."),
        (403, [], "It failed: http_4xx", "Check its URL, headers and secrets."),
        (429, [], "It failed: http_429", "Raise its limit."),
        (200, {"status": "SHIPPED"}, "It failed: not_a_list", "is JSON but no list"),
        (200, [{"name": "status", "data": 5}], "It failed: bad_item", "Send both as text"),
    )
    for status, answer, title, words in ways:
        endpoint.status, endpoint.answer = status, answer
        dialog.get_by_role("button", name="Make the call").click()
        verdict = dialog.locator(".try-verdict")
        expect(verdict).to_contain_text(title)
        expect(verdict).to_contain_text(words)
        if title != "It answered as it must":
            expect(verdict).to_contain_text("The bot would go to")
    assert axe(page) == []
    # an answer is taken as a sample: its names and values stand in the list that {{ opens, for new names too
    endpoint.status, endpoint.answer = 200, [*FOUND, {"name": "colour", "data": "petrol"}]
    dialog.get_by_role("button", name="Make the call").click()
    dialog.get_by_role("button", name="Use as sample").click()
    page.keyboard.press("Escape")
    expect(page.locator(".mantine-Pill-root", has_text="colour")).to_be_visible()
    words = page.get_by_label("While waiting, say")
    words.press("Control+End")
    words.press_sequentially(" {{ col")
    expect(page.get_by_role("option", name="colour")).to_contain_text("petrol")
    expect(page.get_by_role("option", name="colour")).to_contain_text("an endpoint, in")
    words.press("Enter")
    expect(words).to_have_value(re.compile(r"\{\{ colour \}\}$"))

"""The seed's story in a browser, and everything that may interrupt it."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from running import Server, free_port
from widget.conftest import Shop, bubble, open_chat, say, with_web


@pytest.mark.parametrize(
    ("order", "answer"),
    [
        ("BR-10427", "is on its way"),
        ("BR-10428", "was delivered on"),
        ("BR-99999", "has no order BR-99999"),
        ("BR-00500", "This says nothing about your order itself"),
    ],
)
def test_each_outcome_of_the_endpoint_is_its_own_branch(page: Page, shop: Shop, order: str, answer: str) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    say(page, "ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    say(page, order)
    expect(bubble(page, "One moment")).to_be_visible()
    expect(bubble(page, answer)).to_be_visible()


def test_the_whole_story_to_its_end_and_a_new_start(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    say(page, "Ada")
    say(page, "BR-10427")
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(".you .b").last).to_have_text("Yes")
    say(page, "br-10428")
    expect(bubble(page, "was delivered on")).to_be_visible()
    page.get_by_role("button", name="No").click()
    expect(page.get_by_text("This chat has ended.").first).to_be_visible()
    expect(page.get_by_label("Your message")).to_be_hidden()
    page.locator(".star").nth(3).click()
    page.get_by_label("Anything to add? (optional)").fill("quick")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you for your feedback.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Start a new chat")).to_be_visible()
    expect(page.locator(".star")).to_have_count(0)
    page.get_by_role("button", name="Start a new chat").click()
    expect(page.locator(".m")).to_have_count(2)


def test_a_reload_shows_the_same_conversation_once(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    before = page.locator(".m .b").all_inner_texts()
    page.reload()
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    assert page.locator(".m .b").all_inner_texts() == before
    say(page, "BR-10427")
    expect(bubble(page, "is on its way")).to_have_count(1)


def test_two_tabs_show_one_conversation(page: Page, context: BrowserContext, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    other = context.new_page()
    open_chat(other, shop.address)
    expect(bubble(other, "What is your name?")).to_be_visible()
    say(page, "Ada")
    expect(bubble(other, "Thanks, Ada")).to_be_visible()
    say(other, "BR-10427")
    expect(bubble(page, "is on its way")).to_be_visible()
    expect(page.locator(".m .b")).to_have_count(other.locator(".m .b").count())


def test_starting_over_in_one_tab_moves_the_other(page: Page, context: BrowserContext, shop: Shop) -> None:
    open_chat(page, shop.address)
    say(page, "Ada")
    other = context.new_page()
    open_chat(other, shop.address)
    expect(bubble(other, "Thanks, Ada")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Start again").click()
    expect(page.locator(".m")).to_have_count(2)
    expect(other.locator(".m")).to_have_count(2)


def test_what_is_written_offline_arrives_once_when_the_visitor_is_back(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    say(page, "Ada")
    expect(page.get_by_text("Sending …")).to_be_visible()
    context.set_offline(False)
    expect(bubble(page, "Thanks, Ada")).to_have_count(1)
    expect(page.locator(".you")).to_have_count(1)
    expect(page.get_by_text("You are offline.")).to_have_count(0)


def test_a_message_that_was_cut_off_is_sent_after_a_reload(page: Page, context: BrowserContext, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.route("**/messages?**", lambda route: route.abort())
    say(page, "Ada")
    expect(page.get_by_text("Sending …")).to_be_visible()
    page.unroute("**/messages?**")
    page.reload()
    expect(bubble(page, "Thanks, Ada")).to_have_count(1)
    expect(page.locator(".you")).to_have_count(1)


def test_an_acknowledgement_that_was_lost_makes_no_double(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    lost: list[str] = []

    def lose(route: object) -> None:
        if len(lost) < 2:
            lost.append(route.fetch().text())  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/messages?**", lose)
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_have_count(1)
    page.wait_for_timeout(1_500)
    expect(page.locator(".you")).to_have_count(1)
    expect(bubble(page, "Thanks, Ada")).to_have_count(1)


def test_a_message_the_server_refuses_says_why_and_can_be_tried_again(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.route("**/messages?**", lambda route: route.fulfill(status=422, json={"errors": [{"detail": "Too odd."}]}))
    say(page, "Ada")
    expect(page.get_by_text("Not sent. Too odd.")).to_be_visible()
    page.unroute("**/messages?**")
    page.get_by_role("button", name="Try again").click()
    expect(bubble(page, "Thanks, Ada")).to_have_count(1)


def test_a_server_that_is_killed_and_comes_back_loses_nothing(page: Page, tmp_path: Path, order_service: str) -> None:
    port = free_port()
    database = tmp_path / "branchline.db"
    with with_web(database, order_service, port) as first:
        shop = Shop(first.address)
        try:
            open_chat(page, shop.address)
            say(page, "Ada")
            expect(bubble(page, "Thanks, Ada")).to_be_visible()
            first.kill()
            say(page, "BR-10427")
            expect(page.get_by_text("Connecting again …")).to_be_visible()
            with with_web(database, order_service, port):
                expect(bubble(page, "is on its way")).to_have_count(1, timeout=15_000)
                expect(page.locator(".you")).to_have_count(2)
                expect(page.get_by_text("Connecting again …")).to_have_count(0)
                page.goto("about:blank")
        finally:
            shop.close()


def test_a_conversation_the_server_forgot_becomes_a_new_one(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.evaluate(
        """() => { const key = Object.keys(localStorage)[0]; const kept = JSON.parse(localStorage[key]);
        kept.session.token = "wrong"; localStorage[key] = JSON.stringify(kept) }"""
    )
    page.reload()
    expect(page.get_by_text("The earlier chat is over.")).to_be_visible()
    expect(page.locator(".m")).to_have_count(2)


def test_answers_that_come_late_are_counted_on_the_launcher(page: Page, shop: Shop) -> None:
    shop.page("/kinds", shop.tag("kinds"))
    open_chat(page, shop.address + "/kinds")
    page.get_by_role("button", name="slow").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Open chat,")).to_be_visible()
    page.locator(".l").click()
    expect(bubble(page, "Second.")).to_be_visible()
    expect(page.locator(".badge")).to_be_hidden()


def test_the_transcript_can_be_taken_away(page: Page, shop: Shop, tmp_path: Path) -> None:
    open_chat(page, shop.address)
    say(page, "Ada")
    expect(bubble(page, "It looks like BR-10427")).to_be_visible()
    page.get_by_role("button", name="More").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download transcript").click()
    download.value.save_as(tmp_path / "chat.txt")
    text = (tmp_path / "chat.txt").read_text("utf-8-sig")
    assert "Order desk\nWhat is your name?" in text
    assert "You said\nAda" in text
    assert "It looks like BR-10427 and" in text


def test_leaving_ends_the_conversation(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="End chat").click()
    expect(page.get_by_text("How was this chat?")).to_be_visible()


def test_an_end_that_did_not_get_through_is_said_and_can_be_tried_again(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.route("**/end*", lambda route: route.abort())
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="End chat").click()
    expect(page.get_by_text("The chat could not be ended.")).to_be_visible()
    page.unroute("**/end*")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="End chat").click()
    expect(page.get_by_text("How was this chat?")).to_be_visible()
    expect(page.get_by_text("The chat could not be ended.")).to_be_hidden()


def test_nothing_is_asked_of_the_server_before_somebody_means_to_chat(page: Page, shop: Shop, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shop.address)
    expect(page.locator(".l")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.startswith(server.address)] == [f"{server.address}/w/loader.js"]


def test_where_streams_do_not_get_through_the_answer_is_asked_for(page: Page, shop: Shop) -> None:
    page.route("**/events?**", lambda route: route.fulfill(status=502))
    open_chat(page, shop.address)
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    say(page, "BR-10427")
    expect(bubble(page, "is on its way")).to_have_count(1)
    expect(page.locator(".you")).to_have_count(2)


def test_a_long_conversation_is_whole_after_a_reload_and_stands_at_its_end(page: Page, shop: Shop) -> None:
    shop.page("/kinds", shop.tag("kinds"))
    open_chat(page, shop.address + "/kinds")
    page.get_by_role("button", name="echo", exact=True).click()
    expect(page.locator(".you")).to_have_count(1)
    page.evaluate(
        """async ([base, count]) => {
          const kept = JSON.parse(Object.values(localStorage)[0]).session
          for (let n = 0; n < count; n++)
            await fetch(`${base}/api/chat/v1/interactions/${kept.uuid}/messages`, { method: "POST",
              headers: { Authorization: `Bearer ${kept.token}` }, body: JSON.stringify({ id: `l${n}`, text: `line ${n}` }) })
        }""",
        [shop.bots, 500],
    )
    page.reload()
    expect(bubble(page, "You said line 499")).to_be_in_viewport()
    expect(page.locator(".m")).to_have_count(1_002)
    assert page.locator(".b").nth(2).text_content() == "line 0"
    page.locator(".log").evaluate("log => log.scrollTo({ top: 0, behavior: 'instant' })")
    expect(bubble(page, "Which kind?")).to_be_in_viewport()
    say(page, "one more")
    expect(bubble(page, "You said one more")).to_be_in_viewport()

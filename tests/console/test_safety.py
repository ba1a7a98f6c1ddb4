"""Nothing that an author did is lost, and nothing of another is overwritten."""

import json

from playwright.sync_api import Browser, Page, expect

from console.conftest import EMAIL, PASSWORD, Author, Opener, card, saved, small_bot
from running import http


def say_first(page: Page, text: str) -> None:
    """Change what the first node says."""
    card(page, "n0").locator(".row-button").first.click()
    page.get_by_label("Text", exact=True).fill(text)


def test_two_tabs_never_overwrite_each_other(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("conflicts", nodes=2))
    one, other = signed_in("/bots/conflicts"), signed_in("/bots/conflicts")
    expect(card(other, "n0")).to_be_visible()
    expect(other.locator(".others")).to_have_text("You have it open in another window too")
    say_first(one, "Said by the first")
    saved(one)
    say_first(other, "Said by the second")
    dialog = other.get_by_role("dialog")
    expect(dialog).to_contain_text("Ada Author saved this draft")
    assert author.draft("conflicts")["nodes"]["n0"]["actions"][0]["text"] == "Said by the first"

    dialog.get_by_role("button", name="See the difference").click()
    expect(dialog).to_contain_text("“Node 0”: Message is different")
    dialog.get_by_role("button", name="Keep mine as a copy").click()
    expect(other.get_by_role("heading", name="Conflicts (copy)")).to_be_visible()
    expect(card(other, "n0")).to_contain_text("Said by the second")
    copy = other.url.rsplit("/", 1)[-1]
    assert author.draft(copy)["nodes"]["n0"]["actions"][0]["text"] == "Said by the second"
    assert author.draft("conflicts")["nodes"]["n0"]["actions"][0]["text"] == "Said by the first"


def test_theirs_can_be_taken(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("taken", nodes=2))
    one, other = signed_in("/bots/taken"), signed_in("/bots/taken")
    expect(card(other, "n0")).to_be_visible()
    say_first(one, "Said by the first")
    saved(one)
    say_first(other, "Said by the second")
    other.get_by_role("dialog").get_by_role("button", name="Take theirs").click()
    expect(card(other, "n0")).to_contain_text("Said by the first")
    say_first(other, "And goes on")
    saved(other)
    assert author.draft("taken")["nodes"]["n0"]["actions"][0]["text"] == "And goes on"


def test_a_tab_without_changes_follows_the_other(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("follows", nodes=2))
    one = signed_in("/bots/follows")
    other = signed_in("/bots/follows", context=one.context)
    expect(card(other, "n0")).to_be_visible()
    say_first(one, "Said in the first tab")
    saved(one)
    expect(card(other, "n0")).to_contain_text("Said in the first tab")


def test_what_is_drawn_offline_is_kept_and_saved_later(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("offline", nodes=2))
    page = signed_in("/bots/offline")
    expect(card(page, "n0")).to_be_visible()
    page.wait_for_timeout(1_000)  # the forms have come
    page.context.set_offline(True)
    say_first(page, "Written in a tunnel")
    expect(page.get_by_text("Offline, kept in this browser")).to_be_visible()
    page.context.set_offline(False)
    saved(page)
    assert author.draft("offline")["nodes"]["n0"]["actions"][0]["text"] == "Written in a tunnel"


def test_a_tab_that_dies_loses_nothing(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("dies", nodes=2))
    page = signed_in("/bots/dies")
    context = page.context
    expect(card(page, "n0")).to_be_visible()
    page.wait_for_timeout(1_000)  # the forms have come
    context.set_offline(True)
    say_first(page, "The last words")
    expect(page.get_by_text("Offline, kept in this browser")).to_be_visible()
    page.close(run_before_unload=False)
    context.set_offline(False)
    assert author.draft("dies")["nodes"]["n0"]["actions"][0]["text"] == "This is message 0"

    again = signed_in("/bots/dies", context=context)
    expect(again.get_by_text("that were not saved are back")).to_be_visible()
    expect(card(again, "n0")).to_contain_text("The last words")
    saved(again)
    assert author.draft("dies")["nodes"]["n0"]["actions"][0]["text"] == "The last words"


def test_an_expired_sign_in_is_renewed_in_place(browser: Browser, signed_in: Opener, author: Author) -> None:
    author.make(small_bot("expires", nodes=2))
    page = signed_in("/bots/expires")
    expect(card(page, "n0")).to_be_visible()
    page.wait_for_timeout(1_000)
    page.context.clear_cookies()
    say_first(page, "Written after the sign-in ended")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_contain_text("Nothing is lost")
    dialog.get_by_label("E-mail").fill(EMAIL)
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)
    expect(card(page, "n0")).to_contain_text("Written after the sign-in ended")
    saved(page)
    assert author.draft("expires")["nodes"]["n0"]["actions"][0]["text"] == "Written after the sign-in ended"


def test_fifty_megabytes_are_refused_in_words(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("huge", nodes=1))
    page = signed_in("/bots/huge")
    expect(card(page, "n0")).to_be_visible()
    page.evaluate(
        """() => {
            const data = new DataTransfer()
            data.setData("text/plain", "x".repeat(50 * 1024 * 1024))
            document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
        }"""
    )
    expect(page.get_by_text("This has 50 MB, more than a whole bot may have")).to_be_visible()
    assert author.draft("huge") == small_bot("huge", nodes=1)

    page.goto(f"{author.server.address}/console/")
    page.get_by_role("button", name="New bot").click()
    page.get_by_role("tab", name="From a file").click()
    page.evaluate(
        """() => {
            const data = new DataTransfer()
            data.setData("text/plain", "x".repeat(50 * 1024 * 1024))
            document.querySelector("textarea").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
        }"""
    )
    expect(page.get_by_text("This has 50 MB. A bot file has at most 5 MB")).to_be_visible()


def test_a_file_that_does_not_parse_is_told_by_line(signed_in: Opener) -> None:
    page = signed_in("/")
    page.get_by_role("button", name="New bot").first.click()
    page.get_by_role("tab", name="From a file").click()
    page.get_by_label("Or paste its text").fill("branchline: 1\nbot: broken\nstart: a\nnodes:\n  a: [\n")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 6")


def test_a_bot_comes_in_and_goes_out_as_a_file(signed_in: Opener, author: Author) -> None:
    page = signed_in("/")
    page.get_by_role("button", name="New bot").first.click()
    page.get_by_role("tab", name="From a file").click()
    page.get_by_label("Or paste its text").fill(json.dumps(small_bot("travels", nodes=2)))
    page.get_by_role("button", name="Import").click()
    expect(card(page, "n1")).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    with page.expect_download() as downloading:
        page.get_by_role("menuitem", name="Download as a file").click()
    text = downloading.value.path().read_text()
    assert "This is message 1" in text
    again = author.call("POST", "/bots", {"bot": "travelled", "source": text.replace("bot: travels", "bot: travelled")})
    assert again["document"]["nodes"] == author.draft("travels")["nodes"]


def test_a_viewer_looks_and_changes_nothing(signed_in: Opener, author: Author, browser: Browser) -> None:
    author.make(small_bot("looked-at", nodes=2))
    author.call("POST", "/me/confirm", {"password": PASSWORD})
    invited = author.call("POST", "/people", {"name": "Vi", "email": "vi@example.com", "role": "viewer"})
    origin = {"Origin": author.server.address}
    joined = http(
        "POST",
        f"{author.server.address}/api/admin/v1/join",
        {"code": invited["code"], "password": "eleven calm viewers at work"},
        origin,
    )
    viewer = Author(author.server, joined.headers["Set-Cookie"].split(";")[0])
    context = browser.new_context(viewport={"width": 1500, "height": 900}, reduced_motion="reduce")
    name, _, value = viewer.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": author.server.address}])
    page = signed_in("/bots/looked-at", context=context)
    expect(page.get_by_text("Read only")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    card(page, "n0").locator(".title").click()
    expect(page.get_by_label("Title")).to_be_disabled()
    page.locator(".react-flow__node").first.press("Delete")
    expect(card(page, "n0")).to_be_visible()


def test_hostile_text_is_shown_and_never_run(signed_in: Opener, author: Author) -> None:
    payload = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>{{ <b>x</b> }}"
    bot = small_bot("hostile", nodes=2)
    bot["name"] = payload
    bot["nodes"]["n0"]["label"] = payload
    bot["nodes"]["n0"]["actions"][0]["text"] = payload
    author.make(bot)
    page = signed_in("/bots/hostile")
    expect(card(page, "n0").locator(".title")).to_have_text(payload)
    card(page, "n0").locator(".row-button").first.click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(payload)
    page.get_by_role("button", name="Outline").click()
    expect(page.get_by_role("button", name=payload, exact=True).first).to_be_visible()
    page.goto(f"{author.server.address}/console/")
    expect(page.get_by_role("link", name=payload)).to_be_visible()
    assert page.title() == "Branchline"
    assert page.locator("img").count() == 0

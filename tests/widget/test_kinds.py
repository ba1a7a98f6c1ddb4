"""Every kind of capture has its field, and files go both ways."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from widget.conftest import BOTS, HERE, Shop, bubble, open_chat, say

PICTURE = BOTS / "files" / "picture.png"


def asked(page: Page, shop: Shop, kind: str) -> Any:
    """Have the bot ask for a kind; gives the field."""
    open_chat(page, shop.page("/kinds", shop.tag("kinds")))
    page.get_by_role("button", name=kind, exact=True).click()
    expect(page.locator(".you .b")).to_have_text(kind)
    if kind != "echo":  # which asks nothing; the others have another field from their question on
        expect(page.locator(".m .b").nth(2)).to_be_visible()
    return page.get_by_label("Your message")


@pytest.mark.parametrize(
    ("kind", "element", "keyboard", "remembered"),
    [
        ("email", "INPUT", "email", "email"),
        ("phone", "INPUT", "tel", "tel"),
        ("number", "INPUT", "numeric", "off"),
        ("date", "INPUT", "", "off"),
        ("yes_no", "TEXTAREA", "", ""),
        ("echo", "TEXTAREA", "", ""),
    ],
)
def test_each_kind_has_its_keyboard_and_what_the_browser_remembers(
    page: Page, shop: Shop, kind: str, element: str, keyboard: str, remembered: str
) -> None:
    field = asked(page, shop, kind)
    expect(field).to_have_js_property("tagName", element)
    expect(field).to_have_js_property("inputMode", keyboard)
    expect(field).to_have_js_property("autocomplete", remembered)


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence", "right", "got"),
    [
        ("email", "ada@shop", "That is not an e-mail address.", "ada@shop.example", "Got ada@shop.example."),
        ("phone", "12", "That is not a telephone number.", "020 8366 1177", "Got +442083661177."),
        ("number", "99", "Please give at most 10.", "7", "Got 7."),
        ("number", "2.5", "That is not a whole number.", "2", "Got 2."),
    ],
)
def test_what_cannot_be_right_is_said_at_the_field_before_it_is_sent(
    page: Page, shop: Shop, kind: str, wrong: str, sentence: str, right: str, got: str
) -> None:
    field = asked(page, shop, kind)
    expect(field).to_have_js_property("tagName", "INPUT")
    say(page, wrong)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#error")).to_contain_text(sentence)
    expect(field).to_have_attribute("aria-describedby", "error")
    expect(field).to_be_focused()
    expect(page.locator(".you")).to_have_count(1)
    say(page, right)
    expect(bubble(page, got)).to_be_visible()
    expect(page.locator("#error")).to_be_hidden()


def test_a_word_that_works_anywhere_is_never_held_back(page: Page, shop: Shop) -> None:
    asked(page, shop, "email")
    say(page, "menu")
    expect(bubble(page, "Which kind?")).to_have_count(2)


def test_a_day_is_written_or_taken_from_the_calendar(page: Page, shop: Shop) -> None:
    field = asked(page, shop, "date")
    expect(page.get_by_role("button", name="Choose a date")).to_be_visible()
    page.locator(".day input").evaluate("one => { one.value = '2026-12-24'; one.dispatchEvent(new Event('change')) }")
    expect(field).to_have_value("2026-12-24")
    page.keyboard.press("Enter")
    expect(bubble(page, "Got 2026-12-24.")).to_be_visible()


def test_several_are_ticked_and_sent_as_one_message(page: Page, shop: Shop) -> None:
    asked(page, shop, "several_of")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#several")).to_have_text("Please choose at least 1.")
    for label in ("Cheese", "Olives", "Salt and pepper"):
        page.get_by_label(label).check()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#several")).to_have_text("Please choose at most 2.")
    page.get_by_label("Olives").uncheck()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".you .b").last).to_have_text("Cheese, Salt and pepper")
    expect(bubble(page, "Got")).to_be_visible()


def test_a_scale_says_what_its_steps_mean(page: Page, shop: Shop) -> None:
    asked(page, shop, "rating")
    page.get_by_role("button", name="4 of 5").click()
    expect(bubble(page, "Got 4.")).to_be_visible()


def test_a_picture_is_sent_and_shown_on_both_sides_of_a_reload(page: Page, shop: Shop) -> None:
    asked(page, shop, "file")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    assert chooser.value.element.get_attribute("accept") == "image/*"
    chooser.value.set_files(PICTURE)
    shown = page.get_by_role("img", name="picture.png")
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", 480)
    page.reload()
    expect(shown).to_be_visible()
    expect(page.locator(".picture")).to_have_count(1)
    assert str(page.locator(".picture").get_attribute("href")).startswith(f"{shop.bots}/api/chat/v1/files/")


def test_a_file_that_does_not_fit_is_refused_at_the_field(page: Page, shop: Shop, tmp_path: Path) -> None:
    asked(page, shop, "file")
    big = tmp_path / "big.png"
    big.write_bytes(PICTURE.read_bytes() + bytes(200_000))
    for file, sentence in ((HERE / "conftest.py", "That kind of file cannot be sent here."), (big, "too big")):
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose a file").click()
        chooser.value.set_files(file)
        expect(page.locator("#error")).to_contain_text(sentence)
    expect(page.locator(".you")).to_have_count(1)


@pytest.mark.parametrize("event", ["paste", "drop"])
def test_a_file_is_pasted_or_dropped(page: Page, shop: Shop, event: str) -> None:
    field = asked(page, shop, "file")
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()
    field.evaluate(
        """(field, { event, bytes }) => {
          const data = new DataTransfer()
          data.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }))
          const more = event === "paste" ? { clipboardData: data } : { dataTransfer: data }
          const made = event === "paste" ? new ClipboardEvent(event, { bubbles: true, cancelable: true, ...more })
            : new DragEvent(event, { bubbles: true, cancelable: true, ...more })
          field.dispatchEvent(made)
        }""",
        {"event": event, "bytes": list(PICTURE.read_bytes())},
    )
    expect(page.get_by_role("img", name="dropped.png")).to_be_visible()


def test_files_of_the_bot_are_shown_or_offered(page: Page, shop: Shop) -> None:
    open_chat(page, shop.page("/files", shop.tag("files-desk")))
    expect(page.get_by_role("img", name="picture.png")).to_have_js_property("naturalWidth", 480)
    link = page.get_by_role("link", name="terms.txt")
    expect(link).to_contain_text("1 kB")
    with page.expect_download() as download:
        link.click(modifiers=["Alt"])
    assert download.value.suggested_filename == "terms.txt"


def test_what_is_written_stays_as_it_is_written(page: Page, shop: Shop) -> None:
    field = asked(page, shop, "echo")
    field.fill("**not bold**")
    field.press("Shift+Enter")
    field.press_sequentially("<b>second</b> line")
    field.press("Enter")
    expect(page.locator(".you .b").last).to_have_text("**not bold**\n<b>second</b> line", use_inner_text=True)
    expect(page.locator(".you b, .you strong")).to_have_count(0)

"""The widget is for everyone: keyboard, screen readers, every theme, direction and size (WCAG 2.2 AA, by axe-core)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from running import ROOT
from widget.conftest import Shop, bubble, open_chat, say

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True},
    "right to left, dark, phone": {"viewport": {"width": 360, "height": 640}, "color_scheme": "dark"},
}


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    page.wait_for_timeout(250)
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run({ runOnly: tags })", TAGS)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_no_state_has_a_barrier(browser: Browser, shop: Shop, look: str) -> None:
    context = browser.new_context(**{"viewport": {"width": 1100, "height": 800}, **LOOKS[look]})
    locale = "ar" if "right" in look else "en"
    words = {"en": ("Your message", "Confirm", "More"), "ar": ("رسالتك", "تأكيد", "المزيد")}[locale]
    shop.page("/kinds", shop.tag("kinds", locale=locale), lang=locale)
    page = context.new_page()
    page.goto(shop.address + "/kinds")
    expect(page.locator(".l")).to_be_visible()
    assert violations(page) == [], "closed"
    page.locator(".l").click()
    expect(page.locator(".chip").first).to_be_visible()
    assert violations(page) == [], "choices"
    page.get_by_role("button", name=words[2]).click()
    assert violations(page) == [], "menu"
    page.keyboard.press("Escape")
    for kind in ("markdown", "email", "date", "several_of", "rating", "file"):
        page.get_by_role("button", name=kind, exact=True).click()
        expect(page.locator(".you .b").last).to_have_text(kind)
        page.wait_for_timeout(400)
        if kind == "email":
            empty = page.locator("input.field").evaluate("field => getComputedStyle(field).direction")
            assert empty == ("rtl" if locale == "ar" else "ltr"), "what the field says while it is empty"
            page.get_by_label(words[0]).fill("not@")
            page.keyboard.press("Enter")
            expect(page.locator("#error")).to_be_visible()
        if kind == "several_of":
            page.get_by_role("button", name=words[1]).click()
            expect(page.locator("#several")).to_be_visible()
        assert violations(page) == [], kind
        if kind != "markdown":
            say_in(page, "menu", words[0])
            expect(page.get_by_role("button", name="several_of")).to_be_visible()
    page.get_by_role("button", name=words[2]).click()
    page.locator(".menu button").last.click()
    expect(page.locator(".star").first).to_be_visible()
    page.locator(".star").nth(2).click()
    assert violations(page) == [], "ended"
    for bot in ("front-desk", "closed-desk"):
        shop.page("/before", shop.tag(bot, locale=locale), lang=locale)
        page.goto(shop.address + "/before")
        page.locator(".l").click()
        expect(page.locator(".intro")).not_to_be_empty()
        expect(page.locator(".primary, .chip").first).to_be_visible()
        assert violations(page) == [], bot
        if bot == "front-desk":
            page.locator(".primary").click()
            expect(page.locator(".err").first).to_be_visible()
            assert violations(page) == [], "form with errors"
    page.goto(f"{shop.bots}/chat/nobody?locale={locale}")
    assert violations(page) == [], "no chat here"
    context.close()


def say_in(page: Page, text: str, label: str) -> None:
    page.get_by_label(label).fill(text)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_troubles_have_no_barrier(page: Page, context: BrowserContext, shop: Shop, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.route("**/messages?**", lambda route: route.fulfill(status=422, json={"errors": [{"detail": "Too odd."}]}))
    say(page, "Ada")
    expect(page.get_by_text("Not sent.")).to_be_visible()
    context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    assert violations(page) == []


def test_the_page_of_a_chat_has_no_barrier(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.bots}/chat/order-desk")
    expect(bubble(page, "What is your name?")).to_be_visible()
    assert violations(page) == []


def test_the_whole_story_by_keyboard(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    page.keyboard.type("BR-10427")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Yes")).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.shadowRoot.activeElement.textContent") == "No":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("How was this chat?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".l")).to_be_focused()


def test_focus_is_never_taken_by_what_arrives(page: Page, shop: Shop) -> None:
    shop.page("/form", '<input aria-label="Search">' + shop.tag())
    page.goto(shop.address + "/form")
    page.evaluate("Branchline.open()")
    page.get_by_label("Search").focus()
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.evaluate("Branchline.send('Ada')")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    expect(page.get_by_label("Search")).to_be_focused()


def test_only_what_is_new_is_read_out(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.wait_for_timeout(1_200)
    page.evaluate(
        """() => { window.read = []; const log = Branchline.shadowRoot
        .querySelector('[role=log]'); new MutationObserver(all => all.forEach(one => one.addedNodes
        .forEach(node => read.push(node.textContent)))).observe(log, {childList: true}) }"""
    )
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    read = page.evaluate("read")
    assert len(read) == 1
    assert read[0].startswith("Order desk said: Thanks, Ada.")
    assert "*" not in read[0]
    page.wait_for_timeout(1_200)
    assert page.locator("[role=log]").inner_text() == ""
    page.reload()
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    assert page.locator("[role=log]").inner_text() == ""


def test_targets_are_large_enough(page: Page, shop: Shop) -> None:
    shop.page("/kinds", shop.tag("kinds"))
    open_chat(page, shop.address + "/kinds")
    expect(page.locator(".chip").first).to_be_visible()
    sizes = page.evaluate(
        """() => [...Branchline.shadowRoot.querySelectorAll('button')]
        .filter(one => one.checkVisibility()).map(one => [one.textContent, one.offsetWidth, one.offsetHeight])"""
    )
    assert [one for one in sizes if min(one[1:]) < 40] == []


def test_a_phone_shows_it_full_screen_and_keeps_the_focus_in(browser: Browser, shop: Shop) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(shop.address)
    page.locator(".l").tap()
    expect(page.get_by_role("dialog")).to_have_attribute("aria-modal", "true")
    box = page.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 780}
    expect(page.locator(".l")).to_be_hidden()
    expect(bubble(page, "What is your name?")).to_be_visible()
    expect(page.get_by_label("Your message")).not_to_be_focused()
    assert page.get_by_label("Your message").evaluate("one => getComputedStyle(one).fontSize") == "16px"
    page.get_by_label("Your message").focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "branchline-order-desk"
    page.get_by_role("button", name="Close chat").tap()
    expect(page.locator(".l")).to_be_visible()
    context.close()


def test_it_holds_at_double_zoom(browser: Browser, shop: Shop) -> None:
    context = browser.new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page = context.new_page()
    open_chat(page, shop.address)
    expect(bubble(page, "What is your name?")).to_be_visible()
    expect(page.get_by_label("Your message")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport()
    context.close()


def test_reduced_motion_moves_nothing(browser: Browser, shop: Shop) -> None:
    context = browser.new_context(reduced_motion="reduce")
    shop.page("/kinds", shop.tag("kinds"))
    page = context.new_page()
    open_chat(page, shop.address + "/kinds")
    page.get_by_role("button", name="slow").click()
    expect(bubble(page, "Second.")).to_be_visible(timeout=900)
    assert page.evaluate("Branchline.shadowRoot.getAnimations().length") == 0
    context.close()


@pytest.mark.parametrize(("locale", "word"), [("de", "Senden"), ("fr", "Envoyer"), ("es", "Enviar"), ("ar", "إرسال")])
def test_it_speaks_the_languages_of_the_page(page: Page, shop: Shop, locale: str, word: str) -> None:
    shop.page("/page", shop.tag(locale=locale), lang=locale)
    open_chat(page, shop.address + "/page")
    expect(page.get_by_role("button", name=word, exact=True)).to_be_visible()
    assert page.get_by_role("dialog").evaluate("one => getComputedStyle(one).direction") == (
        "rtl" if locale == "ar" else "ltr"
    )


@pytest.mark.parametrize("accent", ["#ffee00", "#000000", "#ffffff", "#777777", "#e5007d"])
def test_a_company_colour_is_always_readable(page: Page, shop: Shop, accent: str) -> None:
    shop.page("/page", shop.tag("kinds", accent=accent))
    open_chat(page, shop.address + "/page")
    page.get_by_role("button", name="markdown").click()
    expect(bubble(page, "Bold")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("written", ["en_US", "de_AT", "zh-Hans-CN-u-nu-latn", "x-default", "not a language"])
def test_a_page_that_names_its_language_wrongly_has_a_chat(page: Page, shop: Shop, written: str) -> None:
    page.goto(shop.page("/named", lang=written))
    page.locator(".l").click()
    expect(bubble(page, "What is your name?")).to_be_visible()

"""What the bot file says about the chat: notice, consent and form before the first message, greeting, hours, side."""

from playwright.sync_api import BrowserContext, Page, expect

from running import http
from widget.conftest import Shop, Web, bubble, open_chat, say


def opened(page: Page, shop: Shop, bot: str) -> list[str]:
    """Open a bot's chat; gives the list to which what is sent to the server is added."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    open_chat(page, shop.page("/page", shop.tag(bot)))
    return sent


def test_nothing_is_sent_before_the_visitor_agrees(page: Page, shop: Shop) -> None:
    sent = opened(page, shop, "front-desk")
    expect(page.get_by_text("I keep what you write for 30 days")).to_be_visible()
    notice = page.get_by_role("link", name="Privacy notice")
    expect(notice).to_have_attribute("href", "https://larkfield.example/privacy")
    expect(page.get_by_label("Your message")).to_be_hidden()
    page.evaluate("Branchline.setData({basket: '3'})")
    assert sent == []
    page.get_by_label("Your name *").fill("Mira")
    page.get_by_label("Your e-mail address").fill("mira@larkfield.example")
    page.get_by_role("button", name="Agree and start").click()
    expect(bubble(page, "Thank you, Mira.")).to_be_visible()
    assert len(sent) == 1
    expect(page.get_by_label("Your message")).to_be_focused()


def test_the_form_says_what_is_wrong_at_each_field(page: Page, shop: Shop) -> None:
    sent = opened(page, shop, "front-desk")
    name, email, phone = (page.get_by_label(label) for label in ("Your name *", "Your e-mail address", "Telephone"))
    assert [field.get_attribute("autocomplete") for field in (name, email, phone)] == ["name", "email", "tel"]
    assert [field.get_attribute("type") for field in (name, email, phone)] == ["text", "email", "tel"]
    email.fill("mira")
    phone.fill("12")
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    for field, wrong in (
        (name, "Please fill in this field."),
        (email, "That is not an e-mail address."),
        (phone, "That is not a telephone number."),
    ):
        expect(field).to_have_attribute("aria-invalid", "true")
        described = field.get_attribute("aria-describedby")
        expect(page.locator(f"[id='{described}']")).to_contain_text(wrong)
    name.fill("Mira")
    expect(name).to_have_attribute("aria-invalid", "false")
    assert sent == []


def test_the_form_is_interaction_data_and_is_marked_as_unverified(page: Page, shop: Shop, server: Web) -> None:
    opened(page, shop, "front-desk")
    page.evaluate("Branchline.setData({basket: '3'})")
    page.get_by_label("Your name *").fill(" Mira ")
    page.get_by_label("Your e-mail address").fill("mira@larkfield.example")
    with page.expect_response(lambda answer: answer.status == 201) as started:
        page.keyboard.press("Enter")
    expect(bubble(page, "Thank you, Mira.")).to_be_visible()
    uuid = started.value.json()["interaction"]["uuid"]
    data = server.core(f"interactions/{uuid}/interactionData")["data"]
    kept = {item["attributes"]["name"]: item["attributes"] for item in data}
    assert {name: one["data"] for name, one in kept.items()} == {
        "customer": "Mira",
        "email": "mira@larkfield.example",
        "basket": "3",
    }
    assert kept["email"]["label"] == "Your e-mail address"
    assert all(one["unverified"] for one in kept.values())


def test_who_has_agreed_is_not_asked_again_until_a_new_chat(page: Page, shop: Shop) -> None:
    opened(page, shop, "front-desk")
    page.get_by_label("Your name *").fill("Mira")
    page.get_by_label("Your e-mail address").fill("mira@larkfield.example")
    page.keyboard.press("Enter")
    expect(bubble(page, "Thank you, Mira.")).to_be_visible()
    page.reload()
    expect(bubble(page, "Thank you, Mira.")).to_be_visible()
    expect(page.get_by_role("button", name="Agree and start")).to_have_count(0)
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("link", name="Privacy notice")).to_be_visible()
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_role("button", name="Agree and start")).to_be_visible()
    expect(page.locator(".m")).to_have_count(0)


def test_a_greeting_stands_above_the_conversation_and_the_colour_is_the_companys(page: Page, shop: Shop) -> None:
    opened(page, shop, "front-desk")
    expect(page.locator(".intro strong")).to_have_text("Fern")
    expect(page.get_by_role("dialog", name="Fern from Larkfield")).to_be_visible()
    expect(page.get_by_role("button", name="Agree and start")).to_have_css("background-color", "rgb(47, 107, 60)")
    expect(page.get_by_text("Monday at 9")).to_have_count(0)


def test_outside_of_the_hours_it_says_so(page: Page, shop: Shop) -> None:
    opened(page, shop, "closed-desk")
    expect(page.get_by_text("Closed now")).to_be_visible()
    expect(page.locator(".intro")).to_have_text("We are back on Monday at 9.")
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["x"] == 20, "on the left"
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("button", name="Start a new chat")).to_be_visible()
    expect(page.locator(".star")).to_have_count(0)


def test_files_are_offered_only_where_the_bot_takes_them(page: Page, shop: Shop) -> None:
    opened(page, shop, "front-desk")
    page.get_by_label("Your name *").fill("Mira")
    page.get_by_label("Your e-mail address").fill("mira@larkfield.example")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_visible()
    expect(page.get_by_role("button", name="Send a file")).to_be_hidden()


def test_the_description_of_a_bot_is_what_its_newest_version_says(shop: Shop) -> None:
    about = http("GET", f"{shop.bots}/api/chat/v1/bots/front-desk").body
    assert about["accent"] == "#2f6b3c"
    assert about["fields"][1] == {"name": "email", "label": "Your e-mail address", "kind": "email", "required": True}
    assert about["files"] is False
    assert "rating" not in about
    closed = http("GET", f"{shop.bots}/api/chat/v1/bots/closed-desk").body
    assert (closed["open"], closed["position"]) == (False, "left")


def test_what_the_page_knows_is_there_for_the_bot(page: Page, shop: Shop) -> None:
    shop.page("/page", "<script>Branchline = [['setData', {customer: 'Ada'}]]</script>" + shop.tag("front-desk"))
    page.goto(shop.address + "/page")
    page.locator(".l").click()
    page.get_by_label("Your name *").fill("Mira")
    page.get_by_label("Your e-mail address").fill("mira@larkfield.example")
    page.keyboard.press("Enter")
    expect(bubble(page, "Thank you, Mira.")).to_be_visible()
    say(page, "Leave a message")
    expect(bubble(page, "I have written that down for mira@larkfield.example.")).to_be_visible()


def test_what_cannot_begin_can_be_tried_again_and_never_goes_past_the_form(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    page.route(
        "**/bots/front-desk", lambda route: route.fulfill(status=503, json={"errors": [{"detail": "Too busy."}]})
    )
    sent = opened(page, shop, "front-desk")
    expect(page.get_by_text("The chat could not start. Too busy.")).to_be_visible()
    assert sent == [], "nobody agreed to anything"
    page.unroute("**/bots/front-desk")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("button", name="Agree and start")).to_be_visible()
    expect(page.get_by_text("Too busy.")).to_have_count(0)
    busy = {"Retry-After": "7", "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    page.route("**/interactions?**", lambda route: route.fulfill(status=429, headers=busy, body="{}"))
    page.get_by_label("Your name *").fill("Mira")
    page.get_by_label("Your e-mail address").fill("mira@larkfield.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Please wait 7 seconds.")).to_be_visible()
    expect(page.get_by_label("Your name *")).to_have_value("Mira")
    page.unroute("**/interactions?**")
    page.get_by_role("button", name="Agree and start").click()
    expect(bubble(page, "Thank you, Mira.")).to_be_visible()
    expect(page.get_by_text("Please wait 7 seconds.")).to_have_count(0)


def test_a_chat_that_is_opened_offline_begins_when_the_visitor_is_back(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    page.goto(shop.address)
    page.locator(".l").hover()
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    page.locator(".l").click()
    expect(page.get_by_text("The chat could not start.")).to_be_visible()
    context.set_offline(False)
    expect(bubble(page, "What is your name?")).to_be_visible()
    expect(page.get_by_text("The chat could not start.")).to_have_count(0)

"""Watching a bot at work: interactions found and told, calls and deliveries with their reasons, endpoints and secrets."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest
from playwright.sync_api import Browser, Page, expect

from branchline.service.access.sign_ins import CONFIRMED_MS
from console.conftest import NAME, PASSWORD, axe, watched
from console.shop import Shop, crm, desk, shop_in
from running import http

Looks = Callable[..., Page]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop_in(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def look(browser: Browser, shop: Shop) -> Iterator[Looks]:
    """Open pages of the shop's console: `look("/interactions", dark=True)`."""
    opened = []

    def start(path: str, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": 1500, "height": 900},
            locale="en-GB",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        name, _, value = shop.author.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": shop.server.address}])
        page, wrong = watched(context)
        opened.append((context, wrong))
        page.goto(f"{shop.server.address}/console{path}")
        return page

    yield start
    for context, wrong in opened:
        context.close()
        assert not wrong, wrong


def test_a_conversation_is_found_by_what_was_said_and_told_with_its_reasons(shop: Shop, look: Looks) -> None:
    shop.visitor("Track it", "something about zebras", "br-10427")
    shop.visitor("Goodbye")
    page = look("/interactions")
    expect(page.locator("tbody tr").nth(1)).to_be_visible()
    page.get_by_label("Words that were said").fill("zebras")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_text("said: zebras")).to_be_visible()
    page.locator("tbody a").click()
    transcript = page.locator(".transcript")
    expect(transcript).to_contain_text("Good news, Mira Oakenfell: BR-10427 is on its way.")
    expect(transcript).to_contain_text("It went on at “On the way”, because status is SHIPPED (case 2).")
    expect(transcript).to_contain_text("The reply did not fit what is asked for")
    transcript.get_by_text("What was compared").click()
    expect(transcript.locator(".tried")).to_contain_text("status is DELIVERED")
    expect(page.locator("aside")).to_contain_text("orders")
    expect(page.locator("aside")).to_contain_text("Answered")
    # From the turn to the node on the canvas.
    transcript.get_by_role("link", name="On the way").first.click()
    expect(page).to_have_url(f"{shop.server.address}/console/bots/parcel-desk?node=on_the_way")


def test_filters_are_chips_that_can_be_taken_away(shop: Shop, look: Looks) -> None:
    shop.visitor("Track it", "BR-77777")
    page = look("/interactions")
    page.get_by_role("button", name="Data or reference").click()
    page.get_by_label("Name of data").fill("order_number")
    page.get_by_label("Its value").fill("BR-77777")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Status").select_option("active")
    expect(page.get_by_text("Nothing fits these filters")).to_be_visible()
    page.get_by_role("button", name="Remove the filter Active").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Clear all").click()
    expect(page.locator(".chips")).to_have_count(0)


def test_an_interaction_is_watched_while_it_runs(shop: Shop, look: Looks) -> None:
    visitor = shop.visitor()
    page = look(f"/interactions/{visitor.uuid}")
    expect(page.locator(".live-mark.on")).to_be_visible()
    visitor.say("Track it")
    expect(page.locator(".transcript")).to_contain_text("What is your order number?")
    visitor.say("BR-1")
    expect(page.locator(".transcript")).to_contain_text("BR-1 is on its way")


def test_the_list_updates_by_itself(shop: Shop, look: Looks) -> None:
    page = look("/interactions?text=giraffes")
    expect(page.get_by_text("Nothing fits these filters")).to_be_visible()
    expect(page.locator(".live-mark.on")).to_be_visible()
    shop.visitor("Track it", "where are my giraffes")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_an_endpoint_that_fails_is_told_with_its_reason_and_a_breaker_is_reset(shop: Shop, look: Looks) -> None:
    shop.endpoint.status = 500
    for _ in range(5):
        failed = shop.visitor("Track it", "BR-5")
    shop.endpoint.status = 200
    page = look(f"/interactions/{failed.uuid}")
    expect(page.locator("aside")).to_contain_text("http_5xx")
    expect(page.locator("aside")).to_contain_text("Look into the service's own log.")
    page.goto(f"{shop.server.address}/console/endpoints")
    expect(page.get_by_text("Left alone")).to_be_visible()
    page.get_by_role("button", name="Show the last calls of orders").click()
    expect(page.locator(".entry-list")).to_contain_text("http_5xx")
    page.get_by_role("button", name="Ask it again now").click()
    expect(page.get_by_text("orders is asked again.")).to_be_visible()
    expect(page.get_by_text("Left alone")).to_have_count(0)
    assert shop.author.call("GET", "/audit")["entries"][0]["what"] == "endpoint.reset"


def test_an_endpoint_is_asked_once_more_while_it_is_waited_for(shop: Shop, look: Looks) -> None:
    bot = desk(shop.endpoint.address, "safe-desk")
    bot["endpoints"]["orders"]["safe_to_repeat"] = True
    shop.publish(bot)
    held = shop.endpoint.go_on = Event()
    shop.endpoint.arrived.clear()
    visitor = shop.visitor("Track it", bot="safe-desk")
    visitor.call("messages?wait=0", {"id": "number", "text": "BR-1"})
    assert shop.endpoint.arrived.wait(10)
    page = look(f"/interactions/{visitor.uuid}")
    expect(page.locator("aside")).to_contain_text("The same request with the same id. The first answer counts.")
    shop.endpoint.go_on = Event()
    shop.endpoint.go_on.set()
    page.get_by_role("button", name="Ask once more").click()
    expect(page.locator(".transcript")).to_contain_text("BR-1 is on its way")
    expect(page.get_by_role("button", name="Ask once more")).to_have_count(0)
    held.set()


def test_what_needs_attention_is_said_in_one_place_with_the_way_there(shop: Shop, look: Looks) -> None:
    bot = desk(shop.endpoint.address, "locked-desk")
    bot["endpoints"]["orders"]["signing"] = ["nowhere"]
    shop.publish(bot)
    page = look("/settings/people")
    page.get_by_role("button", name="needs attention").click()
    page.get_by_text("The secret 'nowhere' is not set.").hover()
    assert axe(page) == []
    page.get_by_role("listitem").filter(has_text="nowhere").get_by_role("link", name="Show").click()
    expect(page.get_by_role("heading", name="Endpoints and secrets")).to_be_visible()
    expect(page.get_by_text("Secret missing: nowhere")).to_be_visible()


def test_what_is_dangerous_asks_who_it_is_and_goes_on_by_itself(shop: Shop, look: Looks) -> None:
    shop.later(CONFIRMED_MS + 60_000)
    page = look("/settings/people")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("Name").fill("Grace")
    page.get_by_label("E-mail").fill("grace@example.com")
    page.get_by_role("button", name="Make an invitation").click()
    dialog = page.get_by_role("dialog", name="Is it you?")
    dialog.get_by_label("Password", exact=True).fill("not my password at all")
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert [one["name"] for one in shop.author.call("GET", "/people")["people"]] == [NAME]
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("dialog", name="A link for Grace")).to_contain_text("/console/join#")
    assert len(shop.author.call("GET", "/people")["people"]) == 2


def test_a_delivery_that_failed_is_told_with_its_reason_and_sent_again(shop: Shop, look: Looks) -> None:
    crm(shop)
    shop.endpoint.status = 400
    shop.visitor("Goodbye")
    shop.settled()
    page = look("/deliveries")
    page.get_by_label("State").select_option("dead")
    expect(page.get_by_text("No such deliveries")).to_be_visible()
    page.get_by_label("State").select_option("owed")
    page.locator("tbody a").first.click()
    expect(page.locator(".ladder")).to_contain_text("http_4xx")
    shop.endpoint.status = 200
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(".ladder li")).to_have_count(2)
    expect(page.locator(".facts")).to_contain_text("Delivered")


def test_a_target_is_added_by_its_form_only_when_it_takes_the_test(shop: Shop, look: Looks) -> None:
    page = look("/deliveries?tab=targets")
    page.get_by_role("button", name="Add a target").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("archive")
    dialog.get_by_label("Address").fill(f"{shop.endpoint.address}/archive")
    dialog.get_by_label("Headers").fill("Authorization: Bearer {{ secret.orders }}")
    shop.endpoint.status = 503
    dialog.get_by_role("button", name="Test and save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("http_5xx")
    shop.endpoint.status = 200
    dialog.get_by_role("button", name="Test and save").click()
    expect(page.get_by_text("The test was taken, and archive is saved.")).to_be_visible()
    assert shop.endpoint.asked[-1].headers["Authorization"] == "Bearer a key of the orders"
    page.get_by_role("button", name="archive: More").click()
    page.get_by_role("menuitem", name="Switch off").click()
    expect(page.get_by_text("Switched off", exact=True)).to_be_visible()
    page.get_by_role("button", name="archive: More").click()
    page.get_by_role("menuitem", name="Remove …").click()
    page.get_by_label("Type archive to confirm").fill("archive")
    page.get_by_role("button", name="Remove the target").click()
    expect(page.get_by_text("archive is removed.")).to_be_visible()


def test_a_secret_is_set_and_never_shown(shop: Shop, look: Looks) -> None:
    page = look("/endpoints?tab=secrets")
    expect(page.get_by_text("parcel-desk/orders")).to_be_visible()
    page.get_by_role("button", name="Replace … orders").click()
    page.get_by_label("Value").first.fill("another key, very secret")
    page.get_by_role("button", name="Set the secret", exact=True).click()
    expect(page.get_by_text("orders is set.")).to_be_visible()
    for path in ("/secrets", "/endpoints", "/audit", "/bots/parcel-desk/endpoints/orders"):
        headers = {"Cookie": shop.author.cookie}
        answer = http("GET", f"{shop.server.address}/api/admin/v1{path}", headers=headers)
        assert b"very secret" not in answer.content, path
    shop.visitor("Track it", "BR-10427")
    assert shop.endpoint.asked[-1].headers["X-Key"] == "another key, very secret"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_screens_have_no_barriers(shop: Shop, look: Looks, dark: bool) -> None:
    visitor = shop.visitor("Track it", "nonsense", "BR-10427")
    delivery = shop.author.call("GET", "/deliveries")["deliveries"][:1]
    paths = ["/interactions", f"/interactions/{visitor.uuid}", "/interactions?text=nothingatall", "/deliveries"]
    paths += ["/deliveries?tab=targets", "/endpoints", "/endpoints?tab=secrets", "/interactions/none"]
    paths += [f"/deliveries/{one['id']}" for one in delivery]
    for path in paths:
        page = look(path, dark=dark)
        expect(page.locator("main .page-head")).to_be_visible()
        expect(page.locator("main .mantine-Loader-root")).to_have_count(0)
        assert axe(page) == [], path
        page.close()

"""Pages that were written for the other vendor work when one address in them is changed.

Four such pages, each with another way of using it (by a script element and by `import()`); then every method and event.
"""

from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from widget.conftest import Shop, Web, bubble, say

ORDERS = "e39f9811-1111-493b-b258-e964a1e33cf4"
LIFECYCLE = "5c0de000-2222-4000-8000-000000000001"

NAMES = [
    "ready",
    "enterStandby",
    "enterDataCollection",
    "exitDataCollection",
    "enterInteraction",
    "resumeInteraction",
    "exitInteraction",
    "completeInteraction",
    "qosFail",
    "presenceFail",
    "rateLimitFail",
    "visibilityChange",
    "availabilityChange",
    "sendEmail",
    "agentJoined",
    "agentLeft",
]


def loader(shop: Shop, config: str) -> str:
    """The one address that changes; what follows it is as the vendor's pages write it."""
    return f"{shop.bots}/api/ecs/v1/loader/{config}.js?path={quote(shop.address, safe='')}&selectedVersion="


def imported(shop: Shop, config: str) -> str:
    return f"<script>import('{loader(shop, config)}')</script>"


def tagged(shop: Shop, config: str) -> str:
    return f'<script async src="{loader(shop, config)}"></script>'


LISTEN = """<script>window.told = []; window.tracked = []
window.talkativeCustomConfig = {
  customTracking() { tracked.push([...arguments]) },
  events: Object.fromEntries(NAMES.map(name => [name, (...given) => told.push([name, ...given])])),
}</script>""".replace("NAMES", str(NAMES))


def names(page: Page) -> list[str]:
    return [one[0] for one in page.evaluate("told")]


def agree(page: Page) -> None:
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Agree and start").click()
    expect(bubble(page, "Hello!")).to_be_visible()


# four pages


def test_a_page_with_a_button_of_its_own(page: Page, shop: Shop) -> None:
    """Its own icon shows the chat, and hides while the chat is there."""
    shop.page(
        "/icon",
        """<style>.hidden { display: none }</style><button id="icon" class="hidden">Chat with us</button><script>
        window.talkativeCustomConfig = { events: {
          ready() {
            if (!talkativeApi.ui.canShow()) return
            icon.classList.toggle('hidden')
            icon.addEventListener('click', () => window.talkativeApi.ui.show())
          },
          visibilityChange({ visibility }) { icon.classList.toggle('hidden', visibility) },
        } }</script>"""
        + imported(shop, ORDERS),
    )
    page.goto(shop.address + "/icon")
    page.get_by_role("button", name="Chat with us").click()
    expect(bubble(page, "What is your name?")).to_be_visible()
    expect(page.locator("#icon")).to_be_hidden()
    page.get_by_role("button", name="Close chat").first.click()
    expect(page.locator("#icon")).to_be_visible()
    page.get_by_role("button", name="Chat with us").click()
    say(page, "Ada")
    say(page, "BR-10427")
    expect(bubble(page, "is on its way")).to_be_visible()


def test_a_page_that_starts_by_itself_with_data_of_its_address(page: Page, shop: Shop) -> None:
    """In standby it gives data from the query, and begins; only once."""
    shop.page(
        "/auto",
        """<script>window.talkativeCustomConfig = { events: { enterStandby() {
          if (window.triggered) return
          const known = [{ name: 'foo', label: 'Foo Label', type: 'string' }, { name: 'bar', label: 'Bar Label', type: 'string' }]
          const interactionData = []
          for (const [key, value] of new URLSearchParams(location.search).entries()) {
            const base = known.find(one => one.name === key)
            if (base) interactionData.push({ data: value, ...base })
          }
          window.talkativeApi.interactionData.appendInteractionData(interactionData)
          window.talkativeApi.actions.triggerAction('start-chat')
          window.triggered = true
        } } }</script>"""
        + tagged(shop, LIFECYCLE),
    )
    page.goto(shop.address + "/auto?foo=first&bar=second&other=x")
    agree(page)
    expect(bubble(page, "foo is first.")).to_be_visible()
    say(page, "bye")
    expect(bubble(page, "bar is second.")).to_be_visible()
    page.locator(".star").nth(4).click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you for your feedback.")).to_be_visible()


def test_a_page_whose_buttons_follow_the_queues(page: Page, shop: Shop) -> None:
    """A button is live while its queue is online, and starts a chat."""
    shop.page(
        "/queues",
        """<button id="chat-button">Offline</button><script>
        window.talkativeCustomConfig = { events: { ready() {
          const presences = window.talkativeApi.queues.getPresences()
          const presence = presences.find(one => one.queueUuid === 'a6adeebf-1111-488b-b26f-8f94c8b536d8')
          if (presence.status !== 'ONLINE') return
          const button = document.getElementById('chat-button')
          button.innerText = 'Live Chat Online'
          button.addEventListener('click', () => { talkativeApi.actions.triggerAction('start-chat') })
        } } }</script>"""
        + imported(shop, ORDERS),
    )
    page.goto(shop.address + "/queues")
    page.get_by_role("button", name="Live Chat Online").click()
    expect(bubble(page, "What is your name?")).to_be_visible()


def test_a_single_page_application_that_comes_and_goes(page: Page, shop: Shop) -> None:
    """A component adds the script, and on other routes deactivates the chat and removes all that is named after it."""
    shop.page(
        "/app",
        """<script>
        const api = () => window.talkativeApi || window.talaktiveApi
        function arrive() {
          const script = document.createElement('script')
          script.src = 'LOADER'
          script.async = true
          script.id = 'talkative-widget-script'
          document.body.appendChild(script)
        }
        function leave() {
          api()?.ui?.hide?.()
          api()?.ui?.deactivate?.()
          for (const selector of ['#talkative-widget-script', '[id^="talkative"]', '[class*=" talkative"]'])
            document.querySelectorAll(selector).forEach(node => node.parentNode?.removeChild(node))
        }</script>""".replace("LOADER", loader(shop, ORDERS)),
    )
    page.goto(shop.address + "/app")
    for round_ in range(3):
        page.evaluate("arrive()")
        if round_ == 0:
            page.locator(".l").click()
            say(page, "Ada")
        else:
            page.wait_for_selector("#talkative-engage", state="attached")
            page.evaluate("talkativeApi.ui.show()")
        expect(bubble(page, "Thanks, Ada")).to_be_visible()
        page.evaluate("leave()")
        expect(page.locator(".l")).to_have_count(0)
        page.wait_for_timeout(200)
        expect(page.locator("#talkative-engage")).to_have_count(0)


# every event, in its order


def test_the_life_of_a_conversation_is_told_in_order(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/life", LISTEN + tagged(shop, LIFECYCLE)))
    page.wait_for_function("told.some(one => one[0] === 'enterStandby')")
    assert names(page) == ["ready", "enterStandby"]
    page.locator(".l").click()
    agree(page)
    say(page, "bye")
    expect(bubble(page, "Goodbye!")).to_be_visible()
    page.locator(".star").nth(3).click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you for your feedback.")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_function("told.at(-1)[0] === 'visibilityChange'")
    assert names(page) == [
        "ready", "enterStandby", "visibilityChange", "enterDataCollection", "exitDataCollection", "enterInteraction",
        "exitInteraction", "completeInteraction", "enterStandby", "visibilityChange",
    ]  # fmt: skip
    told = page.evaluate("told")
    assert [one[1] for one in told if one[0] == "visibilityChange"] == [{"visibility": True}, {"visibility": False}]
    tracked = page.evaluate("tracked")
    assert [one[0] for one in tracked] == names(page)
    assert tracked[2] == ["visibilityChange", {"visibility": True}]


def test_an_unrated_conversation_that_is_begun_again_enters_standby_between(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/again", LISTEN + tagged(shop, ORDERS)))
    page.locator(".l").click()
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Start again").click()
    page.wait_for_function("told.filter(one => one[0] === 'enterInteraction').length === 2")
    assert [one for one in names(page) if one != "visibilityChange"] == [
        "ready", "enterStandby", "enterInteraction", "exitInteraction", "enterStandby", "enterInteraction",
    ]  # fmt: skip


def test_the_form_is_told_each_time_it_is_shown(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/forms", LISTEN + tagged(shop, LIFECYCLE)))
    page.locator(".l").click()
    agree(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Start again").click()
    agree(page)
    page.wait_for_function("told.filter(one => one[0] === 'enterInteraction').length === 2")
    once = ["enterStandby", "enterDataCollection", "exitDataCollection", "enterInteraction"]
    assert [one for one in names(page) if one != "visibilityChange"] == ["ready", *once, "exitInteraction", *once]


def test_a_conversation_is_resumed_on_the_next_page_and_elsewhere(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/one", LISTEN + tagged(shop, ORDERS)))
    page.locator(".l").click()
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.goto(shop.page("/two", LISTEN + imported(shop, ORDERS)))
    page.wait_for_function("told.length >= 2")
    assert names(page) == ["ready", "resumeInteraction"]
    page.evaluate("talkativeApi.ui.show()")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()


def test_availability_is_the_page_s_to_decide(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/page", LISTEN + tagged(shop, ORDERS)))
    expect(page.locator(".l")).to_be_visible()
    assert page.evaluate("talkativeApi.ui.isAvailable()") is True
    page.evaluate("talkativeApi.ui.deactivate()")
    expect(page.locator(".l")).to_be_hidden()
    assert page.evaluate("[talkativeApi.ui.isAvailable(), talkativeApi.ui.isVisible()]") == [False, False]
    page.evaluate("talkativeApi.ui.deactivate()")
    page.evaluate("talkativeApi.ui.activate()")
    expect(page.locator(".l")).to_be_visible()
    told = [one for one in page.evaluate("told") if one[0] == "availabilityChange"]
    assert [one[1] for one in told] == [{"isAvailable": False}, {"isAvailable": True}]


@pytest.mark.parametrize(
    ("status", "event"), [(429, "rateLimitFail"), (403, "presenceFail"), (503, "qosFail"), (0, "qosFail")]
)
def test_a_start_that_fails_is_told(page: Page, shop: Shop, status: int, event: str) -> None:
    page.goto(shop.page("/page", LISTEN + tagged(shop, ORDERS)))
    expect(page.locator(".l")).to_be_visible()
    problem = {"errors": [{"detail": "No."}]}
    page.route("**/interactions?**", lambda one: one.fulfill(status=status, json=problem) if status else one.abort())
    assert page.evaluate("() => talkativeApi.actions.triggerAction('start-chat').then(() => 'tried')") == "tried"
    page.wait_for_function("told.length >= 4")
    assert set(names(page)) == {"ready", "enterStandby", "visibilityChange", event}


# every method


def test_showing_and_hiding(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/page", LISTEN + tagged(shop, ORDERS)))
    page.wait_for_function("window.talkativeApi && talkativeApi.ui.canShow()")
    assert page.evaluate("talkativeApi === talaktiveApi")
    assert page.evaluate("talkativeApi.ui.isVisible()") is False
    page.evaluate("talkativeApi.ui.show()")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("talkativeApi.ui.isVisible()") is True
    page.evaluate("talkativeApi.ui.show()")
    page.evaluate("talkativeApi.ui.hide()")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".l")).to_be_visible()
    page.evaluate("talkativeApi.ui.hide()")
    assert [one for one in names(page) if one == "visibilityChange"] == ["visibilityChange"] * 2


def test_calls_may_be_made_before_anything_is_there(page: Page, shop: Shop) -> None:
    shop.page(
        "/early", f'{LISTEN}<script src="{loader(shop, ORDERS)}"></script><script>talkativeApi.ui.show()</script>'
    )
    page.goto(shop.address + "/early")
    expect(bubble(page, "What is your name?")).to_be_visible()


def test_actions_by_name(page: Page, shop: Shop) -> None:
    shop.page(
        "/page",
        LISTEN
        + "<script>talkativeCustomConfig.actions = { 'contact-us': 'start-chat' }</script>"
        + tagged(shop, ORDERS),
    )
    page.goto(shop.address + "/page")
    expect(page.locator(".l")).to_be_visible()
    call = "name => talkativeApi.actions.triggerAction(name).then(() => 'done', problem => problem.message)"
    assert page.evaluate(call, "start-video") == 'There is no action "start-video".'
    assert page.evaluate(call, "constructor") == 'There is no action "constructor".'
    assert page.evaluate(call, "contact-us") == "done"
    expect(bubble(page, "What is your name?")).to_be_visible()
    assert page.evaluate(call, "close") == "done"
    expect(page.get_by_role("dialog")).to_be_hidden()
    for name in ("open", "restart", "end"):
        assert page.evaluate(call, name) == "done"
    expect(page.get_by_text("This chat has ended.").first).to_be_visible()


def test_presences_follow_the_opening_hours(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/open", LISTEN + tagged(shop, ORDERS)))
    page.wait_for_function("told.length")
    presences = page.evaluate("talkativeApi.queues.getPresences()")
    assert {one["queueUuid"] for one in presences} == {"order-desk", ORDERS, "a6adeebf-1111-488b-b26f-8f94c8b536d8"}
    assert {one["status"] for one in presences} == {"ONLINE"}
    page.goto(shop.page("/closed", LISTEN + tagged(shop, "closed-desk")))
    page.wait_for_function("told.length")
    assert page.evaluate("talkativeApi.queues.getPresences()") == [
        {"queueUuid": "closed-desk", "status": "OFFLINE_BUSINESS_HOURS"}
    ]


def test_data_of_the_page_is_kept(page: Page, shop: Shop, server: Web) -> None:
    page.goto(shop.page("/data", LISTEN + tagged(shop, ORDERS)))
    page.wait_for_function("told.length")
    page.evaluate(
        """talkativeApi.interactionData.appendInteractionData([{name: 'a', label: 'The a', type: 'string', data: 1}])
        talkativeApi.interactionData.appendInteractionData([{label: 'b', type: 'string', data: 'two'}]); 0"""
    )
    page.locator(".l").click()
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.evaluate("talkativeApi.interactionData.appendInteractionData([{name: 'a', data: 'again'}])")
    uuid = {name: given[0] for name, *given in page.evaluate("told") if given}["enterInteraction"]["uuid"]
    page.wait_for_timeout(300)
    known: Any = server.core(f"interactions/{uuid}?include=interactionData")["included"]
    data = {one["attributes"]["name"]: one["attributes"] for one in known if one["type"] == "interactionData"}
    assert data["a"]["data"] == "again"
    assert data["b"]["data"] == "two"


def test_signed_data_goes_to_the_server_that_checks_it(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/signed", LISTEN + tagged(shop, ORDERS)))
    page.wait_for_function("told.length")
    page.evaluate("talkativeApi.interactionData.setSignedInteractionData('not.a.signature')")
    page.locator(".l").click()
    expect(page.get_by_text("The chat could not start.")).to_be_visible()
    assert "presenceFail" in names(page)


# around it


def test_the_host_element_has_the_vendor_s_name_and_an_open_root(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/page", tagged(shop, ORDERS)))
    expect(page.locator(".l")).to_be_visible()
    assert (
        page.evaluate("document.getElementById('talkative-engage').shadowRoot.querySelectorAll('button').length") == 1
    )
    names_ = page.evaluate("Object.keys(window).filter(one => /branchline|talk|talak/i.test(one)).sort()")
    assert names_ == ["talaktiveApi", "talkativeApi"]


def test_a_mistake_of_the_page_breaks_nothing(page: Page, context: BrowserContext, shop: Shop) -> None:
    wrong: list[str] = []
    other = context.new_page()
    other.on("pageerror", lambda error: wrong.append(str(error)))
    shop.page(
        "/wrong",
        "<script>window.talkativeCustomConfig = { events: { ready() { throw new Error('mine') }, enterStandby: 7 } }</script>"
        + tagged(shop, ORDERS),
    )
    other.goto(shop.address + "/wrong")
    other.locator(".l").click()
    expect(bubble(other, "What is your name?")).to_be_visible()
    assert "mine" in wrong
    other.close()


def test_a_configuration_that_nobody_knows_says_so_in_the_console(page: Page, shop: Shop) -> None:
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.goto(shop.page("/unknown", LISTEN + tagged(shop, "00000000-0000-4000-8000-000000000000")))
    page.wait_for_timeout(500)
    assert any("Branchline: " in one and "00000000-0000" in one for one in said), said
    assert page.evaluate("[talkativeApi.ui.canShow(), talkativeApi.queues.getPresences()[0].status, told.length]") == [
        False, "OFFLINE_UNKNOWN", 0,
    ]  # fmt: skip
    expect(page.locator(".l")).to_have_count(0)


def test_it_runs_under_a_policy_by_nonce(page: Page, shop: Shop) -> None:
    shop.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-r4nd0m'; connect-src {shop.bots}; img-src {shop.bots}"
    )
    page.goto(shop.page("/nonce", tagged(shop, ORDERS).replace("<script", '<script nonce="r4nd0m"')))
    page.locator(".l").click()
    expect(bubble(page, "What is your name?")).to_be_visible()

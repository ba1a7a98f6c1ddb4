"""What a page can do with its chat from script: every command and event, one name, and nothing left behind."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from running import ROOT
from widget.conftest import Shop, Web, bubble, open_chat, say

RECORD = "window.told = []; Branchline.on('*', one => told.push([one.event, one.detail])); 0"


def names(page: Page) -> list[str]:
    """The events so far, without those that depend on when things are drawn."""
    return [one for one, _ in page.evaluate("told") if one != "unread"]


def test_every_command_does_what_its_name_says(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    page.evaluate("() => Branchline.open()")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate("() => Branchline.close()")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.evaluate("() => Branchline.toggle()")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate("() => Branchline.toggle()")
    page.evaluate("() => Branchline.send('Ada')")
    page.evaluate("() => Branchline.open()")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    page.evaluate("() => Branchline.restart()")
    expect(page.locator(".m")).to_have_count(2)
    page.evaluate("() => Branchline.end()")
    expect(page.get_by_text("This chat has ended.").first).to_be_visible()
    assert page.evaluate("() => Branchline.resume()") is True
    page.evaluate("() => Branchline.destroy()")
    expect(page.locator(".l")).to_have_count(0)


def test_a_conversation_can_begin_without_opening(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    assert page.evaluate("() => Branchline.resume()") is False
    page.evaluate("() => Branchline.start()")
    expect(page.locator(".badge")).to_have_text("2")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.reload()
    assert page.evaluate("() => Branchline.resume()") is True
    page.evaluate("() => Branchline.open()")
    expect(page.locator(".m")).to_have_count(2)


def test_events_come_in_their_order_with_what_they_tell(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/page", shop.tag("lifecycle")))
    page.evaluate(RECORD)
    page.locator(".l").click()
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Agree and start").click()
    expect(bubble(page, "Hello!")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator(".l").click()
    say(page, "bye")
    expect(bubble(page, "Goodbye!")).to_be_visible()
    page.locator(".star").nth(3).click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you for your feedback.")).to_be_visible()
    page.evaluate("() => Branchline.destroy()")
    told = page.evaluate("told")
    assert names(page) == [
        "open", "form", "form", "start", "message", "close", "open", "message", "message", "end", "rate", "destroy",
    ]  # fmt: skip
    by_name = dict(told)
    assert by_name["open"] is None
    assert [detail for name, detail in told if name == "form"] == [{"shown": True}, {"shown": False}]
    assert set(by_name["start"]) == {"uuid"}
    assert [detail for name, detail in told if name == "message"] == [
        {"sender": "bot", "text": "Hello! foo is not given."},
        {"sender": "customer", "text": "bye"},
        {"sender": "bot", "text": "Goodbye! bar is not given."},
    ]
    assert by_name["end"] == {"by": "bot"}
    assert by_name["rate"] == {"rating": 4}


def test_a_reload_is_told_as_resume(page: Page, shop: Shop) -> None:
    shop.page("/page", f"<script>window.Branchline = [() => {{ {RECORD} }}]</script>{shop.tag()}")
    open_chat(page, shop.address + "/page")
    expect(bubble(page, "What is your name?")).to_be_visible()
    uuid = dict(page.evaluate("told"))["start"]["uuid"]
    page.reload()
    expect(bubble(page, "What is your name?")).to_be_visible()
    assert dict(page.evaluate("told"))["resume"] == {"uuid": uuid, "ended": False}
    assert "start" not in names(page)
    page.evaluate("() => Branchline.end()")
    page.reload()
    expect(page.get_by_text("This chat has ended.").first).to_be_visible()
    assert dict(page.evaluate("told"))["resume"] == {"uuid": uuid, "ended": True}


def test_unread_messages_and_errors_are_told(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    page.evaluate(RECORD)
    page.evaluate("() => Branchline.start()")
    expect(page.locator(".badge")).to_have_text("2")
    assert page.evaluate("told.filter(one => one[0] === 'unread').map(one => one[1].count)")[-1] == 2
    page.locator(".l").click()
    page.wait_for_function("told.filter(one => one[0] === 'unread').at(-1)[1].count === 0")
    page.route("**/messages?**", lambda route: route.fulfill(status=422, json={"errors": [{"detail": "Too odd."}]}))
    say(page, "Ada")
    expect(page.get_by_text("Not sent. Too odd.")).to_be_visible()
    assert dict(page.evaluate("told"))["error"] == {"status": 422, "detail": "Too odd.", "starting": False}


def test_a_start_that_fails_is_told_and_the_promise_says_so(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    page.evaluate(RECORD)
    page.route("**/interactions?**", lambda route: route.fulfill(status=503, json={"errors": [{"detail": "Full."}]}))
    said = page.evaluate("() => Branchline.start().then(() => 'began', problem => problem.message)")
    assert said == "Full."
    assert dict(page.evaluate("told"))["error"] == {"status": 503, "detail": "Full.", "starting": True}
    page.unroute("**/interactions?**")
    page.evaluate("() => Branchline.start()")
    assert names(page)[-2:] == ["start", "message"] or "start" in names(page)


def test_a_widget_that_could_not_be_loaded_is_tried_again(page: Page, shop: Shop) -> None:
    page.route("**/w/widget-*", lambda route: route.abort())
    page.goto(shop.address)
    page.evaluate(RECORD)
    page.locator(".l").click()
    page.wait_for_function("told.some(one => one[0] === 'error')")
    page.unroute("**/w/widget-*")
    page.locator(".l").click()
    expect(bubble(page, "What is your name?")).to_be_visible()


def test_commands_wait_until_the_loader_is_there(page: Page, shop: Shop) -> None:
    shop.page(
        "/queue",
        """<script>window.Branchline = window.Branchline || []
        Branchline.push(["on", "start", one => window.began = one])
        Branchline.push(["setData", {foo: "1"}], ["setData", [{name: "bar", label: "Bar", data: "2"}]])
        Branchline.push(["nothing of the kind", 1], ["open"])
        Branchline.push(chat => window.same = chat)</script>"""
        + shop.tag("lifecycle"),
    )
    page.goto(shop.address + "/queue")
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Agree and start").click()
    expect(bubble(page, "Hello! foo is 1.")).to_be_visible()
    say(page, "bye")
    expect(bubble(page, "Goodbye! bar is 2.")).to_be_visible()
    assert page.evaluate("same === Branchline")
    assert page.evaluate("began.uuid.length") > 10


def test_data_set_later_reaches_the_running_conversation(page: Page, shop: Shop, server: Web) -> None:
    page.goto(shop.page("/page", shop.tag("lifecycle")))
    page.locator(".l").click()
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Agree and start").click()
    expect(bubble(page, "Hello! foo is not given.")).to_be_visible()
    page.evaluate("() => Branchline.setData({ bar: 'late', n: 7 })")
    say(page, "bye")
    expect(bubble(page, "Goodbye! bar is late.")).to_be_visible()


def test_data_without_a_conversation_loads_nothing(page: Page, shop: Shop, server: Web) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(shop.address)
    page.evaluate("() => Branchline.setData({ a: 'b' })")
    page.evaluate("() => Branchline.setSignedData('x.y.z')")
    page.evaluate("() => Branchline.close()")
    page.wait_for_timeout(300)
    assert [one for one in asked if one.startswith(server.address)] == [f"{server.address}/w/loader.js"]


def test_signed_data_that_does_not_hold_is_refused_in_words(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    page.evaluate("() => Branchline.setSignedData('x.y.z')")
    said = page.evaluate("() => Branchline.start().then(() => 'began', problem => problem.message)")
    assert "signed" in said


def test_two_bots_live_on_one_page(page: Page, shop: Shop) -> None:
    shop.page(
        "/two",
        shop.tag("order-desk").replace("async ", "")
        + shop.tag("kinds", side="left", locale="de").replace("async ", ""),
        lang="en",
    )
    page.goto(shop.address + "/two")
    assert page.evaluate("Branchline.id") == "branchline-order-desk"
    page.evaluate("() => document.getElementById('branchline-kinds').open()")
    expect(bubble(page, "Which kind?")).to_be_visible()
    page.evaluate("() => Branchline.open()")
    expect(bubble(page, "What is your name?")).to_be_visible()
    expect(page.get_by_label("Ihre Nachricht")).to_have_count(1)
    expect(page.get_by_label("Your message")).to_have_count(1)
    left, right = (page.locator(f"#branchline-{bot} .l").bounding_box() for bot in ("kinds", "order-desk"))
    assert left is not None
    assert right is not None
    assert left["x"] == 20
    assert right["x"] == 1100 - 80
    page.evaluate("() => Branchline.destroy()")
    assert page.evaluate("'Branchline' in window") is False
    expect(bubble(page, "Which kind?")).to_be_visible()


def test_a_tag_that_is_put_twice_makes_one_chat(page: Page, shop: Shop) -> None:
    page.goto(shop.page("/twice", shop.tag() + shop.tag()))
    expect(page.locator(".l")).to_have_count(1)


INLINE = '<script async src="{bots}/w/element.js"></script><div id="a">{element}</div><div id="b"></div>'


def inline(shop: Shop, element: str = '<branchline-chat bot="kinds"></branchline-chat>') -> str:
    return shop.page("/inline", INLINE.format(bots=shop.bots, element=element))


def test_an_element_places_the_chat_in_the_page(page: Page, shop: Shop) -> None:
    page.goto(inline(shop))
    expect(bubble(page, "Which kind?")).to_be_visible()
    box = page.locator("branchline-chat").bounding_box()
    assert box is not None
    assert box["height"] == 640
    page.evaluate(
        """() => { const chat = document.querySelector('branchline-chat'); window.heard = []
        chat.addEventListener('message', one => heard.push(one.detail.text)); return chat.send('echo') }"""
    )
    expect(page.locator(".you .b").last).to_have_text("echo")
    page.wait_for_function("heard.join() === 'echo'")
    assert page.evaluate("'Branchline' in window") is False


def test_an_element_keeps_its_chat_when_moved_and_takes_it_up_when_put_back(page: Page, shop: Shop) -> None:
    page.goto(inline(shop))
    expect(bubble(page, "Which kind?")).to_be_visible()
    page.evaluate("window.chat = document.querySelector('branchline-chat'); b.append(chat)")
    page.evaluate("() => chat.send('echo')")
    expect(page.locator(".you .b").last).to_have_text("echo")
    page.evaluate("chat.remove()")
    assert page.evaluate("[chat.shadowRoot.childNodes.length, chat.shadowRoot.adoptedStyleSheets.length]") == [0, 0]
    for _ in range(3):
        page.evaluate("a.append(chat)")
        expect(page.locator(".you .b").last).to_have_text("echo")
        sheets = page.evaluate("chat.shadowRoot.adoptedStyleSheets.length")
        page.evaluate("chat.remove()")
    assert sheets <= 3


def test_an_element_follows_its_attributes(page: Page, shop: Shop) -> None:
    page.goto(inline(shop, "<branchline-chat></branchline-chat>"))
    page.wait_for_timeout(200)
    expect(page.locator(".m")).to_have_count(0)
    page.evaluate("document.querySelector('branchline-chat').setAttribute('bot', 'kinds')")
    expect(bubble(page, "Which kind?")).to_be_visible()
    page.evaluate("document.querySelector('branchline-chat').setAttribute('locale', 'fr')")
    expect(page.get_by_role("button", name="Envoyer", exact=True)).to_be_visible()
    expect(bubble(page, "Which kind?")).to_have_count(1)
    page.evaluate("document.querySelector('branchline-chat').setAttribute('bot', 'order-desk')")
    expect(bubble(page, "What is your name?")).to_be_visible()
    expect(bubble(page, "Which kind?")).to_have_count(0)


def test_an_element_may_be_there_before_its_script_or_after(page: Page, shop: Shop) -> None:
    page.goto(inline(shop, ""))
    page.evaluate("a.innerHTML = '<branchline-chat bot=kinds></branchline-chat>'")
    expect(bubble(page, "Which kind?")).to_be_visible()


WATCH = """window.held = new Map()
for (const [name, target] of Object.entries({ EventTarget: EventTarget.prototype, MediaQueryList: MediaQueryList.prototype }))
  for (const [verb, step] of [['addEventListener', 1], ['removeEventListener', -1]]) {
    const real = EventTarget.prototype[verb]
    if (name === 'EventTarget') EventTarget.prototype[verb] = function (type, listener, options) {
      const outside = this === window || this === document || this instanceof MediaQueryList || this === visualViewport
      if (outside && !(options && options.once)) {
        held.set(type, (held.get(type) || 0) + step)
        if (step > 0 && options && options.signal)
          real.call(options.signal, 'abort', () => held.set(type, held.get(type) - 1))
      }
      return real.call(this, type, listener, options)
    }
  }"""


@pytest.mark.parametrize("where", ["floating", "inline"])
def test_destroy_leaves_nothing_behind(page: Page, shop: Shop, where: str) -> None:
    page.add_init_script(
        WATCH.replace("real.call(options.signal, 'abort'", "add.call(options.signal, 'abort'").replace(
            "window.held", "const add = EventTarget.prototype.addEventListener; window.held", 1
        )
    )
    page.goto(shop.page("/page", shop.tag("kinds")) if where == "floating" else inline(shop))
    before = page.evaluate("[document.head.childElementCount, document.documentElement.childElementCount]")
    page.evaluate("window.chat = window.Branchline || document.querySelector('branchline-chat')")
    page.evaluate("() => chat.open()")
    expect(bubble(page, "Which kind?")).to_be_visible()
    page.get_by_role("button", name="slow", exact=True).click()
    assert sum(page.evaluate("[...held.values()]")) > 0
    page.evaluate("() => chat.destroy()")
    if where == "inline":
        page.evaluate("chat.remove()")
    page.wait_for_timeout(1_500)
    assert {name: count for name, count in page.evaluate("[...held]") if count} == {}
    assert page.evaluate("'Branchline' in window") is False
    after = page.evaluate("[document.head.childElementCount, document.documentElement.childElementCount]")
    assert after == [before[0], 2]
    assert page.evaluate("document.querySelectorAll('[id^=branchline], [style]').length") == 0
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    assert page.evaluate("() => chat.open()") is None
    page.wait_for_timeout(300)
    assert asked == []


def test_a_chat_can_be_put_back_after_it_was_destroyed(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    page.evaluate("() => Branchline.destroy()")
    page.evaluate(
        """address => { const tag = document.createElement('script'); tag.src = address; tag.dataset.bot = 'order-desk'
        document.head.append(tag) }""",
        f"{shop.bots}/w/loader.js",
    )
    expect(bubble(page, "Thanks, Ada")).to_have_count(1)


def test_destroy_while_it_loads_leaves_nothing(page: Page, shop: Shop) -> None:
    page.goto(shop.address)
    page.evaluate("() => { const chat = Branchline; chat.open(); return chat.destroy() }")
    page.wait_for_timeout(500)
    expect(page.locator(".l, .panel")).to_have_count(0)
    assert page.evaluate("'Branchline' in window") is False


def test_the_types_are_served(page: Page, shop: Shop, server: Web) -> None:
    answer: Any = page.request.get(f"{server.address}/w/branchline.d.ts")
    assert answer.status == 200
    assert answer.text() == (ROOT / "web/widget/branchline.d.ts").read_text()

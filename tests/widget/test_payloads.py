"""Nothing that anybody writes is ever run: every payload through every place where a text is drawn.

The page has no content security policy, so that nothing but the widget itself stands between a payload and the browser.
"""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from running import Visitor, command
from widget.conftest import Shop, Web, bubble, say
from widget.payloads import ADDRESSES, CALLS, PAYLOADS

HOOKS = """window.ran = []
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
  window[name] = (...given) => { ran.push([name, ...given.map(String)]) }
addEventListener('error', one => ran.push(['error', String(one.message)]))"""

ELEMENTS = {
    "a",
    "bdi",
    "br",
    "button",
    "code",
    "div",
    "em",
    "fieldset",
    "form",
    "h2",
    "header",
    "i",
    "img",
    "input",
    "label",
    "legend",
    "li",
    "ol",
    "p",
    "path",
    "pre",
    "section",
    "small",
    "span",
    "strong",
    "svg",
    "textarea",
    "time",
    "ul",
}
"""All that the widget draws with."""
ATTRIBUTES = {
    "accept",
    "alt",
    "aria-controls",
    "aria-describedby",
    "aria-disabled",
    "aria-expanded",
    "aria-haspopup",
    "aria-hidden",
    "aria-invalid",
    "aria-label",
    "aria-labelledby",
    "aria-live",
    "aria-modal",
    "aria-required",
    "autocomplete",
    "class",
    "d",
    "datetime",
    "dir",
    "enterkeyhint",
    "for",
    "height",
    "hidden",
    "href",
    "id",
    "inputmode",
    "lang",
    "loading",
    "max",
    "maxlength",
    "min",
    "name",
    "novalidate",
    "placeholder",
    "rel",
    "required",
    "role",
    "rows",
    "src",
    "start",
    "step",
    "style",
    "tabindex",
    "target",
    "title",
    "type",
    "value",
    "viewBox",
    "width",
}
SAFE = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)

DRAWN = """() => [...document.querySelectorAll('[id^=branchline-], branchline-chat')].flatMap(host =>
  [...host.shadowRoot.querySelectorAll('*')].map(one => [one.localName, [...one.attributes].map(each => [each.name, each.value]),
    one.href?.baseVal ?? one.href ?? '', one.src ?? '', one.localName === 'a' ? one.rel : '']))"""


@pytest.fixture
def hooked(page: Page, shop: Shop) -> Any:
    """A tab in which everything that runs, asks or pops up is noticed. Gives the check for the end."""
    page.add_init_script(HOOKS)
    asked: list[str] = []
    popped: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("dialog", lambda one: popped.append(one.message))
    page.on("popup", lambda one: popped.append(one.url))

    def nothing_ran() -> list[Any]:
        page.mouse.move(900, 500)
        page.mouse.move(950, 400, steps=5)
        page.wait_for_timeout(300)
        assert page.evaluate("ran") == []
        assert popped == []
        assert [one for one in asked if not one.startswith((shop.bots, shop.address, "data:,"))] == []
        drawn: list[Any] = page.evaluate(DRAWN)
        assert len(drawn) > 20
        assert {name for name, *_ in drawn} <= ELEMENTS
        for name, attributes, href, src, rel in drawn:
            assert {key for key, _ in attributes} <= ATTRIBUTES, (name, attributes)
            for address in (href, src):
                assert not address or SAFE.match(address), address
            if href:
                assert name == "a"
                assert rel == "noopener noreferrer"
            for key, value in attributes:
                assert key != "style" or re.fullmatch(
                    r"(--bl\w+: [^;()]*(rgb\([\d ,]+\))?;? ?|height: [\w.]+;? ?)*", value
                ), value
        return drawn

    return nothing_ran


def take_up(page: Page, shop: Shop, visitor: Visitor, bot: str) -> None:
    """Show a conversation that is going on."""
    kept = json.dumps({"session": {"uuid": visitor.uuid, "token": visitor.token}})
    key = f"branchline:{shop.bots.removeprefix('http://')}/{bot}"
    page.goto(shop.page("/bare", "", head='<link rel="icon" href="data:,">'))
    page.evaluate("([key, kept]) => { localStorage[key] = kept }", [key, kept])
    page.goto(shop.page("/chat", shop.tag(bot), head='<link rel="icon" href="data:,">'))
    page.locator(".l").click()


def test_there_are_enough_of_them() -> None:
    assert len(PAYLOADS) >= 300
    assert all(any(call[:5] in one or "evil.test" in one or "alert" in one for call in CALLS) for one in PAYLOADS[:150])


def test_the_hooks_notice_what_runs(context: BrowserContext, shop: Shop) -> None:
    """The net has no holes: the same payloads, put into a page as HTML, are noticed."""
    page = context.new_page()
    page.add_init_script(HOOKS)
    page.goto(shop.page("/bare", "<div id=here></div>"))
    page.evaluate(
        """all => { for (const one of all) { const each = document.createElement('div'); each.innerHTML = one
        here.append(each) } }""",
        [one for one in PAYLOADS if "<img" in one and "name=" not in one],
    )
    page.wait_for_timeout(1_000)
    assert len({one[0] for one in page.evaluate("ran")} & {"alert", "confirm", "prompt"}) == 3
    page.close()


def test_what_visitors_write_and_bots_say_again_is_text(page: Page, shop: Shop, hooked: Any) -> None:
    visitor = Visitor(shop.bots, "kinds")
    visitor.say("echo")
    for one in PAYLOADS:
        said = visitor.say(one) if one.strip() else []
        assert said or not one.strip()
    take_up(page, shop, visitor, "kinds")
    expect(page.locator(".you .b")).to_have_count(len([one for one in PAYLOADS if one.strip()]) + 1)
    page.wait_for_timeout(500)
    hooked()
    shown = page.locator(".you .b").all_text_contents()
    assert shown[1:] == [one.replace("\r\n", "\n") for one in PAYLOADS if one.strip()]
    say(page, PAYLOADS[0])
    expect(page.locator(".bot .b").last).to_contain_text(PAYLOADS[0])
    hooked()


def test_what_pages_and_endpoints_give_is_text_when_it_is_inserted(
    page: Page, shop: Shop, server: Web, hooked: Any, tmp_path: Path
) -> None:
    texts = [one for one in PAYLOADS if len(one) <= 510]
    publish(server, tmp_path, inserting("inserting", len(texts)))
    data = [{"name": f"p{index}", "label": text[:191], "data": text} for index, text in enumerate(texts)]
    visitor = Visitor(server.address, "inserting", data=data[:100])
    for at in range(100, len(data), 100):
        assert visitor.call("data", {"data": data[at : at + 100]}).status == 200
    visitor.say("go")
    take_up(page, shop, visitor, "inserting")
    expect(bubble(page, f"n{len(texts) - 1}:")).to_be_visible()
    hooked()
    shown = page.locator(".bot .b").all_text_contents()
    assert len(shown) >= len(texts)
    # buttons too, and what they stand for
    page.get_by_label("Your message").fill("buttons")
    page.keyboard.press("Enter")
    expect(page.locator(".chip").first).to_be_visible()
    assert page.locator(".chip").count() >= 5
    hooked()
    page.locator(".chip").first.click()
    hooked()


def test_what_authors_write_is_the_subset_of_markdown_or_text(
    page: Page, shop: Shop, server: Web, hooked: Any, tmp_path: Path
) -> None:
    publish(server, tmp_path, authored())
    visitor = Visitor(server.address, "authored")
    take_up(page, shop, visitor, "authored")
    expect(page.locator(".chip").first).to_be_visible()
    assert page.locator(".bot .b").count() >= 300
    hooked()
    chosen = page.locator(".chip").all_text_contents()
    assert len(chosen) == 20
    page.locator(".chip").nth(3).click()
    hooked()
    # what stands before the chat: consent, notice, labels, greeting
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
    page.goto(shop.page("/chat", shop.tag("authored"), head='<link rel="icon" href="data:,">'))
    page.locator(".l").click()
    expect(page.locator("form.card")).to_be_visible()
    expect(page.locator("form.card")).to_contain_text("<script>alert(1)</script>")
    hooked()


def test_names_of_files_are_text(page: Page, shop: Shop, server: Web, hooked: Any) -> None:
    visitor = Visitor(server.address, "kinds")
    names = [one for one in PAYLOADS if one.rsplit("/", 1)[-1].strip().isprintable() and one.rsplit("/", 1)[-1].strip()]
    for index, name in enumerate(names):
        kind = ("image/png", "text/html", "image/svg+xml", "application/pdf", "image/jpeg")[index % 5]
        answer = visitor.call(
            "files?wait=0", b"<script>alert(1)</script>", **{"Content-Type": kind, "X-File-Name": quote(name, safe="")}
        )
        assert answer.status in {200, 422}, answer.content
    take_up(page, shop, visitor, "kinds")
    page.wait_for_timeout(500)
    expect(page.locator("a.file, a.picture").nth(250)).to_be_attached()
    drawn = hooked()
    # a picture that is none becomes a link, and no link leads anywhere but to the server
    assert {href.split("/api/")[0] for name, _, href, *_ in drawn if name == "a" and href} == {shop.bots}


def test_whatever_a_server_says_is_drawn_as_text(page: Page, context: BrowserContext, shop: Shop, hooked: Any) -> None:
    """Also a server that was taken over runs nothing in the page: every field of every answer holds a payload."""
    everything = "\n\n".join(PAYLOADS)
    number = 0
    entries: list[dict[str, Any]] = []

    def entry(**more: Any) -> None:
        nonlocal number
        number += 1
        entries.append({"number": number, "sent_at": "2026-01-01T00:00:00Z", **more})

    for index, one in enumerate(PAYLOADS):
        sender = ("bot", "agent", "system", "customer")[index % 4]
        entry(kind="message", sender=sender, text=one, message_id=one)
        media = ("image/png", one, "text/html")[index % 3]
        entry(kind="file", sender=sender, id=one, name=one, media_type=media, size=index)
        if index % 10 == 0:
            entry(kind="suggestions", suggestions=[{"label": one, "value": one}])
            entry(kind=one, sender=one, text=one)
            entries[-1]["kind"] = "message"
    choices = [{"label": one, "value": one} for one in PAYLOADS]
    awaiting = {"kind": "reply", "input": {"kind": "one_of", "choices": choices}, "suggestions": choices}
    about = {
        "bot": "kinds", "name": everything, "locale": "en", "open": True, "accent": "red;background:url(//evil.test/x)",
        "theme": '"><svg onload=alert(1)>', "position": "left onload=alert(1)", "greeting": everything, "away": everything,
        "consent": everything, "privacy_url": "javascript:alert(1)",
        "fields": [{"name": one, "label": one, "kind": one, "required": True} for one in PAYLOADS],
    }  # fmt: skip
    page.route(re.compile(r"/chat/v1/bots/[^/]+$"), lambda route: route.fulfill(json=about))
    answer = {"entries": entries, "awaiting": awaiting, "cursor": number}
    page.route("**/entries?**", lambda route: route.fulfill(json=answer))
    page.route("**/events?**", lambda route: route.abort())
    page.goto(shop.page("/chat", shop.tag("kinds"), head='<link rel="icon" href="data:,">'))
    page.locator(".l").click()
    expect(page.locator("form.card")).to_be_visible()
    hooked()
    take_up(page, shop, Visitor(shop.bots, "kinds"), "kinds")
    expect(page.locator(".chip")).to_have_count(len(PAYLOADS), timeout=15_000)
    page.wait_for_timeout(500)
    hooked()
    answer.update(entries=entries[:40], cursor=40)
    for kind in ("several_of", "rating", "date", "file", "email", "number", '"><svg onload=alert(1)>'):
        awaiting["input"] = {
            "kind": kind,
            "choices": choices,
            "min": PAYLOADS[0],
            "max": PAYLOADS[1],
            "types": PAYLOADS,
        }
        page.goto(shop.page("/chat", shop.tag("kinds"), head='<link rel="icon" href="data:,">'))
        if not page.get_by_role("dialog").is_visible():
            page.evaluate("() => Branchline.open()")
        expect(page.locator(".m").last).to_be_attached(timeout=15_000)
        page.wait_for_timeout(300)
        hooked()
    # refusals, too
    page.unroute("**/entries?**")
    page.unroute("**/events?**")
    page.route("**/messages?**", lambda route: route.fulfill(status=422, json={"errors": [{"detail": everything}]}))
    page.evaluate("() => Branchline.send('x')")
    page.wait_for_timeout(500)
    hooked()


@pytest.mark.parametrize("at", range(0, len(ADDRESSES), 12))
def test_an_address_of_a_notice_leads_only_where_nothing_runs(page: Page, shop: Shop, hooked: Any, at: int) -> None:
    """A privacy notice, and the attributes of an element, each with an address or a payload of its own."""
    few = ADDRESSES[at : at + 12]

    def about(route: Any) -> None:
        index = int(route.request.url.rsplit("-", 1)[-1])
        route.fulfill(
            json={"bot": f"x-{index}", "name": "x", "locale": "en", "consent": "x", "privacy_url": few[index]}
        )

    page.route(re.compile(r"/chat/v1/bots/x-\d+$"), about)
    page.goto(
        shop.page("/many", f'<script src="{shop.bots}/w/element.js"></script>', '<link rel="icon" href="data:,">')
    )
    page.evaluate(
        """([count, payloads]) => { for (let index = 0; index < count; index++) {
          const chat = document.createElement('branchline-chat')
          for (const [at, name] of ['accent', 'theme', 'name'].entries())
            chat.setAttribute(name, payloads[(index * 3 + at) % payloads.length])
          chat.setAttribute('bot', `x-${index}`)
          document.body.append(chat)
        } }""",
        [len(few), PAYLOADS[at * 3 :] + PAYLOADS],
    )
    expect(page.locator("form.card")).to_have_count(len(few))
    drawn = hooked()
    assert all(SAFE.match(href) for name, _, href, *_ in drawn if name == "a" and href)


def test_what_a_page_gives_is_text(page: Page, shop: Shop, hooked: Any) -> None:
    page.goto(shop.page("/chat", shop.tag("kinds", name=PAYLOADS[0]), '<link rel="icon" href="data:,">'))
    page.evaluate("() => Branchline.open()")
    page.get_by_role("button", name="echo", exact=True).click()
    page.evaluate("all => Branchline.setData(Object.fromEntries(all.map((one, at) => [one, one])))", PAYLOADS[:90])
    for one in PAYLOADS[::15]:
        page.evaluate("one => Branchline.send(one)", one)
    expect(page.locator(".you .b")).to_have_count(1 + len(PAYLOADS[::15]), timeout=20_000)
    hooked()
    page.evaluate("() => Branchline.end()")
    page.locator(".star").first.click()
    page.get_by_label("Anything to add? (optional)").fill("\n".join(PAYLOADS)[:4_000])
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you for your feedback.")).to_be_visible()
    hooked()


def publish(server: Web, folder: Path, bot: dict[str, Any]) -> None:
    file = folder / "bot.json"
    file.write_text(json.dumps(bot))
    done = command("publish", str(file), "--database", server.database)
    assert done.returncode == 0, done.stderr


def inserting(name: str, count: int) -> dict[str, Any]:
    """A bot that puts data into messages and buttons."""
    nodes: dict[str, Any] = {"ask": {"exit": {"do": "wait_for_reply", "go_to": "n0", "failed": "n0"}}}
    for at in range(0, count, 50):
        after = f"n{at + 50}" if at + 50 < count else "rest"
        actions = [
            {"do": "send_message", "text": f"n{index}: {{{{ p{index} }}}}"} for index in range(at, min(at + 50, count))
        ]
        nodes[f"n{at}"] = {"actions": actions, "exit": {"do": "go_to", "node": after}}
    nodes["rest"] = {"exit": {"do": "wait_for_reply", "go_to": "buttons", "failed": "buttons"}}
    suggestions = [f"{{{{ p{index} }}}}" for index in range(5)]
    nodes["buttons"] = {
        "actions": [{"do": "suggest_replies", "replies": suggestions}],
        "exit": {"do": "wait_for_reply", "go_to": "buttons", "failed": "buttons"},
    }
    data = {f"p{index}": {"from_page": True} for index in range(count)}
    return {"branchline": 1, "bot": name, "start": "ask", "nodes": nodes, "data": data}


def authored() -> dict[str, Any]:
    """A bot whose every text is a payload."""
    texts = [
        one for one in PAYLOADS if "{{" not in one and one.strip() and all(c.isprintable() or c in "\n\t" for c in one)
    ]
    nodes: dict[str, Any] = {}
    for at in range(0, len(texts), 50):
        after = f"n{at + 50}" if at + 50 < len(texts) else "choose"
        actions = [{"do": "send_message", "text": one} for one in texts[at : at + 50]]
        nodes[f"n{at}"] = {"label": texts[at][:200], "actions": actions, "exit": {"do": "go_to", "node": after}}
    short = [one for one in texts if len(one) < 60 and one == one.strip() and "\n" not in one][:20]
    nodes["choose"] = {
        "exit": {
            "do": "wait_for_reply",
            "capture": {
                "kind": "one_of",
                "name": "choice",
                "choices": [{"label": one, "go_to": "end"} for one in short],
            },
            "failed": "end",
            "go_to": "end",
        }
    }
    nodes["end"] = {"exit": {"do": "wait_for_reply", "go_to": "end", "failed": "end"}}
    everything = "\n\n".join(texts)
    return {
        "branchline": 1, "bot": "authored", "name": texts[0], "start": "n0", "nodes": nodes,
        "widget": {
            "greeting": everything[:1_000], "consent": everything[:2_000], "privacy_url": "https://example.com/x\"onclick=alert(1)",
            "fields": [{"name": one, "label": one} for one in short[:10]],
        },
    }  # fmt: skip

"""What visitors and endpoints send is text on the owner's screens: nothing of it runs, links or becomes a formula."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser

from console.conftest import watched
from console.shop import Shop, crm, desk, shop_in
from running import http
from widget.payloads import PAYLOADS

COUNT = 300
DATA_LIMIT = 510
NAME_LIMIT = 191


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop_in(tmp_path_factory.mktemp("hostile")) as shop:
        yield shop


def echo(address: str) -> dict[str, Any]:
    """A bot that says what was said, and asks its endpoint when it is told to."""
    bot = desk(address, "echo")
    wait = {"do": "wait_for_reply", "capture": {"kind": "text", "name": "said"}, "go_to": "ask"}
    bot["start"] = "say"
    bot["nodes"] = {
        "say": {"actions": [{"do": "send_message", "text": "You said: {{ said }}"}], "exit": wait},
        "ask": {
            "exit": {
                "do": "route",
                "cases": [{"when": {"operand": "data.said", "operator": "is", "argument": "fetch"}, "go_to": "fetch"}],
                "otherwise": "say",
            }
        },
        "fetch": {
            "actions": [{"do": "fulfill", "endpoint": "orders", "gives": [], "failed": "say"}],
            "exit": {"do": "go_to", "node": "say"},
        },
    }
    bot["data"] = {"said": {}}
    return bot


def payloads() -> list[str]:
    return [PAYLOADS[index % len(PAYLOADS)] + (f" {index}" if index >= len(PAYLOADS) else "") for index in range(COUNT)]


def test_300_payloads_are_drawn_as_text_on_every_screen(shop: Shop, browser: Browser) -> None:
    shop.publish(echo(shop.endpoint.address))
    crm(shop)
    hostile = payloads()
    uuids = []
    for start in range(0, COUNT, 60):
        visitor = shop.visitor(bot="echo", start_url=f"https://shop.example/?{quote(hostile[start])[:200]}")
        uuids.append(visitor.uuid)
        part = hostile[start : start + 60]
        for text in part:
            visitor.say(text[:2_000] or "empty")
        shop.endpoint.answer = [
            {"name": (text[:150] + str(number))[:NAME_LIMIT], "data": text[:DATA_LIMIT]}
            for number, text in enumerate(part)
        ]
        visitor.say("fetch")
        for number, text in enumerate(part[:20]):
            name = text.replace("/", "-").replace("\\", "-")[:150] + ".html"
            headers = {"X-File-Name": quote(name), "X-Message-Id": f"f{number}", "Content-Type": "text/html"}
            answer = visitor.call("files", b"<script>alert(1)</script>", **headers)
            assert answer.status in {200, 201, 422, 409}, answer.content
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-GB", reduced_motion="reduce")
    name, _, value = shop.author.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": shop.server.address}])
    context.add_init_script(
        "window.ran = 0; for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => { window.ran++ }"
    )
    page, wrong = watched(context)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    paths = ["/interactions", *[f"/interactions/{uuid}" for uuid in uuids], "/endpoints", "/settings/audit"]
    paths += ["/bots/echo/funnel", "/bots/echo/install", "/deliveries", "/settings/privacy"]
    paths += [f"/interactions?text={quote(hostile[3])}", f"/interactions?data={quote(hostile[4])}"]
    for path in paths:
        page.goto(f"{shop.server.address}/console{path}")
        page.locator("main .page-head").wait_for()
        page.wait_for_timeout(300)
        if path.startswith("/interactions/"):
            assert page.locator(".transcript .bubble").count() > 60, path
        if path == "/endpoints":
            for button in page.get_by_role("button", name="Show the last calls").all():
                button.click()
            page.wait_for_timeout(300)
        assert page.evaluate("window.ran") == 0, path
        # nothing that was sent became an element or a link of its own
        assert page.locator("main :is(script, iframe, img, object, embed, base, form[action], marquee)").count() == 0, (
            path
        )
        assert page.locator("a[href^='javascript:' i], a[href^='data:' i]").count() == 0, path
        assert page.evaluate(
            "[...document.querySelectorAll('main *')].every(e => !e.getAttributeNames().some(n => /^on/i.test(n)))"
        )
    context.close()
    assert dialogs == []
    assert wrong == []


def test_a_file_of_a_visitor_comes_as_a_file_to_save(shop: Shop) -> None:
    visitor = shop.visitor(bot="parcel-desk")
    headers = {"X-File-Name": "page.html", "X-Message-Id": "f", "Content-Type": "text/html"}
    visitor.call("files", b"<script>alert(1)</script>", **headers)
    told = shop.told(visitor)
    file = told["files"][0]["id"]
    path = f"{shop.server.address}/api/admin/v1/interactions/{visitor.uuid}/files/{file}"
    answer = http("GET", path, headers={"Cookie": shop.author.cookie})
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    other = shop.visitor(bot="parcel-desk")
    stolen = http("GET", path.replace(visitor.uuid, other.uuid), headers={"Cookie": shop.author.cookie})
    assert (stolen.status, stolen.code) == (404, "file.unknown")


def test_the_audit_log_tells_of_an_export_and_holds_nothing_of_visitors(shop: Shop) -> None:
    asked = {"format": "json", "bot": "parcel-desk", "text": "zebrafinch", "data": '{"email": "zebra@shop.example"}'}
    url = f"{shop.server.address}/api/admin/v1/interactions/export?{urlencode(asked)}"
    assert http("GET", url, headers={"Cookie": shop.author.cookie}).status == 200
    entry = shop.author.call("GET", "/audit")["entries"][0]
    assert (entry["what"], entry["of"]) == ("interactions.export", "parcel-desk")
    assert "email" in str(entry["details"])
    assert "zebra" not in str(entry)


def test_no_cell_of_an_export_is_a_formula(shop: Shop) -> None:
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", '=HYPERLINK("https://evil.example")']
    shop.endpoint.answer = [{"name": f"f{number}", "data": text} for number, text in enumerate(formulas)]
    shop.visitor("Track it", "BR-999")
    url = f"{shop.server.address}/api/admin/v1/interactions/export?format=csv&bot=parcel-desk"
    answer = http("GET", url, headers={"Cookie": shop.author.cookie})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    row = next(row for row in rows if row.get("data.order_number") == "BR-999")
    for number, text in enumerate(formulas):
        assert row[f"data.f{number}"] == "'" + text
    for one in rows:
        for cell in one.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t")), cell
    as_json = http("GET", url.replace("csv", "json"), headers={"Cookie": shop.author.cookie}).body
    assert len(as_json) == len(rows)
    assert as_json[0]["meta"]["data"]["f0"] == "=1+1"

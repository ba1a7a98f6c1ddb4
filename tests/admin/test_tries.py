"""Tries of drafts, tests of endpoints and walks, over a real socket and with a real endpoint."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from admin.console import LASTING, Browser, console
from endpoints import Endpoint
from running import Server, Visitor, command, http, inside, order_desk, texts, wait_for
from store.samples import address

pytestmark = pytest.mark.story

TOKEN = "very-secret-token-of-the-shop"  # a made-up value
FOUND = [
    {"name": "order_found", "data": "yes"},
    {"name": "fullname", "data": "Mira Oakenfell"},
    {"name": "status", "data": "SHIPPED"},
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture(scope="module", params=LASTING)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint
) -> Iterator[tuple[Server, Browser]]:
    folder: Path = tmp_path_factory.mktemp("tries")
    hosts = {"BRANCHLINE_OPEN_HOSTS": "127.0.0.1", "BRANCHLINE_ALLOW_HTTP": "true"}
    environment = {**inside(endpoint.address), **hosts, "BRANCHLINE_SECRET_SHOP": TOKEN}
    with (
        address(request.param) as url,
        console(folder / "branchline.db", environment, url=url) as (server, admin),
    ):
        source = order_desk(endpoint.address)
        bot = admin.post("/bots", {"source": source})
        document = bot["document"]
        document["endpoints"]["orders"]["headers"] = {"Authorization": "Bearer {{ secret.shop }}"}
        admin.put("/bots/order-desk/draft", {"document": document}, If_Match='"1"')
        yield server, admin


@pytest.fixture(autouse=True)
def answering(endpoint: Endpoint) -> None:
    endpoint.status, endpoint.answer = 200, FOUND
    endpoint.asked.clear()


class Trying(Visitor):
    """The visitor of a try: the chat API again, below the try's address."""

    def __init__(self, server: str, admin: Browser, of: str = "/bots/order-desk", **body: Any) -> None:
        begun = admin.post(f"{of}/tries", body)
        self.server = f"{server}/try/{begun['uuid']}"
        self.uuid, self.token = begun["uuid"], begun["token"]
        self.admin = admin
        self._messages = 0

    def view(self) -> Any:
        """The try, once no endpoint is asked any more."""
        found: dict[str, Any] = {}

        def rests() -> bool:
            found.update(self.admin.get(f"/tries/{self.uuid}"))
            return bool(found["awaiting"] != "fulfillment")

        assert wait_for(rests)
        return found


def test_a_try_talks_through_the_same_chat_api_and_tells_why(
    running: tuple[Server, Browser], endpoint: Endpoint
) -> None:
    server, admin = running
    visitor = Trying(server.address, admin)
    assert texts(visitor.transcript())[0].startswith("Hello!")
    visitor.say("Mira")
    said = visitor.say("BR-10427")
    assert said[1].startswith("Good news, Mira Oakenfell")
    view = visitor.view()
    assert view["revision"] == 2
    assert view["nodes"] == ["greet", "ask_name", "ask_order", "look_up", "shipped", "anything_else"]
    assert {"name": "status", "data": "SHIPPED", "label": "", "source": "fulfillment", "changed": True} in view["data"]
    came = view["turns"][-1]
    [route] = [one for one in came["routes"] if one["node"] == "look_up"]
    assert (route["case"], route["to"]) == (1, "shipped")
    assert [case["holds"] for case in route["cases"]] == [False, True]
    [compared] = route["cases"][0]["comparisons"]
    assert compared["value"] == "yes"
    assert compared["words"] == "order_found is not “yes”: it was “yes” → no"
    assert "status is “SHIPPED”: it was “SHIPPED” → yes" in route["words"]
    assert "/nodes/look_up/exit/cases/1/go_to" in view["ways"]
    changed = {one["name"]: one for one in came["data"]}
    assert (changed["status"]["before"], changed["status"]["after"]) == (None, "SHIPPED")
    assert (changed["status"]["node"], changed["status"]["action"]) == ("look_up", 0)
    assert {"order_found", "fullname"} <= set(changed)
    first = view["turns"][0]
    assert {one["node"] for one in first["spoken"]} == {"greet", "ask_name"}
    body = json.loads(endpoint.asked[0].body)
    assert body["meta"]["bot"] == "order-desk"
    assert body["meta"]["version"] < 0


def test_a_try_is_no_interaction(running: tuple[Server, Browser]) -> None:
    server, admin = running
    key = admin.post("/api-keys", {"name": "reader", "scopes": ["*"]})
    before = http("GET", server.address + "/metrics").content
    visitor = Trying(server.address, admin)
    visitor.say("Mira")
    assert visitor.call("end", {}).status == 200
    headers = {"Authorization": f"Bearer {key['text']}"}
    listed = http("GET", server.address + "/api/core/v1/interactions", None, headers)
    assert listed.body["data"] == []
    after = http("GET", server.address + "/metrics").content
    counted = [line for line in after.split(b"\n") if line.startswith(b"branchline_turns")]
    assert counted == [line for line in before.split(b"\n") if line.startswith(b"branchline_turns")]
    real = f"{server.address}/api/chat/v1/interactions/{visitor.uuid}/entries?after=0"
    assert http("GET", real, None, {"Authorization": f"Bearer {visitor.token}"}).status == 404
    assert http("POST", f"{visitor.server}/api/chat/v1/bots/order-desk/interactions", {}).status == 404


def test_a_published_version_is_untouched_by_tries(running: tuple[Server, Browser]) -> None:
    server, admin = running
    document = {
        "branchline": 1,
        "bot": "calm",
        "start": "a",
        "nodes": {"a": {"actions": [{"do": "send_message", "text": "One"}], "exit": {"do": "end"}}},
    }
    admin.post("/bots", {"document": document})
    admin.post("/bots/calm/publish", {"revision": 1, "note": ""})
    document["nodes"]["a"]["actions"][0]["text"] = "Two"  # type: ignore[index]
    admin.put("/bots/calm/draft", {"document": document}, If_Match='"1"')
    begun = admin.post("/bots/calm/tries", {})
    view = admin.get(f"/tries/{begun['uuid']}")
    assert texts(view["turns"][0]["entries"]) == ["Two"]
    assert view["ended"] is True
    assert Visitor(server.address, "calm").said == ["One"]
    assert admin.get("/bots/calm/versions")["versions"][0]["running"] == 0


def test_a_try_begins_at_any_node_with_chosen_data(running: tuple[Server, Browser]) -> None:
    server, admin = running
    visitor = Trying(server.address, admin, node="shipped", data=[{"name": "fullname", "data": "Ada"}])
    assert visitor.transcript()[0]["text"].startswith("Good news, Ada")
    refused = admin.call("POST", "/bots/order-desk/tries", {"node": "nowhere"})
    assert (refused.status, refused.code) == (422, "try.node_unknown")
    given = admin.post(f"/tries/{visitor.uuid}/data", {"data": [{"name": "fullname", "data": "Bo"}]})
    assert given["turns"][-1]["data"][0]["words"] == "fullname: “Ada” → “Bo”, by hand."


def test_answers_are_typed_or_recorded_for_each_endpoint(running: tuple[Server, Browser], endpoint: Endpoint) -> None:
    server, admin = running
    typed = {"orders": {"mode": "typed", "pairs": [{"name": "order_found", "data": "yes"}]}}
    visitor = Trying(server.address, admin, node="look_up", answers=typed)
    assert visitor.view()["nodes"][-2:] == ["other_status", "anything_else"]
    assert endpoint.asked == []
    failing = {"orders": {"mode": "typed", "failed": "timeout"}}
    view = Trying(server.address, admin, node="look_up", answers=failing).view()
    [call] = [one for turn in view["turns"] for one in turn["calls"] if one["status"] == "failed"]
    assert (call["reason"], call["endpoint"]) == ("timeout", "orders")
    assert "could_not_ask" in view["nodes"]
    assert endpoint.asked == []
    Trying(server.address, admin, node="look_up").view()
    assert len(endpoint.asked) == 1
    endpoint.answer = []
    recorded = Trying(server.address, admin, node="look_up", answers={"orders": {"mode": "recorded"}}).view()
    assert "shipped" in recorded["nodes"]
    assert len(endpoint.asked) == 1
    assert recorded["endpoints"][0]["recorded"]["pairs"] == FOUND
    for answers, code in (
        ({"nothing": {"mode": "real"}}, "answer.invalid"),
        ({"orders": {"mode": "typed", "failed": "bad_luck"}}, "answer.invalid"),
    ):
        assert admin.call("POST", "/bots/order-desk/tries", {"answers": answers}).code == code


def test_every_template_is_played_before_a_bot_is_made_of_it(running: tuple[Server, Browser]) -> None:
    server, admin = running
    before = admin.get("/bots")
    for template in admin.get("/templates")["templates"]:
        view = Trying(server.address, admin, f"/templates/{template['id']}").view()
        assert view["nodes"][0] == template["document"]["start"]
        assert set(template["document"].get("endpoints", {})) == set(template["answers"])
    visitor = Trying(server.address, admin, "/templates/order-status")
    visitor.say("BR-10427")
    assert "shipped" in visitor.view()["nodes"]
    assert admin.get("/bots") == before
    assert admin.call("POST", "/templates/nothing/tries", {}).code == "template.unknown"


def test_a_step_back_leads_to_before_the_last_message(running: tuple[Server, Browser]) -> None:
    server, admin = running
    visitor = Trying(server.address, admin)
    visitor.say("Mira")
    before = visitor.view()
    visitor.say("nonsense")
    assert "It was try 1" not in str(before)
    back = admin.post(f"/tries/{visitor.uuid}/back", {})
    assert back == before
    assert visitor.say("BR-10427")[1].startswith("Good news")
    admin.post(f"/tries/{visitor.uuid}/back", {"turn": 2})
    assert [entry["sender"] for entry in visitor.transcript()] == ["bot", "bot"]
    refused = admin.call("POST", f"/tries/{visitor.uuid}/back", {})
    assert (refused.status, refused.code) == (409, "try.at_start")
    passed = admin.post(f"/tries/{visitor.uuid}/pass")
    assert passed["ended"] is True
    assert admin.call("POST", f"/tries/{visitor.uuid}/pass").status in {200, 409}


def test_a_try_becomes_a_walk_that_fails_when_the_bot_changes(running: tuple[Server, Browser], tmp_path: Path) -> None:
    server, admin = running
    visitor = Trying(server.address, admin)
    visitor.say("Mira")
    visitor.say("BR-10427")
    kept = admin.post(f"/tries/{visitor.uuid}/walk", {"name": "a shipped order"})
    assert [walk["name"] for walk in kept["walks"]] == ["a shipped order"]
    again = admin.call("POST", f"/tries/{visitor.uuid}/walk", {"name": "a shipped order"})
    assert (again.status, again.code) == (409, "walk.exists")
    ran = admin.post("/bots/order-desk/walks/run")
    assert (ran["passed"], ran["failed"]) == (1, 0)
    assert ran["coverage"]["nodes_reached"] == 6
    # the files stand beside each other, and the command line plays them
    bot, walks = tmp_path / "order-desk.yaml", tmp_path / "order-desk.walks.yaml"
    bot.write_bytes(admin.call("GET", "/bots/order-desk/export").content)
    walks.write_bytes(admin.call("GET", "/bots/order-desk/walks-file").content)
    played = command("test", str(bot))
    assert (played.returncode, played.stderr) == (0, "")
    assert "passed  a shipped order" in played.stdout
    bot.write_text(bot.read_text().replace("argument: SHIPPED", "argument: SENT"))
    report = command("test", str(bot), "--json")
    assert report.returncode == 1
    told = json.loads(report.stdout)
    assert told["passed"] is False
    assert any("look_up → other_status" in problem for problem in told["walks"][0]["problems"])
    assert told["coverage"]["nodes"]["all"] > told["coverage"]["nodes"]["reached"]
    assert admin.post("/bots/order-desk/walks-file", {"source": walks.read_text()}) == {"walks": 1}
    wrong = admin.call("POST", "/bots/order-desk/walks-file", {"source": "branchline_walks: 1\nwalks: {a: {}}"})
    assert (wrong.status, wrong.code) == (422, "walk.refused")
    admin.delete("/bots/order-desk/walks/a%20shipped%20order")
    assert admin.get("/bots/order-desk/walks") == {"walks": []}


def asked_of(admin: Browser, bot: str) -> Any:
    data = [{"name": "order_number", "data": "BR-10427"}, {"name": "status", "data": "OLD"}]
    return admin.post(f"/bots/{bot}/endpoint-test", {"node": "look_up", "action": 0, "data": data})


def test_the_test_of_an_endpoint_tells_all_of_one_call(running: tuple[Server, Browser], endpoint: Endpoint) -> None:
    _, admin = running
    found = asked_of(admin, "order-desk")
    assert (found["ok"], found["reason"], found["answer"]["status"]) == (True, "", 200)
    assert {"name": "status", "before": "OLD", "after": "SHIPPED"} in found["data"]
    assert "eta" in found["missing"]
    [asked] = endpoint.asked
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert found["request"]["body"].encode() == asked.body
    assert json.loads(asked.body)["meta"]["data"] == {"order_number": "BR-10427", "status": "OLD"}
    sent = {one["name"].lower(): one["value"] for one in found["request"]["headers"]}
    assert sent["authorization"] == "Bearer ••••••"
    assert "${SHOP}" in found["request"]["curl"]
    assert TOKEN not in json.dumps(found)
    endpoint.answer = [{"name": "echo", "data": TOKEN}]
    echoed = asked_of(admin, "order-desk")
    assert TOKEN not in echoed["answer"]["body"]
    audited = admin.get("/audit")["entries"][0]
    assert (audited["what"], audited["of"]) == ("endpoint.test", "order-desk/orders")


def test_an_endpoint_that_fails_in_five_ways_is_told_each_in_its_words(
    running: tuple[Server, Browser], endpoint: Endpoint
) -> None:
    _, admin = running
    words = set()
    endpoint.status = 500
    failed = asked_of(admin, "order-desk")
    assert (failed["reason"], failed["answer"]["status"], failed["goes_to"]) == ("http_5xx", 500, "could_not_ask")
    words.add(failed["words"])
    assert json.loads(failed["answer"]["body"]) == FOUND  # what it said beside the status is shown
    endpoint.status = 401
    failed = asked_of(admin, "order-desk")
    assert failed["reason"] == "http_4xx"
    words.add(failed["words"])
    endpoint.status, endpoint.answer = 200, {"status": "SHIPPED"}
    failed = asked_of(admin, "order-desk")
    assert failed["reason"] == "not_a_list"
    words.add(failed["words"])
    endpoint.answer = [{"name": "status", "data": 5}]
    failed = asked_of(admin, "order-desk")
    assert failed["reason"] == "bad_item"
    words.add(failed["words"])
    assert "status" in failed["answer"]["body"]
    document = admin.get("/bots/order-desk/draft")["document"]
    document["bot"] = "unreachable"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        document["endpoints"]["orders"]["url"] = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        admin.post("/bots", {"document": document, "bot": "unreachable"})
        refused = asked_of(admin, "unreachable")
    assert (refused["reason"], refused["answer"], refused["sent"]) == ("connect_error", None, False)
    words.add(refused["words"])
    document["endpoints"]["orders"]["url"] = "http://169.254.169.254/latest"
    admin.put("/bots/unreachable/draft", {"document": document}, If_Match='"1"')
    blocked = asked_of(admin, "unreachable")
    assert (blocked["reason"], blocked["sent"]) == ("blocked_address", False)
    words.add(blocked["words"])
    document["endpoints"]["orders"]["headers"] = {"Authorization": "{{ secret.missing }}"}
    admin.put("/bots/unreachable/draft", {"document": document}, If_Match='"2"')
    missing = asked_of(admin, "unreachable")
    assert missing["reason"] == "disabled"
    assert "'missing'" in missing["detail"]
    words.add(missing["words"])
    assert len(words) == 7
    for body in ({"node": "look_up", "action": 9}, {"node": "nowhere", "action": 0}, {"node": "greet", "action": 0}):
        assert admin.call("POST", "/bots/order-desk/endpoint-test", body).code == "endpoint.untestable"


def test_a_draft_without_form_is_not_tried_but_told(running: tuple[Server, Browser]) -> None:
    _, admin = running
    admin.post("/bots", {"document": {"bot": "broken", "nodes": {"a": {}}}})
    refused = admin.call("POST", "/bots/broken/tries", {})
    assert (refused.status, refused.code) == (422, "try.refused")
    assert refused.body["errors"][0]["meta"]["issues"]
    assert admin.call("GET", "/tries/0190-nothing").code == "try.unknown"


def test_two_messages_at_once_make_two_turns(running: tuple[Server, Browser]) -> None:
    server, admin = running
    visitor = Trying(server.address, admin, node="anything_else")
    said = [threading.Thread(target=visitor.call, args=("messages", {"id": f"m{n}", "text": "x"})) for n in range(5)]
    for one in said:
        one.start()
    for one in said:
        one.join()
    view = visitor.view()
    assert [turn["number"] for turn in view["turns"]] == list(range(1, len(view["turns"]) + 1))
    assert sum(turn["event"] == "said" for turn in view["turns"]) == 5 or view["ended"]

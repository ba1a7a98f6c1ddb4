"""One trace id from the visitor's message through the fulfillment to the export; and a log without personal data."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from branchline.cli.log import without_words
from branchline.errors import HostError
from branchline.tracing import taken, trace_id
from endpoints import Endpoint
from running import Publish, Server, Visitor, command, http, inside, serving, texts, wait_for
from stories.bots import asking

pytestmark = pytest.mark.story

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GIVEN = f"00-{TRACE}-00f067aa0ba902b7-00"
SAID = "zebrafinch"


def own(visitor: Visitor) -> str:
    return visitor.uuid.replace("-", "")


def test_one_trace_id_from_the_message_through_the_fulfillment_to_the_answer(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asking(endpoint.address))
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        first = visitor.call("messages", {"id": "1", "text": "BR-1"})
        assert trace_id(taken(first.headers["traceresponse"])) == own(visitor)
        brought = visitor.call("messages", {"id": "2", "text": "BR-2"}, traceparent=GIVEN)
        assert trace_id(taken(brought.headers["traceresponse"])) == TRACE
        visitor.call("messages", {"id": "3", "text": "BR-3"}, traceparent="00-hello")
        told = [taken(one.headers["traceparent"]) for one in endpoint.asked]
        assert [trace_id(one) for one in told] == [own(visitor), TRACE, TRACE]
        assert [one[-2:] for one in told] == ["01", "00", "00"]
        assert len({one[36:52] for one in told}) == 3
        exported = command("customer", "export", "--interaction", visitor.uuid, "--database", f"sqlite:///{database}")
        turns = json.loads(exported.stdout)["interactions"][0]["turns"]
        assert [turn["event"].get("traceparent") for turn in turns if turn["event"]["event"] == "Replied"] == [
            None,
            GIVEN,
            None,
        ]


def test_a_call_that_is_repeated_after_a_kill_stays_in_its_trace(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asking(endpoint.address, safe_to_repeat=True))
    endpoint.go_on.clear()
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        visitor.call("messages?wait=0", {"id": "1", "text": "BR-1"}, traceparent=GIVEN)
        assert endpoint.arrived.wait(10)
        server.kill()
    endpoint.go_on.set()
    with serving(database, inside(endpoint.address)) as server:
        visitor.server = server.address
        assert wait_for(lambda: "It is SHIPPED." in texts(visitor.transcript()))
    first, second = [one.headers["traceparent"] for one in endpoint.asked]
    assert first == second
    assert trace_id(first) == TRACE


def test_nothing_that_a_person_wrote_and_no_secret_stands_in_the_log(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    hidden = "{{ secret.token }}"
    text = asking(endpoint.address, headers={"X-Key": hidden}, signing=["sign"])
    publish(text + "inactivity: {after: 30 min}\n")
    environment = {
        **inside(endpoint.address),
        "BRANCHLINE_LOG_LEVEL": "debug",
        "BRANCHLINE_METRICS_TOKEN": f"{SAID}-metrics",
        "BRANCHLINE_SECRET_TOKEN": f"{SAID}-secret",
        "BRANCHLINE_SECRET_SIGN": "whsec_emVicmFmaW5jaHplYnJhZmluY2h6ZWJyYWZpbmNo",
    }
    with serving(database, environment) as server:
        tokens = talk(server, endpoint)
        http("GET", server.address + "/metrics", headers={"Authorization": f"Bearer {SAID}-metrics"})
        http("GET", server.address + f"/{SAID}?{SAID}={SAID}")
    log = database.with_suffix(".log").read_text()
    lines = [json.loads(line) for line in log.splitlines()]
    turns = [line for line in lines if line["event"] == "turn"]
    assert len(turns) > 10
    assert {"Started", "Replied", "FulfillmentReturned", "FulfillmentFailed", "Closed"} <= {
        turn["event_kind"] for turn in turns
    }
    assert TRACE in {turn["trace_id"] for turn in turns}
    assert any(line["event"] == "breaker.changed" and line.get("trace_id") for line in lines)
    for word in (SAID, "emVicmFm", *tokens):
        assert word not in log, [line for line in lines if word in json.dumps(line)]


def talk(server: Server, endpoint: Endpoint) -> list[str]:
    """Hold a whole conversation in which everything is marked; gives the tokens."""
    data = [{"name": "email", "data": f"{SAID}@shop.example"}, {"name": SAID, "data": SAID}]
    visitor = Visitor(server.address, "asker", data=data, start_url=f"https://shop.example/?q={SAID}")
    endpoint.answer = [{"name": "status", "data": SAID}]
    visitor.say(SAID)
    visitor.call("messages", {"id": f"{SAID}-1", "text": SAID}, traceparent=GIVEN, accept="text/event-stream")
    visitor.call("messages", {"id": f"{SAID}-1", "text": f"other {SAID}"})
    visitor.call("files", SAID.encode(), **{"X-File-Name": f"{SAID}.txt", "X-Message-Id": f"{SAID}-f"})
    for answer in (SAID, {"name": SAID}, [{"name": SAID * 50, "data": SAID}], [{"name": "a", "data": SAID * 90}]):
        endpoint.answer = answer
        visitor.say(SAID)
    endpoint.status = 500
    for _ in range(6):
        visitor.say(SAID)
    visitor.call("data", {"data": [{"name": SAID, "data": SAID}]})
    visitor.call("messages", b"{" + SAID.encode())
    visitor.call("messages", {"id": "z", "text": SAID * 500})
    visitor.call("end", {"end_url": f"https://shop.example/{SAID}"})
    visitor.call("feedback", {"rating": 5, "comment": SAID})
    other = Visitor(server.address, "asker")
    http("GET", f"{server.address}/api/chat/v1/interactions/{other.uuid}/entries", headers={"Authorization": f"Bearer {SAID}"})  # fmt: skip
    return [visitor.token, other.token]


class OfTheHost(HostError):
    """The disk {name} is full."""

    code = "disk.full"


def written(problem: BaseException) -> str:
    return json.dumps(without_words(None, "error", {"event": "incident", "exc_info": problem}))


def test_an_exception_is_written_down_without_its_words() -> None:
    try:
        try:
            raise KeyError(SAID)
        except KeyError as cause:
            raise ExceptionGroup(SAID, [ValueError(SAID), OSError(28, "No space left on device")]) from cause
    except ExceptionGroup as problem:
        found = written(problem)
    assert SAID not in found
    assert "KeyError: test_traces.py:" in found
    assert "ValueError" in found
    assert "No space left on device" in found
    assert "The disk sda is full." in written(OfTheHost(name="sda"))


def test_what_libraries_log_is_a_line_without_what_they_fill_in() -> None:
    program = f"""
import logging, sys
from branchline.cli.log import start_logging
from branchline.settings import Settings
start_logging(Settings(log_format="json"))
logging.getLogger("some.library").warning("Could not read %r", "{SAID}")
try:
    raise ValueError("{SAID}")
except ValueError:
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application\\n")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first, second = [json.loads(line) for line in done.stderr.splitlines()]
    assert (first["logger"], first["said"]) == ("some.library", "Could not read %r")
    assert second["exception"].startswith("ValueError: ")
    assert SAID not in done.stderr

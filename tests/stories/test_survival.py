"""What a stopped server leaves behind is taken up again: calls owed, deadlines, and nothing twice."""

import json
import sqlite3
import threading
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from branchline.cli.serve import GRACE_S
from endpoints import Endpoint
from running import Publish, Visitor, command, free_port, inside, serving, texts, wait_for
from stopwatch import stopwatch

pytestmark = pytest.mark.story


def story(address: str, **endpoint: object) -> str:
    more = "".join(f"\n    {key}: {json.dumps(value)}" for key, value in endpoint.items())
    return f"""
branchline: 1
bot: asker
start: ask
endpoints:
  system:
    url: {address}/fulfillment{more}
nodes:
  ask:
    actions: [{{do: send_message, text: "Which order?"}}]
    exit: {{do: wait_for_reply, go_to: look, no_reply: {{after: 1 s, go_to: nudge}}}}
  nudge:
    actions: [{{do: send_message, text: "Still there?"}}]
    exit: {{do: wait_for_reply, go_to: look}}
  look:
    actions:
      - {{do: fulfill, endpoint: system, waiting: "One moment.", gives: [status], failed: failed}}
      - {{do: send_message, text: "It is {{{{ status | default: 'nothing' }}}}."}}
    exit: {{do: wait_for_reply, go_to: look}}
  failed:
    actions: [{{do: send_message, text: "I could not ask."}}]
    exit:
      do: route
      cases: [{{when: {{operand: fulfillment.reason, operator: is, argument: outcome_unknown}}, go_to: unknown}}]
      otherwise: ask
  unknown:
    actions: [{{do: send_message, text: "I do not know whether it got through."}}]
    exit: {{do: wait_for_reply, go_to: look}}
"""


def said_by(visitor: Visitor) -> list[str]:
    return texts(visitor.transcript())


def killed_while_asking(database: Path, endpoint: Endpoint, port: int) -> Visitor:
    """Kill the server while the endpoint is asked; gives the visitor, whose message was acknowledged."""
    endpoint.go_on.clear()
    with serving(database, inside(endpoint.address), port) as server:
        visitor = Visitor(server.address, "asker")
        answer = visitor.call("messages?wait=0", {"id": "1", "text": "BR-1"})
        assert answer.body["awaiting"] == {"kind": "fulfillment"}
        assert endpoint.arrived.wait(10)
        server.kill()
    endpoint.go_on.set()
    return visitor


def test_a_call_cut_off_by_a_kill_is_not_repeated_and_its_outcome_is_unknown(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(story(endpoint.address))
    port = free_port()
    visitor = killed_while_asking(database, endpoint, port)
    with serving(database, inside(endpoint.address), port):
        assert wait_for(lambda: "I do not know whether it got through." in said_by(visitor))
        assert said_by(visitor) == [
            "Which order?",
            "One moment.",
            "I could not ask.",
            "I do not know whether it got through.",
        ]
        assert len(endpoint.asked) == 1
        assert visitor.call("messages", {"id": "2", "text": "again"}).status == 200
    assert said_by_kept(visitor, database, endpoint, port)[-1] == "It is SHIPPED."
    ids = [one.headers["Idempotency-Key"] for one in endpoint.asked]
    assert len(set(ids)) == len(ids) == 2


def said_by_kept(visitor: Visitor, database: Path, endpoint: Endpoint, port: int) -> list[str]:
    with serving(database, inside(endpoint.address), port):
        return said_by(visitor)


def test_a_call_that_is_safe_to_repeat_is_repeated_with_the_same_id_and_body(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(story(endpoint.address, safe_to_repeat=True))
    port = free_port()
    visitor = killed_while_asking(database, endpoint, port)
    with serving(database, inside(endpoint.address), port):
        assert wait_for(lambda: "It is SHIPPED." in said_by(visitor))
    assert len(endpoint.asked) == 2
    first, second = endpoint.asked
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body


def test_a_deadline_that_passed_while_the_server_was_down_is_kept_after_it_comes_up(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(story(endpoint.address))
    port = free_port()
    with serving(database, inside(endpoint.address), port) as server:
        visitor = Visitor(server.address, "asker")
        server.kill()
    time.sleep(1)
    with serving(database, inside(endpoint.address), port):
        assert wait_for(lambda: said_by(visitor) == ["Which order?", "Still there?"])


def test_a_server_that_is_asked_to_stop_finishes_the_call_in_flight(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(story(endpoint.address))
    port = free_port()
    endpoint.go_on.clear()
    with serving(database, inside(endpoint.address), port) as server:
        visitor = Visitor(server.address, "asker")
        visitor.call("messages?wait=0", {"id": "1", "text": "BR-1"})
        assert endpoint.arrived.wait(10)
        threading.Timer(0.3, endpoint.go_on.set).start()
        assert server.stop() == 0
    with serving(database, inside(endpoint.address), port):
        assert said_by(visitor) == ["Which order?", "One moment.", "It is SHIPPED."]
    assert len(endpoint.asked) == 1


def test_a_slow_endpoint_shows_that_it_is_asked_and_then_answers(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(story(endpoint.address))
    endpoint.go_on.clear()
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        first = visitor.call("messages?wait=1", {"id": "1", "text": "BR-1"}).body
        assert first["awaiting"] == {"kind": "fulfillment"}
        assert texts(first["entries"]) == ["One moment."]
        beside = visitor.call("messages?wait=0", {"id": "2", "text": "hello?"}).body
        assert texts(beside["entries"]) == []
        endpoint.go_on.set()
        assert wait_for(lambda: said_by(visitor)[-1] == "It is SHIPPED.")
        again = visitor.call("messages", {"id": "1", "text": "BR-1"}).body
        assert texts(again["entries"])[0] == "One moment."
    assert len(endpoint.asked) == 1


def test_an_answer_after_the_deadline_is_recorded_as_late_and_changes_nothing(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(story(endpoint.address, deadline="1 s"))
    endpoint.go_on.clear()
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        began, took = time.monotonic(), stopwatch(server.process.pid)
        assert visitor.say("BR-1") == ["One moment.", "I could not ask.", "Which order?"]
        assert took() < 1.25
        assert time.monotonic() - began > 0.9
        before = visitor.transcript()
        endpoint.go_on.set()
        assert wait_for(lambda: "FulfillmentReturned" in kept(database))
        late = next(json.loads(trace) for trace in kept(database).splitlines() if "FulfillmentReturned" in trace)
        assert late["event"]["pairs"] == [{"name": "status", "data": "SHIPPED"}]
        assert late["effects"] == [{"effect": "Ignored", "reason": "stale"}]
        assert visitor.transcript() == before
        assert visitor.call("entries?after=0", method="GET").body["awaiting"]["kind"] == "reply"
    with closing(sqlite3.connect(database)) as db:
        (state,) = db.execute("select state from interaction").fetchone()
        assert "SHIPPED" not in bytes(state).decode()
    assert len(endpoint.asked) == 1
    assert "fulfillment.late" in database.with_suffix(".log").read_text()


def kept(database: Path) -> str:
    """The traces of all turns, as they are on disk."""
    with closing(sqlite3.connect(database)) as db:
        return "\n".join(row[0] for row in db.execute("select trace from turn order by row"))


def test_two_servers_on_one_database_file_are_refused(database: Path, endpoint: Endpoint, publish: Publish) -> None:
    publish(story(endpoint.address))
    with serving(database):
        second = command("serve", "--port", "0", "--database", f"sqlite:///{database}")
    assert second.returncode == 3
    assert second.stdout == ""
    assert "is in use" in second.stderr


def test_a_server_that_is_asked_to_stop_does_not_wait_for_those_who_listen(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(story(endpoint.address))
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        url = f"{server.address}/api/chat/v1/interactions/{visitor.uuid}/events?after=0"
        asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {visitor.token}"})
        with urllib.request.urlopen(asked, timeout=10) as stream:
            assert stream.readline() == b"id: 1\n"
            server.process.terminate()
            assert server.process.wait(GRACE_S // 2) == 0
            assert stream.read().endswith(b"\n\n")

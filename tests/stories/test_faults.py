"""Faults around us: nothing is acknowledged that is not kept, callers hear 503 and when to ask again, and it recovers by
itself."""

import asyncio
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from branchline.service.clock import SteadyClock, system_clock
from branchline.service.identity import hash_of
from branchline.store.sqlite.connect import connect
from branchline.store.sqlite.migrations import create, migrations
from endpoints import Endpoint
from inside import Talker, started
from inside import publish as publish_inside
from running import Answer, Publish, Visitor, command, http, inside, serving, texts, wait_for
from stories.bots import asking

pytestmark = pytest.mark.story

DAY_MS = 86_400_000
SILENT = """
branchline: 1
bot: quiet
start: ask
inactivity: {after: 30 min, say: "Goodbye."}
nodes:
  ask:
    actions: [{do: send_message, text: "Hello."}]
    exit: {do: wait_for_reply, go_to: ask, no_reply: {after: 2 s, go_to: nudge}}
  nudge:
    actions: [{do: send_message, text: "Still there?"}]
    exit: {do: wait_for_reply, go_to: ask}
"""


def refused(answer: Answer) -> bool:
    """Say whether it is an honest no: not now, and when to try again."""
    return answer.status == 503 and answer.code.startswith("store.") and int(answer.headers["Retry-After"]) > 0


def ready(address: str) -> Answer:
    return http("GET", address + "/readyz")


def customer_said(visitor: Visitor) -> list[str]:
    return [one["text"] for one in visitor.transcript() if one.get("sender") == "customer"]


@contextmanager
def no_room(process: int, file: Path) -> Iterator[None]:
    """Let no file of a process grow past what this one has, as a full disk would; the system counts it per file."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (file.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_acknowledges_nothing_and_all_goes_on_when_there_is_room(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asking(endpoint.address))
    wal = Path(f"{database}-wal")
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        visitor.say("BR-1")
        endpoint.go_on.clear()
        endpoint.arrived.clear()
        waiting = Visitor(server.address, "asker")
        waiting.call("messages?wait=0", {"id": "1", "text": "BR-9"})
        assert endpoint.arrived.wait(10)
        with no_room(server.process.pid, wal):
            endpoint.go_on.set()  # an answer comes while it cannot be kept
            assert refused(visitor.call("messages", {"id": "a", "text": "BR-2"}))
            assert refused(http("POST", f"{server.address}/api/chat/v1/bots/asker/interactions", {}))
            told = ready(server.address)
            assert (told.status, told.body["ready"]) == (503, False)
            assert customer_said(visitor) == ["BR-1"]
        assert wait_for(lambda: ready(server.address).status == 200)
        assert visitor.call("messages", {"id": "a", "text": "BR-2"}).status == 200
        assert wait_for(lambda: "It is SHIPPED." in texts(waiting.transcript()))
        server.kill()
    with serving(database, inside(endpoint.address)) as server:
        visitor.server = waiting.server = server.address
        assert customer_said(visitor) == ["BR-1", "BR-2"]
        assert texts(waiting.transcript())[-1] == "It is SHIPPED."
    assert len({one.headers["Idempotency-Key"] for one in endpoint.asked}) == len(endpoint.asked) == 3


def test_a_database_held_by_another_program_is_waited_for_and_then_said_so(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asking(endpoint.address))
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("begin immediate")
        answers: list[Answer] = []
        asks = threading.Thread(target=lambda: answers.append(visitor.call("messages", {"id": "a", "text": "BR-1"})))
        asks.start()
        assert customer_said(visitor) == []
        asks.join(20)
        assert refused(answers[0])
        assert customer_said(visitor) == []
        other.execute("rollback")
        other.close()
        assert visitor.call("messages", {"id": "a", "text": "BR-1"}).status == 200
        assert customer_said(visitor) == ["BR-1"]


def test_a_database_file_that_was_removed_acknowledges_nothing_until_it_is_back(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asking(endpoint.address))
    away = database.with_name("away.db")
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        visitor.say("BR-1")
        database.rename(away)
        answer = visitor.call("messages", {"id": "a", "text": "BR-2"})
        assert refused(answer)
        assert "removed or replaced" in answer.body["errors"][0]["detail"]
        shutil.copy(away, database)
        assert refused(visitor.call("messages", {"id": "a", "text": "BR-2"})), "another file stands there"
        assert ready(server.address).status == 503
        away.replace(database)
        assert visitor.call("messages", {"id": "a", "text": "BR-2"}).status == 200
        server.kill()
    with serving(database, inside(endpoint.address)) as server:
        visitor.server = server.address
        assert customer_said(visitor) == ["BR-1", "BR-2"]


def test_a_database_that_may_not_be_written_is_refused_in_one_paragraph(database: Path, publish: Publish) -> None:
    publish(SILENT)
    for path, mode in ((database, 0o444), (database.parent, 0o555)):
        path.chmod(mode)
    words = [sys.executable, "-m", "branchline", "serve", "--port", "0", "--database", f"sqlite:///{database}"]
    if os.geteuid() == 0:  # root may write what is read-only; without these rights it is like anybody else
        without = "-dac_override,-dac_read_search,-fowner"
        words = ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}", *words]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    finally:
        database.parent.chmod(0o755)
    assert done.returncode == 3
    assert str(database) in done.stderr
    assert "rights" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stop_under_load_loses_nothing_that_was_acknowledged(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asking(endpoint.address))
    acknowledged: dict[str, list[str]] = {}
    visitors: list[Visitor] = []
    odd: list[Answer] = []

    def talk(visitor: Visitor) -> None:
        for number in range(1, 10_000):
            try:
                answer = visitor.call("messages", {"id": str(number), "text": f"BR-{number}"})
            except OSError:
                return  # it listens no more
            if answer.status != 200:
                odd.append(answer)
                return
            acknowledged[visitor.uuid].append(f"BR-{number}")

    with serving(database, {**inside(endpoint.address), "BRANCHLINE_MESSAGES_PER_MINUTE": "100000"}) as server:
        for _ in range(8):
            visitors.append(Visitor(server.address, "asker"))
            acknowledged[visitors[-1].uuid] = []
        talking = [threading.Thread(target=talk, args=(visitor,)) for visitor in visitors]
        for one in talking:
            one.start()
        assert wait_for(lambda: all(len(said) > 3 for said in acknowledged.values()))
        asked = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(25) == 0
        assert time.monotonic() - asked < 20
        for one in talking:
            one.join(20)
    assert all(refused(answer) or answer.status == 503 for answer in odd)
    with serving(database, inside(endpoint.address)) as server:
        for visitor in visitors:
            visitor.server = server.address
            said = customer_said(visitor)
            known = acknowledged[visitor.uuid]
            assert said[: len(known)] == known
            assert len(said) - len(known) <= 1, "only the last one may be kept without having been acknowledged"
            entries = visitor.transcript()
            assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))


def first_schema(path: Path, endpoint: str) -> str:
    """Make a database of the first schema in which a conversation goes on; gives the visitor's token."""
    create(path, [step for step in migrations() if step.number == 1])
    token, uuid = "a-token-of-before", "018f0000-0000-7000-8000-000000000001"
    at = system_clock() - 60_000
    bot: dict[str, Any] = {
        "branchline": 1,
        "bot": "asker",
        "start": "ask",
        "endpoints": {"system": {"url": f"{endpoint}/fulfillment"}},
        "nodes": {
            "ask": {
                "actions": [{"do": "send_message", "text": "Which order?"}],
                "exit": {"do": "wait_for_reply", "go_to": "look"},
            },
            "look": {
                "actions": [
                    {"do": "fulfill", "endpoint": "system", "gives": ["status"], "failed": "ask"},
                    {"do": "send_message", "text": "It is {{ status | default: 'nothing' }}."},
                ],
                "exit": {"do": "wait_for_reply", "go_to": "look"},
            },
        },
    }
    state = {
        "id": 1, "uuid": uuid, "bot": "asker", "version": 1, "created_at": at, "turn": 1, "entries": 1,
        "at": [{"node": "ask", "action": 1}], "awaiting": {"kind": "reply", "token": f"{uuid}.1"},
        "data": {"name": {"data": "Mira"}}, "updated_at": at,
    }  # fmt: skip
    entry = {"kind": "message", "number": 1, "sender": "bot", "text": "Which order?", "sent_at": "2026-11-20T10:00:00Z"}
    trace = {"event": {"event": "Started", "at": at}, "effects": [{"effect": "NodeEntered", "node": "ask"}, {"effect": "Shown", "number": 1}]}  # fmt: skip
    db = connect(path)
    db.execute("begin")
    db.execute("insert into version (bot, number, published_at, note, definition, source) values ('asker', 1, ?, '', ?, x'')", (at, json.dumps(bot).encode()))  # fmt: skip
    db.execute(
        "insert into interaction (id, uuid, bot, turn, status, created_at, token_hash, state) values (1, ?, 'asker', 1, 0, ?, ?, ?)",
        (uuid, at, hash_of(token), json.dumps(state).encode()),
    )  # fmt: skip
    db.execute("insert into turn (interaction_id, number, at, first_entry, last_entry, entries, trace) values (1, 1, ?, 1, 1, ?, ?)", (at, json.dumps(entry, separators=(",", ":")), json.dumps(trace)))  # fmt: skip
    db.execute("insert into interaction_data values (1, 'name', 'Mira', ?)", (at,))
    db.execute("insert into api_key (id, name, secret_hash, created_at) values ('old', 'old', ?, ?)", (hash_of("secret"), at))  # fmt: skip
    db.execute("commit")
    db.close()
    return token


def test_a_conversation_of_the_first_schema_goes_on_after_the_migration(database: Path, endpoint: Endpoint) -> None:
    token = first_schema(database, endpoint.address)
    with serving(database, inside(endpoint.address)) as server:
        path = f"{server.address}/api/chat/v1/interactions/018f0000-0000-7000-8000-000000000001"
        bearer = {"Authorization": f"Bearer {token}"}
        answer = http("POST", f"{path}/messages", {"id": "1", "text": "BR-1"}, bearer)
        assert (answer.status, texts(answer.body["entries"])) == (200, ["It is SHIPPED."])
        entries = http("GET", f"{path}/entries?after=0", headers=bearer).body["entries"]
        assert texts(entries) == ["Which order?", "It is SHIPPED."]
        assert json.loads(endpoint.asked[0].body)["meta"]["data"]["name"] == "Mira"
        key = {"Authorization": "Bearer blk_old_secret"}
        found = http("GET", f"{server.address}/api/core/v1/interactions?filter%5Bdata%5D%5Bname%5D=Mira", headers=key)
        assert found.status == 200
        searched = http("GET", f"{server.address}/api/core/v1/interactions?filter%5Btext%5D=order", headers=key)
        assert [one["id"] for one in searched.body["data"]] == ["1"]
    assert command("doctor", "--database", f"sqlite:///{database}", "--json").returncode in {0, 1}


@pytest.mark.parametrize("by", [DAY_MS, -DAY_MS], ids=["a day forward", "a day back"])
async def test_a_clock_that_is_set_by_a_day_fires_nothing_early_and_holds_nothing_up(by: int) -> None:
    moved = 0
    clock = SteadyClock(lambda: system_clock() + moved)
    async with started(clock=clock, visitor_token_days=1) as parts:
        await publish_inside(parts, SILENT)
        visitors = [await Talker.start(parts, "quiet") for _ in range(5)]
        moved = by
        for visitor in visitors[:2]:  # the deadlines of the others were set before
            assert await visitor.say("hello") == ["Hello."]
        began = time.monotonic()
        while not all([await nudged(visitor) for visitor in visitors]):
            assert time.monotonic() - began < 8, "a deadline of two seconds was held up"
        assert time.monotonic() - began > 0.5, "a deadline of two seconds came at once"
        for visitor in visitors:
            status, got = await visitor.call("entries?after=0", method="GET")
            assert status == 200
            assert not [one for one in got["entries"] if one["kind"] == "ended"]
        moved = 0
        assert await visitors[0].say("hello") == ["Hello."]


async def nudged(visitor: Talker) -> bool:
    await asyncio.sleep(0.05)
    _, got = await visitor.call("entries?after=0", method="GET")
    return any(one.get("text") == "Still there?" for one in got["entries"])

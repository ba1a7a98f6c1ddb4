"""Finished interactions reach a company's system in another process, whatever happens to either side."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import postgres
from running import ROOT, Publish, Server, Visitor, command, first_line, http, inside, serving, serving_url, wait_for

pytestmark = pytest.mark.story

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
BOT = """
branchline: 1
bot: desk
start: ask
nodes:
  ask:
    actions: [{do: send_message, text: "Your number?"}, {do: tag, tags: [asked]}]
    exit: {do: wait_for_reply, go_to: done, capture: {kind: text, name: number}, failed: done}
  done:
    actions: [{do: send_message, text: "Thank you."}]
    exit: {do: end}
"""


class Company:
    """The company's system; `die` and `start` are its restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.answers()
        self.start()

    def start(self) -> None:
        program = [sys.executable, str(ROOT / "tests" / "receiver.py"), str(self.folder), str(self.port)]
        self.process = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        self.address = first_line(self.process).rsplit(" ", 1)[-1]
        self.port = int(self.address.rsplit(":", 1)[-1])

    def die(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def answers(self, status: int = 200, **more: Any) -> None:
        (self.folder / "answer.json").write_text(json.dumps({"status": status, **more}))

    def posted(self) -> list[dict[str, Any]]:
        """What came after the tests of targets."""
        file = self.folder / "posted.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [post for post in map(json.loads, lines) if post["body"] != '{"test":"data"}']

    def bodies(self) -> list[str]:
        return [post["body"] for post in self.posted()]

    def ids(self) -> list[str]:
        return [post["headers"]["idempotency-key"].strip('"') for post in self.posted()]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path)
    yield made
    made.die()


class Clock:
    """How far the server's clock is ahead."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.ahead = 0
        self.move(0)

    def move(self, ms: int) -> None:
        self.ahead += ms
        self.file.with_suffix(".new").write_text(str(self.ahead))
        self.file.with_suffix(".new").replace(self.file)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "ahead")


@pytest.fixture
def run(database: Path, company: Company) -> Any:
    """Run a command beside the server, with calls allowed to the company's system."""

    def do(*words: str) -> subprocess.CompletedProcess[str]:
        return command(*words, "--database", f"sqlite:///{database}", environment=inside(company.address))

    return do


def given(run: Any, *words: str) -> Any:
    """What a command says with --json."""
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def finished(server: Server) -> Visitor:
    """A visitor who talked to the bot's end."""
    visitor = Visitor(server.address, "desk")
    visitor.say("7")
    return visitor


@cache
def key_of(database: Path) -> str:
    return command("api-key", "create", "story", "--database", f"sqlite:///{database}").stdout.strip()


def attributes(database: Path, server: Server, visitor: Visitor) -> dict[str, Any]:
    key = key_of(database)
    url = f"{server.address}/api/core/v1/interactions/{visitor.uuid}"
    found: dict[str, Any] = http("GET", url, headers={"Authorization": f"Bearer {key}"}).body["data"]["attributes"]
    return found


def failures(database: Path) -> list[str]:
    """The reasons of the attempts that failed, as the server's log says them."""
    lines = database.with_suffix(".log").read_text().splitlines()
    return [json.loads(line)["reason"] for line in lines if '"delivery.failed"' in line]


def test_every_interaction_ends_is_finalized_and_is_delivered_also_when_the_server_was_away(
    database: Path, company: Company, publish: Publish, clock: Clock, run: Any
) -> None:
    publish(BOT)
    assert run("target", "add", "desk/crm", company.address + "/crm").returncode == 0
    assert run("target", "add", "desk/all", company.address + "/all", "--send", "all").returncode == 0
    with serving(database, inside(company.address), moved=clock.file) as server:
        by_bot, left, silent = finished(server), Visitor(server.address, "desk"), Visitor(server.address, "desk")
        assert left.call("end", {"end_url": "https://shop.example/bye"}).status == 200
        clock.move(5 * MINUTE_MS - 20_000)
        assert by_bot.call("feedback", {"rating": 5, "comment": "fine"}).status in {200, 201, 204}
        assert not company.posted()
        clock.move(MINUTE_MS)
        assert wait_for(lambda: len(company.posted()) == 3)
        server.kill()
    clock.move(25 * HOUR_MS)
    with serving(database, inside(company.address), moved=clock.file) as server:
        assert wait_for(lambda: attributes(database, server, silent)["ended"])
        clock.move(6 * MINUTE_MS)
        # The kill may have come between an answer and the note of it: then a delivery is repeated, under its id.
        assert wait_for(lambda: len(set(company.ids())) == 4)
        bodies = [json.loads(body) for body in dict(zip(company.ids(), company.bodies(), strict=True)).values()]
        assert [one["data"]["attributes"]["uuid"] for one in bodies].count(by_bot.uuid) == 2
        by_uuid = {one["data"]["attributes"]["uuid"]: one for one in bodies}
        for visitor, handled, ended in ((by_bot, True, "bot"), (left, False, "visitor"), (silent, False, "inactivity")):
            sent = by_uuid[visitor.uuid]["data"]["attributes"]
            assert (sent["handled"], sent["ended"]) == (handled, True), ended
            assert sent["finalized_at"] > sent["ended_at"] >= sent["created_at"]
            assert sent["completed_at"] == sent["ended_at"]
            assert sent == attributes(database, server, visitor)
        full = by_uuid[by_bot.uuid]
        kinds = {one["type"] for one in full["included"]}
        assert kinds == {"interactionData", "tags", "feedback", "messages"}
        assert full["meta"]["data"] == {"number": "7"}
        assert by_uuid[left.uuid]["data"]["attributes"]["end_url"] == "https://shop.example/bye"
        by_bot.server = server.address
        assert by_bot.call("data", {"data": [{"name": "late", "data": "1"}]}).status == 409
    assert {one["state"] for one in given(run, "delivery", "list")} == {"delivered"}


def test_a_server_that_is_killed_while_it_delivers_delivers_again_with_the_same_id_and_body(
    database: Path, company: Company, publish: Publish, clock: Clock, run: Any
) -> None:
    publish(BOT)
    assert run("target", "add", "desk/crm", company.address + "/crm").returncode == 0
    company.answers(200, wait_s=20)
    with serving(database, inside(company.address), moved=clock.file) as server:
        for _ in range(3):
            finished(server)
        clock.move(6 * MINUTE_MS)
        assert wait_for(lambda: len(company.posted()) == 3)
        server.kill()
    assert {one["state"] for one in given(run, "delivery", "list")} == {"owed"}
    company.answers(200)
    with serving(database, inside(company.address), moved=clock.file):
        assert wait_for(lambda: len(company.posted()) == 6)
        assert wait_for(lambda: {one["state"] for one in given(run, "delivery", "list")} == {"delivered"})
    first, again = company.posted()[:3], company.posted()[3:]
    assert sorted(company.ids()[:3]) == sorted(company.ids()[3:])
    assert sorted(one["body"] for one in first) == sorted(one["body"] for one in again)
    shown = run("delivery", "show", company.ids()[0]).stdout
    assert "attempt 1: cut off" in shown
    assert "status 200" in shown


def test_a_company_system_that_fails_in_every_way_gets_everything_in_the_end(
    database: Path, company: Company, publish: Publish, clock: Clock, run: Any
) -> None:
    publish(BOT)
    assert run("target", "add", "desk/crm", company.address + "/crm").returncode == 0

    with serving(database, inside(company.address), moved=clock.file) as server:
        company.answers(500)
        finished(server)
        clock.move(6 * MINUTE_MS)
        assert wait_for(lambda: len(failures(database)) == 1)
        company.answers(302, headers={"Location": company.address + "/elsewhere"})
        clock.move(7_000)
        assert wait_for(lambda: len(failures(database)) == 2)
        company.die()
        clock.move(7 * MINUTE_MS)
        assert wait_for(lambda: len(failures(database)) == 3)
        company.start()
        company.answers(410)
        clock.move(40 * MINUTE_MS)
        assert wait_for(lambda: len(failures(database)) == 4)
        assert failures(database) == ["http_5xx", "redirect", "connect_error", "http_4xx"]
        second = finished(server)
        clock.move(6 * MINUTE_MS)
        assert wait_for(lambda: attributes(database, server, second)["finalized_at"] is not None)
        assert given(run, "target", "list")[0]["owed"] == 2
        listed = run("target", "list").stdout
        assert "DISABLED since" in listed
        assert "410" in listed
        clock.move(100 * HOUR_MS)
        company.answers(204)
        posts = len(company.posted())
        assert run("target", "enable", "desk/crm").returncode == 0
        assert wait_for(lambda: len(company.posted()) == posts + 2)
        assert len(set(company.ids())) == 2
        delivery = given(run, "delivery", "show", company.ids()[0])
        assert [one["reason"] for one in delivery["attempts"]][:4] == failures(database)
        assert given(run, "delivery", "replay", "--target", "desk/crm", "--state", "delivered") == {"replayed": 2}
        assert wait_for(lambda: len(company.posted()) == posts + 4)
        assert len(set(company.ids())) == 2
    log = database.with_suffix(".log").read_text()
    assert "target.disabled" in log
    assert "Thank you." not in log


def test_what_a_paused_process_held_is_delivered_by_another_and_the_paused_one_changes_nothing(
    tmp_path: Path, company: Company, clock: Clock
) -> None:
    environment = inside(company.address)
    with postgres.database() as name, ExitStack() as stack:
        url = postgres.server().tcp_url(name)

        def run(*words: str) -> Any:
            return command(*words, "--database", url, environment=environment)

        def serve(log: str) -> Server:
            program = [str(ROOT / "tests" / "moved.py"), url, str(clock.file)]
            return stack.enter_context(serving_url(url, tmp_path / log, environment, program=program))

        (tmp_path / "bot.yaml").write_text(BOT)
        assert run("publish", str(tmp_path / "bot.yaml")).returncode == 0
        assert run("target", "add", "desk/crm", company.address + "/crm").returncode == 0
        company.answers(200, wait_s=3)
        one = serve("one.log")
        for _ in range(4):
            finished(one)
        clock.move(6 * MINUTE_MS)
        assert wait_for(lambda: len(company.posted()) == 4)
        one.process.send_signal(signal.SIGSTOP)
        try:
            company.answers(200)
            serve("other.log")
            assert wait_for(lambda: len(company.posted()) == 8, 40)
            assert wait_for(lambda: {one["state"] for one in given(run, "delivery", "list")} == {"delivered"}, 20)
        finally:
            one.process.send_signal(signal.SIGCONT)
        assert wait_for(lambda: "delivery.held_by_another" in (tmp_path / "one.log").read_text(), 20)
        assert sorted(company.ids()[:4]) == sorted(company.ids()[4:])
        assert sorted(company.bodies()[:4]) == sorted(company.bodies()[4:])
        assert {one["state"] for one in given(run, "delivery", "list")} == {"delivered"}
        shown = given(run, "delivery", "show", company.ids()[0])
        assert shown["attempt_count"] == 2
        assert len(company.posted()) == 8

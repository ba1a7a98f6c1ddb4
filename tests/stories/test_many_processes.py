"""Several server processes on one PostgreSQL: whoever is asked, the visitor sees one conversation, and nothing happens twice."""

import os
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

import postgres
from endpoints import Endpoint
from running import Answer, Server, Visitor, command, free_port, http, inside, serving_url, texts, wait_for
from stories.test_survival import story

pytestmark = pytest.mark.story

MANY = {"BRANCHLINE_STARTS_PER_MINUTE": "100000", "BRANCHLINE_MESSAGES_PER_MINUTE": "100000"}
ECHO = """
branchline: 1
bot: echo
start: ask
nodes:
  ask:
    actions: [{do: send_message, text: "Say something."}]
    exit: {do: wait_for_reply, go_to: answer}
  answer:
    actions: [{do: send_message, text: "You said {{ reply }}."}]
    exit: {do: wait_for_reply, go_to: answer}
"""


class Site:
    """A database and the processes that serve it."""

    def __init__(self, url: str, folder: Path, stack: ExitStack) -> None:
        self.url = url
        self._folder = folder
        self._stack = stack
        self._count = 0

    def publish(self, text: str) -> None:
        file = self._folder / "bot.yaml"
        file.write_text(text)
        done = command("publish", str(file), "--database", self.url)
        assert done.returncode == 0, done.stderr

    def serve(self, environment: dict[str, str] | None = None, port: int = 0, *more: str) -> Server:
        self._count += 1
        log = self._folder / f"server-{self._count}.log"
        return self._stack.enter_context(serving_url(self.url, log, {**MANY, **(environment or {})}, port, *more))

    def logs(self) -> str:
        return "".join(log.read_text() for log in self._folder.glob("server-*.log"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with postgres.database() as name, ExitStack() as stack:
        yield Site(postgres.server().tcp_url(name), tmp_path, stack)


def through(server: Server, visitor: Visitor) -> Visitor:
    """The same visitor, whose next request goes to another process."""
    other = object.__new__(Visitor)
    other.__dict__ = {**visitor.__dict__, "server": server.address}
    return other


def say(visitor: Visitor, message_id: str, text: str) -> Answer:
    return visitor.call("messages", {"id": message_id, "text": text})


def test_messages_through_two_processes_stand_in_one_order_and_each_once(site: Site) -> None:
    site.publish(ECHO)
    one, other = site.serve(), site.serve()
    visitor = Visitor(one.address, "echo")
    both = (visitor, through(other, visitor))
    with ThreadPoolExecutor(8) as pool:
        asked = [(f"m{number}", f"text {number}") for number in range(40)]
        twice = [pool.submit(say, both[n % 2], *message) for message in asked for n in range(2)]
        answers = [each.result() for each in twice]
    assert {answer.status for answer in answers} == {200}
    entries = visitor.transcript()
    assert entries == both[1].transcript()
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    heard = [entry["text"] for entry in entries if entry["kind"] == "message" and entry["sender"] == "customer"]
    assert sorted(heard) == sorted(text for _, text in asked)
    assert texts(entries)[1:] == [f"You said {text}." for text in heard]
    conflict = say(both[1], "m1", "another text")
    assert (conflict.status, conflict.code) == (422, "message.conflict")


def test_a_stream_tells_what_another_process_wrote(site: Site) -> None:
    site.publish(ECHO)
    one, other = site.serve(), site.serve()
    visitor = Visitor(one.address, "echo")
    url = f"{other.address}/api/chat/v1/interactions/{visitor.uuid}/events?after=0"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {visitor.token}"})
    seen: list[str] = []

    def listen() -> None:
        with urllib.request.urlopen(request, timeout=30) as stream:
            for line in stream:
                seen.append(line.decode().strip())
                if "hear this 3" in seen[-1] and "You said" in seen[-1]:
                    return

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    assert wait_for(lambda: any("Say something." in line for line in seen))
    for number in range(4):
        assert visitor.say(f"hear this {number}") == [f"You said hear this {number}."]
    listening.join(15)
    assert not listening.is_alive(), seen
    numbers = [int(line.removeprefix("id: ")) for line in seen if line.startswith("id: ")]
    assert numbers == list(range(1, 10))


def test_whoever_waits_at_another_process_hears_the_answer(site: Site, endpoint: Endpoint) -> None:
    site.publish(story(endpoint.address))
    one, other = site.serve(inside(endpoint.address)), site.serve(inside(endpoint.address))
    visitor = Visitor(one.address, "asker")
    endpoint.go_on.clear()
    first = visitor.call("messages?wait=0", {"id": "1", "text": "BR-1"})
    assert first.body["awaiting"] == {"kind": "fulfillment"}
    assert endpoint.arrived.wait(10)
    threading.Timer(1, endpoint.go_on.set).start()
    again = through(other, visitor).call("messages?wait=20", {"id": "1", "text": "BR-1"})
    assert texts(again.body["entries"]) == ["One moment.", "It is SHIPPED."]
    assert len(endpoint.asked) == 1


def test_what_postgresql_cannot_hold_is_refused_or_unknown(site: Site) -> None:
    site.publish(ECHO)
    server = site.serve()
    visitor = Visitor(server.address, "echo")
    for method, path in (
        ("POST", "/api/chat/v1/bots/a%00b/interactions"),
        ("POST", "/api/chat/v1/interactions/a%00b/end"),
        ("GET", "/api/chat/v1/files/a%00b"),
    ):
        answer = http(method, server.address + path, None if method == "GET" else {}, {"Authorization": "Bearer x"})
        assert answer.status == 404, (path, answer.content)
    assert say(visitor, "m1", "a\0b").status == 422
    assert say(visitor, "m1", "a b").status == 200


def test_a_version_published_beside_is_seen_by_every_process(site: Site) -> None:
    site.publish(ECHO)
    one, other = site.serve(), site.serve()
    Visitor(one.address, "echo")
    site.publish(ECHO.replace("Say something.", "Say it."))
    assert wait_for(lambda: all(Visitor(each.address, "echo").said == ["Say it."] for each in (one, other)), 5)


def test_a_deadline_is_kept_once_however_many_processes_look(site: Site, endpoint: Endpoint) -> None:
    site.publish(story(endpoint.address))
    servers = [site.serve(), site.serve(), site.serve()]
    visitors = [Visitor(servers[number % 3].address, "asker") for number in range(9)]
    nudged = ["Which order?", "Still there?"]
    assert wait_for(lambda: all(texts(visitor.transcript()) == nudged for visitor in visitors), 20)
    time.sleep(1)
    assert all(texts(visitor.transcript()) == nudged for visitor in visitors)


def test_a_call_of_a_killed_process_is_taken_over_and_not_repeated(site: Site, endpoint: Endpoint) -> None:
    site.publish(story(endpoint.address))
    one, other = site.serve(inside(endpoint.address)), site.serve(inside(endpoint.address))
    visitor = Visitor(one.address, "asker")
    endpoint.go_on.clear()
    visitor.call("messages?wait=0", {"id": "1", "text": "BR-1"})
    assert endpoint.arrived.wait(10)
    one.kill()
    elsewhere = through(other, visitor)
    assert wait_for(lambda: texts(elsewhere.transcript())[-1] == "I do not know whether it got through.", 20)
    endpoint.go_on.set()
    assert len(endpoint.asked) == 1
    assert say(elsewhere, "2", "BR-2").status == 200
    assert texts(elsewhere.transcript())[-1] == "It is SHIPPED."
    assert len({asked.headers["Idempotency-Key"] for asked in endpoint.asked}) == len(endpoint.asked) == 2


def test_a_process_that_was_paused_past_its_lease_settles_nothing_and_sends_nothing(
    site: Site, endpoint: Endpoint
) -> None:
    site.publish(story(endpoint.address, deadline="30 s"))
    narrow = {**inside(endpoint.address), "BRANCHLINE_CALLS_PER_ENDPOINT": "1"}
    one, other = site.serve(narrow), site.serve(inside(endpoint.address))
    sent, waiting = Visitor(one.address, "asker"), Visitor(one.address, "asker")
    endpoint.go_on.clear()
    sent.call("messages?wait=0", {"id": "1", "text": "BR-1"})
    assert endpoint.arrived.wait(10)
    waiting.call(
        "messages?wait=0", {"id": "1", "text": "BR-2"}
    )  # its call waits for the only slot, and is not sent yet
    one.process.send_signal(signal.SIGSTOP)
    unknown = "I do not know whether it got through."
    visitors = [through(other, visitor) for visitor in (sent, waiting)]
    try:
        assert wait_for(lambda: all(texts(visitor.transcript())[-1] == unknown for visitor in visitors), 30)
        endpoint.go_on.set()
        before = [visitor.transcript() for visitor in visitors]
    finally:
        one.process.send_signal(signal.SIGCONT)
    assert wait_for(lambda: "lease.lost" in site.logs(), 10)
    time.sleep(2)
    assert [visitor.transcript() for visitor in visitors] == before
    assert len(endpoint.asked) == 1
    back = through(one, waiting)  # it is a process like any other again
    assert say(back, "2", "BR-3").status == 200
    assert texts(back.transcript())[-1] == "It is SHIPPED."
    assert one.stop() == 0


def test_processes_are_restarted_one_after_the_other_while_people_chat(site: Site) -> None:
    site.publish(ECHO)
    ports = [free_port(), free_port()]
    servers = [site.serve(port=port) for port in ports]
    over = threading.Event()
    acknowledged: dict[str, list[str]] = {}
    tokens: dict[str, str] = {}

    def ask(method: str, path: str, body: object, token: str, turn: int) -> Answer:
        """As a load balancer does: the next process when one is not there."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            address = f"http://127.0.0.1:{ports[turn % 2]}"
            turn += 1
            try:
                answer = http(method, address + path, body, {"Authorization": f"Bearer {token}"} if token else None)
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
                continue
            if answer.status != 503:
                return answer
        raise AssertionError("nobody answers")

    def chat(number: int) -> None:
        opened = ask("POST", "/api/chat/v1/bots/echo/interactions", {}, "", number).body["interaction"]
        uuid, tokens[uuid] = opened["uuid"], opened["token"]
        acknowledged[uuid] = []
        said = 0
        while not over.is_set():
            said += 1
            path = f"/api/chat/v1/interactions/{uuid}/messages"
            answer = ask("POST", path, {"id": f"m{said}", "text": f"{said}"}, opened["token"], said)
            assert answer.status == 200, answer.content
            acknowledged[uuid].append(f"{said}")
            time.sleep(0.02)

    with ThreadPoolExecutor(6) as pool:
        chats = [pool.submit(chat, number) for number in range(6)]
        for place, server in enumerate(servers):
            time.sleep(0.7)
            began = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began < 20
            site.serve(port=ports[place])
        time.sleep(0.7)
        over.set()
        for each in chats:
            each.result()
    for uuid, expected in acknowledged.items():
        answer = ask("GET", f"/api/chat/v1/interactions/{uuid}/entries?after=0", None, tokens[uuid], 0)
        entries = answer.body["entries"]
        assert [entry["text"] for entry in entries if entry["sender"] == "customer"] == expected
        assert texts(entries)[1:] == [f"You said {text}." for text in expected]
        assert len(expected) > 10


def test_a_database_that_is_away_is_said_so_and_nothing_is_lost(site: Site, endpoint: Endpoint, tmp_path: Path) -> None:
    """The answer of an endpoint that came meanwhile is kept until the database is back; no restart is needed."""
    site.publish(story(endpoint.address))
    server = site.serve({**inside(endpoint.address), "BRANCHLINE_METRICS_OPEN": "true"})
    visitor = Visitor(server.address, "asker")
    endpoint.go_on.clear()
    visitor.call("messages?wait=0", {"id": "1", "text": "BR-1"})
    assert endpoint.arrived.wait(10)
    database = postgres.server()
    database.stop(signal.SIGQUIT)  # like a crash
    try:
        endpoint.go_on.set()
        away = say(visitor, "2", "hello?")
        assert (away.status, away.code) == (503, "store.away")
        assert int(away.headers["Retry-After"]) > 0
        assert "p%40ss" not in away.content.decode()
        ready = http("GET", server.address + "/readyz")
        assert (ready.status, ready.headers["Retry-After"]) == (503, "5")
        assert "p%40ss" not in ready.content.decode()
        metrics = http("GET", server.address + "/metrics")
        assert "branchline_database_up 0.0" in metrics.content.decode()
        time.sleep(2)
    finally:
        database.start()
    assert wait_for(lambda: visitor.call("entries?after=0", method="GET").status == 200, 20)
    assert wait_for(lambda: texts(visitor.transcript())[-1] == "It is SHIPPED.", 20)
    assert http("GET", server.address + "/readyz").status == 200
    assert say(visitor, "2", "hello?").status == 200
    assert wait_for(lambda: len(endpoint.asked) == 2)
    assert "p%40ss" not in site.logs()


def worker_pids(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in children]


def test_workers_share_a_port_are_restarted_and_stop_together(site: Site) -> None:
    site.publish(ECHO)
    server = site.serve(None, 0, "--workers", "2")
    before = worker_pids(server.process.pid)
    assert len(before) == 2
    visitor = Visitor(server.address, "echo")
    os.kill(before[0], signal.SIGKILL)
    for number in range(20):
        assert wait_for(lambda number=number: answered(visitor, number), 10)  # type: ignore[misc]
    assert wait_for(lambda: len(set(worker_pids(server.process.pid)) - {before[0]}) == 2, 10)
    assert len(texts(visitor.transcript())) == 21
    began = time.monotonic()
    after = worker_pids(server.process.pid)
    assert server.stop() == 0
    assert time.monotonic() - began < 20
    assert all(not Path(f"/proc/{pid}").exists() for pid in after)


def test_each_worker_can_be_asked_for_its_own_numbers(site: Site) -> None:
    site.publish(ECHO)
    first = free_port()
    environment = {"BRANCHLINE_OWN_PORT": str(first), "BRANCHLINE_METRICS_OPEN": "true"}
    server = site.serve(environment, 0, "--workers", "2")
    ports = (first, first + 1)
    assert wait_for(lambda: all(ready_at(port) for port in ports))
    for _ in range(10):
        Visitor(server.address, "echo")

    def started(port: int) -> int:
        text = http("GET", f"http://127.0.0.1:{port}/metrics").content.decode()
        return sum(
            int(float(line.split()[-1])) for line in text.splitlines() if line.startswith("branchline_turns_total")
        )

    assert sum(started(port) for port in ports) == 10


def ready_at(port: int) -> bool:
    try:
        return http("GET", f"http://127.0.0.1:{port}/readyz").status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def answered(visitor: Visitor, number: int) -> bool:
    """Ask as a browser does: again, with the same id, when the connection broke."""
    try:
        return say(visitor, f"m{number}", f"{number}").status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def test_workers_go_when_their_parent_is_gone(site: Site) -> None:
    server = site.serve(None, 0, "--workers", "2")
    workers = worker_pids(server.process.pid)
    server.kill()
    assert wait_for(lambda: all(not Path(f"/proc/{pid}").exists() for pid in workers), 20)


def test_workers_on_an_embedded_database_are_refused(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'branchline.db'}", "memory:"):
        done = command("serve", "--workers", "2", "--port", "0", "--database", url)
        assert done.returncode == 3
        assert "embedded in one process" in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_database_that_cannot_be_used_is_one_paragraph_and_a_refusal_to_start(site: Site) -> None:
    wrong = site.url.replace("p%40ss%2Fword", "not%20it")
    for more in ((), ("--workers", "2")):
        done = command("serve", "--port", "0", "--database", wrong, *more)
        assert done.returncode == 3
        assert "password authentication failed" in done.stderr
        assert "not%20it" not in done.stderr
        assert "Traceback" not in done.stderr
    assert command("migrate", "--database", site.url).stdout.count("***") == 1

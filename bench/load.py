"""The load generator: visitors who talk over keep-alive connections, in a process of their own.

Every script below is a generator: it yields a request, is given the answer, and so walks one visitor along. The result
is printed as JSON (`bench.figures`). Scripts:

    job       the seed's job again and again: start, name, order number
    once      the job, once for each visitor
    failing   the same `--count` times, on a bot whose endpoint cannot be asked
    start     conversations opened, no more (to be talked to by `talk`)
    talk      `--turns` plain messages in each conversation of the file
    get       one page fetched again and again
    readback  every conversation of the file read back and its messages counted
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import uvloop

from bench import job
from bench.connection import Connection, get, post
from bench.figures import Conversation, Figures, Readback, cpu_s, kind_of

API = "/api/chat/v1"


class Ask(NamedTuple):
    """A request and the kind of turn it is."""

    kind: str
    request: bytes


class Answer(NamedTuple):
    status: int
    body: bytes


class Said(msgspec.Struct):
    """What the load generator reads of an entry."""

    kind: str
    sender: str = ""
    text: str = ""


class Head(msgspec.Struct):
    uuid: str
    token: str


class Turn(msgspec.Struct):
    entries: list[Said]
    interaction: Head | None = None


Script = Generator[Ask, Answer, None]
decode_turn = msgspec.json.Decoder(Turn).decode


class Run:
    """Everything the visitors of one run share."""

    def __init__(self, port: int, bot: str, server_pids: list[int]) -> None:
        self.port, self.bot, self.server_pids = port, bot, server_pids
        self.latencies: dict[str, list[float]] = {}
        self.bad = 0
        self.first_bad = ""
        self.is_over = False
        self.conversations: list[Conversation] = []
        self.begin()
        self.end()

    def begin(self) -> None:
        """From here on it counts."""
        self.latencies.clear()
        self._begun, self._cpu_begun = time.perf_counter(), cpu_s(self.server_pids)

    def end(self) -> None:
        """From here on nothing counts, and visitors stop after the conversation they are in."""
        self._ended, self._cpu_ended = time.perf_counter(), cpu_s(self.server_pids)
        self._counted = {kind: list(values) for kind, values in self.latencies.items()}

    def refuse(self, why: str) -> None:
        self.bad += 1
        self.first_bad = self.first_bad or why

    def figures(self) -> Figures:
        every = kind_of([latency for values in self._counted.values() for latency in values])
        return Figures(
            seconds=self._ended - self._begun,
            turns=every.count,
            p50_ms=every.p50_ms,
            p99_ms=every.p99_ms,
            cpu_ms_per_turn=(self._cpu_ended - self._cpu_begun) * 1000 / max(1, every.count),
            bad=self.bad,
            first_bad=self.first_bad,
            kinds={kind: kind_of(values) for kind, values in self._counted.items()},
        )

    def start(self) -> Generator[Ask, Answer, Conversation | None]:
        """Open a conversation."""
        answer = yield Ask("start", post(self.port, f"{API}/bots/{self.bot}/interactions", b"{}"))
        turn = decode_turn(answer.body) if answer.status == 201 else None
        if turn is None or turn.interaction is None or not turn.entries:
            self.refuse(f"start: {answer}")
            return None
        conversation = Conversation(turn.interaction.uuid, turn.interaction.token, messages=_spoken(turn))
        self.conversations.append(conversation)
        return conversation

    def say(self, conversation: Conversation, kind: str, text: str, expected: str) -> Generator[Ask, Answer, bool]:
        """Say something; whether the bot's last words were the expected ones."""
        body = b'{"id":"m%d","text":"%b"}' % (conversation.said, text.encode())
        path = f"{API}/interactions/{conversation.uuid}/messages"
        answer = yield Ask(kind, post(self.port, path, body, f"Authorization: Bearer {conversation.token}\r\n"))
        turn = decode_turn(answer.body) if answer.status == 200 else None
        last = next((said.text for said in reversed(turn.entries) if said.sender == "bot"), "") if turn else ""
        if turn:
            conversation.said += 1
            conversation.messages += 1 + _spoken(turn)
        if last != expected:
            self.refuse(f"{kind}: expected {expected!r}, got {answer}")
            return False
        return True


def _spoken(turn: Turn) -> int:
    return sum(said.kind == "message" and said.sender == "bot" for said in turn.entries)


def walk_job(run: Run) -> Script:
    """One visitor of the seed's job, until the run is over."""
    number = 10_427
    while not run.is_over:
        conversation = yield from run.start()
        if conversation is None:
            return
        number += 1
        order = f"BR-{number}"
        if (yield from run.say(conversation, "name", job.NAME, job.ASK_ORDER)):
            yield from run.say(conversation, "order", order, job.branch_of(job.status_of(order)))


def walk_once(run: Run) -> Script:
    """One visitor of the seed's job, who waits for the endpoint as long as it takes."""
    conversation = yield from run.start()
    if conversation and (yield from run.say(conversation, "name", job.NAME, job.ASK_ORDER)):
        yield from run.say(conversation, "order", "BR-10427", job.branch_of(job.status_of("BR-10427")))


def walk_failing(run: Run, count: Iterator[int]) -> Script:
    """The seed's job with an endpoint that gives no answer, as long as there are numbers left."""
    for _ in count:
        conversation = yield from run.start()
        if conversation and (yield from run.say(conversation, "name", job.NAME, job.ASK_ORDER)):
            yield from run.say(conversation, "order", "BR-10427", job.COULD_NOT_ASK)


def open_conversations(run: Run, count: Iterator[int]) -> Script:
    """Open conversations as long as there are numbers left."""
    for _ in count:
        yield from run.start()


def talk(run: Run, conversations: Iterator[Conversation], turns: int) -> Script:
    """Say `turns` plain messages in each conversation that is left."""
    for conversation in conversations:
        for _ in range(turns):
            yield from run.say(conversation, "plain", "again", job.ECHO)


def fetch(run: Run, path: str, key: str) -> Script:
    """Fetch one page until the run is over."""
    request = get(run.port, path, f"Authorization: Bearer {key}\r\n")
    while not run.is_over:
        answer = yield Ask("page", request)
        if answer.status != 200:
            run.refuse(f"page: {answer}")


def read_back(run: Run, conversations: Iterator[Conversation], result: Readback) -> Script:
    """Count the messages that the server gives back."""
    for conversation in conversations:
        path = f"{API}/interactions/{conversation.uuid}/entries?after=0"
        answer = yield Ask("read", get(run.port, path, f"Authorization: Bearer {conversation.token}\r\n"))
        result.conversations += 1
        result.acknowledged += conversation.messages
        if answer.status == 200:
            result.found += sum(said.kind == "message" for said in decode_turn(answer.body).entries)
        else:
            run.refuse(f"read: {answer}")


class Visitor:
    """A script on a connection."""

    def __init__(self, run: Run, script: Script, done: asyncio.Future[None]) -> None:
        self._run, self._script, self._done = run, script, done

    async def begin(self) -> None:
        loop = asyncio.get_running_loop()
        _, self._connection = await loop.create_connection(
            lambda: Connection(self._answered), "127.0.0.1", self._run.port
        )
        self._go_on(None)

    def _answered(self, status: int, body: bytes) -> None:
        took = time.perf_counter() - self._sent_at
        self._run.latencies.setdefault(self._kind, []).append(took)
        self._go_on(Answer(status, body))

    def _go_on(self, answer: Answer | None) -> None:
        try:
            ask = self._script.send(answer) if answer else next(self._script)
        except StopIteration:
            self._leave()
        except msgspec.MsgspecError as error:
            self._run.refuse(f"An answer that cannot be read: {error} {answer}")
            self._leave()
        else:
            self._kind = ask.kind
            self._sent_at = time.perf_counter()
            if self._connection.is_open:
                self._connection.send(ask.request)
            else:
                self._run.refuse("The server closed the connection.")
                self._leave()

    def _leave(self) -> None:
        self._connection.close()
        self._done.set_result(None)


async def play(run: Run, scripts: list[Script], seconds: float | None, warmup_s: float = 0.5) -> None:
    """Let all scripts run: for `seconds` after the warm-up, or (None) until each has come to its end."""
    loop = asyncio.get_running_loop()
    visits = [loop.create_future() for _ in scripts]
    run.begin()
    for script, visit in zip(scripts, visits, strict=True):
        await Visitor(run, script, visit).begin()
    if seconds is not None:
        await asyncio.sleep(warmup_s)
        run.begin()
        await asyncio.sleep(seconds)
        run.end()
        run.is_over = True
        async with asyncio.timeout(30):
            await asyncio.gather(*visits)
    else:
        await asyncio.gather(*visits)
        run.end()


def main() -> None:
    """Play one script with the given number of visitors and print what it measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("script", choices=["job", "once", "failing", "start", "talk", "get", "readback"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bot", default=job.BOT)
    parser.add_argument("--visitors", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--path", default="/")
    parser.add_argument("--key", default="")
    parser.add_argument("--conversations", type=Path)
    parser.add_argument("--pids", default="")
    options = parser.parse_args()
    pids = [int(pid) for pid in options.pids.split(",") if pid]
    run = Run(options.port, options.bot, pids)
    stored = options.conversations
    known = msgspec.json.decode(stored.read_bytes(), type=list[Conversation]) if stored and stored.exists() else []
    readback = Readback(0, 0, 0)
    shared = iter(known)
    numbers = iter(range(options.count))
    make: dict[str, Callable[[], Script]] = {
        "job": lambda: walk_job(run),
        "once": lambda: walk_once(run),
        "failing": lambda: walk_failing(run, numbers),
        "start": lambda: open_conversations(run, numbers),
        "talk": lambda: talk(run, shared, options.turns),
        "get": lambda: fetch(run, options.path, options.key),
        "readback": lambda: read_back(run, shared, readback),
    }
    scripts = [make[options.script]() for _ in range(options.visitors)]
    uvloop.run(play(run, scripts, options.seconds if options.script in {"job", "get"} else None))
    if stored and options.script in {"job", "start", "talk"}:
        stored.write_bytes(msgspec.json.encode(known + run.conversations))
    print(msgspec.json.encode(readback if options.script == "readback" else run.figures()).decode())


if __name__ == "__main__":
    main()

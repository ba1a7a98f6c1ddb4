"""What visitors who wait for slow endpoints cost everybody else: time and memory."""

import json
import statistics
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec

from bench.bots import LOOP, loop_bot, order_bot
from bench.figures import Conversation, Figures, family, memory_mb
from bench.postgres import PostgresProduct, postgres
from bench.processes import LOAD_CORE, BenchFailed, Process, free_port, python_module, run_load
from bench.servers import ProductServer, started

VISITORS = 8
CONVERSATIONS = 64
TURNS = 6
WINDOWS = 5
SLOW_MS = 25_000
DEADLINE = "30 s"


class Crowd(msgspec.Struct):
    """Plain turns of others, without the crowd and with it: medians over the windows."""

    what: str
    waiting: int
    p50_ms: float
    p95_ms: float
    rss_mb: float


def crowd(folder: Path, database: str, bots: int, waiting: int, tell: Callable[[str], None]) -> list[Crowd]:
    """`waiting` visitors of so many bots wait for a slow endpoint while others talk to a bot that asks nobody."""
    names = [f"slow-{number}" for number in range(bots)]
    slow_port = free_port()
    makers = [partial(_slow, slow_port, name) for name in names]
    with ExitStack() as stack:
        making = [lambda _: loop_bot(10), *makers]
        server: ProductServer
        if database == "postgresql":
            server = PostgresProduct(stack.enter_context(postgres(folder)), making)
        else:
            server = ProductServer(making)
        stub = Process(
            python_module("bench.stub", "--port", slow_port, "--delay-ms", SLOW_MS), LOAD_CORE, folder / "stub.log"
        )
        stack.enter_context(stub)
        stub.wait_until_ready(slow_port)
        server.prepare(folder, 0)
        process, port = stack.enter_context(started(server, folder, 0))
        talks = folder / "talks.json"
        run_load("start", port=port, bot=LOOP, visitors=VISITORS, count=CONVERSATIONS, conversations=talks)
        _talk(port, talks)
        tell("nobody waits")
        before = _measure("nobody waits", 0, port, talks, process.pid)
        tell(f"{waiting} wait")
        crowds = []
        for name in names:
            words = python_module("bench.load", "once", "--port", port, "--bot", name, "--visitors", waiting // bots)
            crowds.append(stack.enter_context(Process(words, LOAD_CORE, folder / f"{name}.log")))
        most = min(waiting, 64 * bots)
        _until(lambda: _posts(slow_port) >= most, 15)
        during = _measure(f"{waiting} wait", waiting, port, talks, process.pid)
        if _posts(slow_port) < most:
            raise BenchFailed("The crowd had gone before the measurement was over.")
    return [before, during]


def _slow(endpoint_port: int, name: str, _: int) -> dict[str, object]:
    return order_bot(endpoint_port, name, DEADLINE)


def _talk(port: int, talks: Path) -> Figures:
    words = run_load("talk", port=port, bot=LOOP, visitors=VISITORS, turns=TURNS, conversations=talks)
    stored = msgspec.json.decode(talks.read_bytes(), type=list[Conversation])
    figures = msgspec.json.decode(words, type=Figures)
    if figures.bad or len(stored) != CONVERSATIONS:
        raise BenchFailed(f"{figures.bad} wrong answers, the first: {figures.first_bad}")
    return figures


def _measure(what: str, waiting: int, port: int, talks: Path, pid: int) -> Crowd:
    figures = [_talk(port, talks) for _ in range(WINDOWS)]
    return Crowd(
        what,
        waiting,
        statistics.median(each.p50_ms for each in figures),
        statistics.median(each.kinds["plain"].p95_ms for each in figures),
        memory_mb(family(pid))[0],
    )


def _posts(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/posts", timeout=5) as answer:
        return int(json.loads(answer.read())["posts"])


def _until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise BenchFailed(f"The crowd was not there within {seconds:g} s.")
        time.sleep(0.1)

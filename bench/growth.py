"""What must stay flat: the cost of a turn as the transcript or the bot grows, the cost of a page as interactions grow.

Everything that is compared runs side by side and takes turns, so that a busy machine spoils all of it alike.
"""

import json
import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec

from bench.bots import loop_bot
from bench.figures import Conversation, Figures, family
from bench.processes import BenchFailed, python_module, run_load, run_to_end
from bench.servers import ProductServer, database_url, started

VISITORS = 16
CONVERSATIONS = 64
TURNS = 10
PAGE_SECONDS = 2.0

Tell = Callable[[str], None]


class Measured(msgspec.Struct):
    """One variant of what is compared: medians over the rounds of CPU and of the answer's time."""

    what: str
    variant: str
    cpu_ms: float
    p50_ms: float


def _figures(words: bytes) -> Figures:
    figures = msgspec.json.decode(words, type=Figures)
    if figures.bad:
        raise BenchFailed(f"{figures.bad} wrong answers, the first: {figures.first_bad}")
    return figures


def _medians(what: str, variant: str, runs: Sequence[Figures]) -> Measured:
    cpu_ms = statistics.median(each.cpu_ms_per_turn for each in runs)
    return Measured(what, variant, cpu_ms, statistics.median(each.p50_ms for each in runs))


class Talks:
    """Conversations with one looping bot on a running server."""

    def __init__(self, folder: Path, port: int, pids: Sequence[int], bot: str, length: int) -> None:
        self._file = folder / f"{bot}-{length}.json"
        self._port, self._pids, self._bot, self._length = port, ",".join(map(str, pids)), bot, length

    def _talk(self, turns: int) -> Figures:
        options = {"port": self._port, "visitors": VISITORS, "pids": self._pids, "conversations": self._file}
        return _figures(run_load("talk", turns=turns, **options))

    def prepare(self) -> None:
        """Conversations of the wanted length in messages; those that are already long are kept."""
        if self._file.exists():
            stored = msgspec.json.decode(self._file.read_bytes(), type=list[Conversation])
            # a long transcript does not get notably longer by being measured; a short one would
            if stored[0].messages < 1.5 * self._length:
                return
            self._file.unlink()
        options = {"port": self._port, "bot": self._bot, "visitors": VISITORS, "conversations": self._file}
        _figures(run_load("start", count=CONVERSATIONS, **options))
        self._talk((self._length - 1) // 2)

    def measure(self) -> Figures:
        """Plain turns in all the conversations."""
        return self._talk(TURNS)


def transcript(folder: Path, lengths: Sequence[int], rounds: int, tell: Tell) -> list[Measured]:
    """A plain turn in conversations of so many messages."""
    server = ProductServer([lambda _: loop_bot(10)])
    server.prepare(folder, 0)
    with started(server, folder, 0) as (process, port):
        pids = family(process.pid)
        talks = {length: Talks(folder, port, pids, loop_bot(10)["bot"], length) for length in lengths}
        return take_turns({f"{length:,} messages": talk for length, talk in talks.items()}, rounds, tell)


def bot_size(folder: Path, sizes: Sequence[int], rounds: int, tell: Tell) -> list[Measured]:
    """A plain turn with bots of so many nodes."""
    bots = {size: f"loop-{size}" for size in sizes}
    server = ProductServer([lambda _, size=size: loop_bot(size, bots[size]) for size in sizes])  # type: ignore[misc]
    server.prepare(folder, 0)
    with started(server, folder, 0) as (process, port):
        pids = family(process.pid)
        talks = {f"{size:,} nodes": Talks(folder, port, pids, bots[size], 10) for size in sizes}
        return take_turns(talks, rounds, tell)


def take_turns(talks: dict[str, Talks], rounds: int, tell: Tell) -> list[Measured]:
    """Measure each of them once a round, turning the order round each time; medians over the rounds."""
    runs: dict[str, list[Figures]] = {name: [] for name in talks}
    for number in range(rounds):
        names = list(talks) if number % 2 == 0 else list(reversed(talks))
        for name in names:
            tell(f"round {number + 1} of {rounds}: {name}")
            talks[name].prepare()
            runs[name].append(talks[name].measure())
    return [_medians("a plain turn", variant, each) for variant, each in runs.items()]


def pages(folder: Path, counts: Sequence[int], paths: dict[str, str], rounds: int, tell: Tell) -> list[Measured]:
    """List pages with so many interactions stored."""
    runs: dict[tuple[str, int], list[Figures]] = {(name, count): [] for name in paths for count in counts}
    with ExitStack() as servers:
        measure: dict[int, Callable[[str], bytes]] = {}
        for count in counts:
            place = folder / f"stored-{count}"
            place.mkdir()
            server = ProductServer([lambda _: loop_bot(10)])
            server.prepare(place, 0)
            tell(f"storing {count:,} interactions")
            run_to_end(python_module("bench.fill", "--database", database_url(place), "--count", count))
            key = json.loads(server.run(place, "api-key", "create", "bench", "--json"))["key"]
            process, port = servers.enter_context(started(server, place, 0))
            pids = ",".join(map(str, family(process.pid)))
            measure[count] = partial(_fetch, port, key, pids)
        for number in range(rounds):
            order = list(counts) if number % 2 == 0 else list(reversed(counts))
            for name, path in paths.items():
                for count in order:
                    tell(f"round {number + 1} of {rounds}: {name}, {count:,}")
                    runs[name, count].append(_figures(measure[count](path)))
    return [_medians(name, f"{count:,} stored", each) for (name, count), each in runs.items()]


def _fetch(port: int, key: str, pids: str, path: str) -> bytes:
    return run_load("get", port=port, path=path, key=key, pids=pids, seconds=PAGE_SECONDS)

"""What the turns of visitors take while a large draft is saved again and again."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import msgspec

from bench.author import call, large_bot, sign_in
from bench.figures import Figures
from bench.processes import BenchFailed, run_load
from bench.servers import ProductServer, started, stub

VISITORS = 16
SECONDS = 2.0


class Saving(msgspec.Struct):
    """Turns, as medians over the rounds, and how often the draft was saved in a second."""

    what: str
    saves_per_s: float
    turns_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float


def saves(folder: Path, nodes: int, rounds: int, tell: Callable[[str], None]) -> list[Saving]:
    """The seed's job without anybody who draws, with one who saves once a second, and with one who saves in a loop."""
    server = ProductServer()
    found: dict[str, list[tuple[Figures, float]]] = {}
    with stub(folder) as endpoint_port:
        server.prepare(folder, endpoint_port)
        with started(server, folder, endpoint_port) as (_, port):
            address = f"http://127.0.0.1:{port}"
            author = Author(address, sign_in(address, server.environment(folder)), nodes)
            run_load("job", port=port, visitors=VISITORS, seconds=SECONDS)
            for number in range(rounds):
                for what, every_s in (("nobody saves", None), ("saved every second", 1.0), ("saved in a loop", 0.0)):
                    saved = author.revision
                    begun = time.perf_counter()
                    with author.saving(every_s):
                        words = run_load("job", port=port, visitors=VISITORS, seconds=SECONDS)
                    took = time.perf_counter() - begun
                    figures = msgspec.json.decode(words, type=Figures)
                    if figures.bad:
                        raise BenchFailed(f"{figures.bad} wrong answers, the first: {figures.first_bad}")
                    found.setdefault(what, []).append((figures, (author.revision - saved) / took))
                    tell(f"round {number + 1}, {what}")
    return [_row(what, measured) for what, measured in found.items()]


def _row(what: str, measured: list[tuple[Figures, float]]) -> Saving:
    turns = [figures.kinds["name"] for figures, _ in measured]
    return Saving(
        what,
        median(each for _, each in measured),
        median(figures.turns_per_s for figures, _ in measured),
        median(each.p50_ms for each in turns),
        median(each.p95_ms for each in turns),
        median(each.p99_ms for each in turns),
        median(each.max_ms for each in turns),
    )


class Author:
    """Somebody whose builder saves a draft of so many nodes."""

    def __init__(self, address: str, cookie: str, nodes: int) -> None:
        self._address, self._cookie = address, cookie
        self._document = large_bot(nodes)
        call(address, cookie, "POST", "/bots", {"bot": "large", "document": self._document}).close()
        self.revision = 1
        self._every_s: float | None = None
        self._over = threading.Event()

    def saving(self, every_s: float | None) -> "Author":
        """Save while this context lasts, so many seconds after each save; None: never."""
        self._every_s = every_s
        return self

    def __enter__(self) -> None:
        self._over.clear()
        self._thread = threading.Thread(target=self._save)
        if self._every_s is not None:
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._every_s is not None:
            self._thread.join()

    def _save(self) -> None:
        while not self._over.wait(self._every_s):
            self._document["nodes"]["n0"]["label"] = f"Node of save {self.revision}"
            headers = {"If-Match": f'"{self.revision}"'}
            call(self._address, self._cookie, "PUT", "/bots/large/draft", {"document": self._document}, headers).close()
            self.revision += 1

"""What a hostile endpoint may cost: time past the deadline, and memory."""

import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from bench.bots import order_bot
from bench.figures import Figures, forget_peak, memory_mb, peak_mb
from bench.processes import BenchFailed, run_load
from bench.servers import ProductServer, started, stub

DEADLINE_MS = 1_000
TIMES = 4
"""Fewer than make the breaker open: a call that is not made measures nothing."""


class Cost(msgspec.Struct):
    """What the turns with this endpoint took: the slowest, and the most memory above what was held before."""

    behaviour: str
    slowest_ms: float
    grown_mb: float


def limits(folder: Path, tell: Callable[[str], None]) -> list[Cost]:
    """The order turn with an endpoint that drips for ever and one that pours a gigabyte; the bot must go on."""
    behaviours = ("drip", "gigabyte")
    with stub(folder) as fine, stub(folder, "drip") as drip, stub(folder, "gigabyte") as gigabyte:
        ports = {"drip": drip, "gigabyte": gigabyte}
        makers = [partial(_bot, ports[behaviour], behaviour) for behaviour in behaviours]
        server = ProductServer([order_bot, *makers])
        server.prepare(folder, fine)
        with started(server, folder, fine) as (process, port):
            # the first calls load and fill what every later call uses again
            run_load("job", port=port, visitors=4, seconds=1.0)
            costs = []
            for behaviour in behaviours:
                tell(behaviour)
                forget_peak(process.pid)
                before, _ = memory_mb([process.pid])
                words = run_load("failing", port=port, bot=f"{behaviour}-bench", count=TIMES)
                figures = msgspec.json.decode(words, type=Figures)
                if figures.bad:
                    raise BenchFailed(f"{behaviour}: {figures.bad} wrong answers, the first: {figures.first_bad}")
                if behaviour == "drip" and figures.kinds["order"].p50_ms < DEADLINE_MS - 50:
                    raise BenchFailed("drip: the calls ended before their deadline, so nothing was measured.")
                costs.append(Cost(behaviour, figures.kinds["order"].max_ms, peak_mb(process.pid) - before))
            process.stop(signal.SIGTERM)
    return costs


def _bot(endpoint_port: int, behaviour: str, _: int) -> dict[str, object]:
    return order_bot(endpoint_port, f"{behaviour}-bench", f"{DEADLINE_MS} ms")

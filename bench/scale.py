"""Two server processes on one PostgreSQL beside one: does the second bring as much as the first?

On a machine of two cores the load generator, the order service and PostgreSQL need most of one core, so two unbounded
processes would measure what is left over. Here each server process gets the same fixed share of a core instead; what
two do beside one then says what they cost each other: rivalry for rows, commits, and news.
"""

import statistics
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.figures import Figures, family
from bench.postgres import PostgresProduct, postgres
from bench.processes import BenchFailed, run_load
from bench.servers import started, stub
from bench.shares import shares

SHARE = 0.25
"""Of a core, for each server process."""
VISITORS = 64


class Scaled(msgspec.Struct):
    """Medians over the rounds."""

    processes: int
    turns_per_s: float
    p50_ms: float
    cpu_ms: float


def scale(folder: Path, counts: list[int], rounds: int, seconds: float, tell: Callable[[str], None]) -> list[Scaled]:
    """The seed's job with so many processes, in turns, on fresh databases."""
    runs: dict[int, list[Figures]] = {count: [] for count in counts}
    with postgres(folder) as server, stub(folder) as endpoint_port:
        for number in range(rounds):
            for count in counts if number % 2 == 0 else list(reversed(counts)):
                tell(f"round {number + 1} of {rounds}: {count} processes")
                place = folder / f"scale-{count}-{number}"
                place.mkdir()
                contender = PostgresProduct(server, workers=count)
                contender.prepare(place, endpoint_port)
                with started(contender, place, endpoint_port) as (process, port), shares() as given:
                    run_load("job", port=port, visitors=VISITORS, seconds=1.0)
                    pids = family(process.pid)
                    serving = pids[1:] if count > 1 else pids
                    for pid in serving:
                        given.give(pid, SHARE)
                    words = run_load(
                        "job", port=port, visitors=VISITORS, seconds=seconds, pids=",".join(map(str, serving))
                    )
                    figures = msgspec.json.decode(words, type=Figures)
                    if figures.bad:
                        raise BenchFailed(f"{figures.bad} wrong answers, the first: {figures.first_bad}")
                    runs[count].append(figures)
                    process.stop()
    return [
        Scaled(
            count,
            statistics.median(each.turns_per_s for each in figures),
            statistics.median(each.p50_ms for each in figures),
            statistics.median(each.cpu_ms_per_turn for each in figures),
        )
        for count, figures in runs.items()
    ]

"""The seed's job on both servers in alternation (A B B A ...), and what is read back after the server was killed."""

import signal
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bench.figures import Figures, Readback, family, memory_mb
from bench.processes import BenchFailed, run_load
from bench.servers import Contender, started, stub


class Block(msgspec.Struct):
    """One server's share of a round: a fresh database, every number of visitors, then the kill and the reading back."""

    server: str
    by_visitors: dict[int, Figures]
    rss_mb: float
    pss_mb: float
    readback: Readback


def run_block(contender: Contender, folder: Path, endpoint_port: int, visitors: Sequence[int], seconds: float) -> Block:
    """Measure one server once; its figures are of the window of `seconds` after a warm-up."""
    folder.mkdir()
    contender.prepare(folder, endpoint_port)
    stored = folder / "conversations.json"
    by_visitors = {}
    with started(contender, folder, endpoint_port) as (process, port):
        pids = family(process.pid)
        for count in visitors:
            words = run_load(
                "job", port=port, visitors=count, seconds=seconds, pids=",".join(map(str, pids)), conversations=stored
            )
            by_visitors[count] = msgspec.json.decode(words, type=Figures)
        rss_mb, pss_mb = memory_mb(pids)
        process.stop(signal.SIGKILL)
    with started(contender, folder, endpoint_port) as (_, port):
        words = run_load("readback", port=port, visitors=4, conversations=stored)
    return Block(contender.name, by_visitors, rss_mb, pss_mb, msgspec.json.decode(words, type=Readback))


def compare(
    contenders: Sequence[Contender],
    folder: Path,
    visitors: Sequence[int],
    rounds: int,
    seconds: float,
    say: Callable[[str], None],
) -> list[list[Block]]:
    """`rounds` times one block of each contender, turning the order round each time; blocks in the contenders' order."""
    result = []
    with stub(folder) as endpoint_port:
        for number in range(rounds):
            order = list(contenders) if number % 2 == 0 else list(reversed(contenders))
            blocks = {}
            for contender in order:
                say(f"round {number + 1} of {rounds}: {contender.name}")
                place = folder / f"{contender.name}-{number}"
                blocks[contender.name] = run_block(contender, place, endpoint_port, visitors, seconds)
            result.append([blocks[contender.name] for contender in contenders])
    for block in (block for pair in result for block in pair):
        for figures in block.by_visitors.values():
            if figures.bad:
                raise BenchFailed(f"{block.server} gave {figures.bad} wrong answers, the first: {figures.first_bad}")
    return result


def median_of(rounds: list[list[Block]], server: int, visitors: int, what: Callable[[Figures], float]) -> float:
    """The median over all rounds of one figure."""
    return statistics.median(what(blocks[server].by_visitors[visitors]) for blocks in rounds)


def ratio_to_first(rounds: list[list[Block]], server: int, visitors: int) -> float:
    """The median, over the pairs of each round, of this server's turns per second to the first one's."""
    return statistics.median(
        blocks[server].by_visitors[visitors].turns_per_s / blocks[0].by_visitors[visitors].turns_per_s
        for blocks in rounds
    )

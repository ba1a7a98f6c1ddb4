"""`./dev bench`: measures the product beside the floor and prints the tables."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from bench.compare import Block, compare, median_of, ratio_to_first
from bench.figures import Figures, fsync_ms
from bench.processes import BenchFailed, scratch_folder
from bench.servers import Contender, FloorServer
from bench.tables import show

app = typer.Typer(add_completion=False, no_args_is_help=True)

Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown, as it stands in docs/benchmarks.md.")]
Rounds = Annotated[
    int, typer.Option(min=1, max=50, help="Rounds: one block of each server, the order turned each time.")
]
Seconds = Annotated[float, typer.Option(min=0.5, max=60, help="Seconds measured for each number of visitors.")]
Visitors = Annotated[str, typer.Option(help="Numbers of visitors at once, comma between.")]
Only = Annotated[str, typer.Option(help="Only this server: floor or product.")]

SERVERS: tuple[Contender, ...] = (FloorServer(),)


def _tell(words: str) -> None:
    typer.echo(words, err=True)


def _job_row(rounds: list[list[Block]], server: int, visitors: int) -> list[str]:
    def figure(what: Callable[[Figures], float]) -> float:
        return median_of(rounds, server, visitors, what)

    return [
        str(visitors),
        rounds[0][server].server,
        f"{figure(lambda each: each.turns_per_s):,.0f}",
        f"{ratio_to_first(rounds, server, visitors):.2f}",
        f"{figure(lambda each: each.p50_ms):.2f}",
        f"{figure(lambda each: each.p99_ms):.2f}",
        f"{figure(lambda each: each.kinds['start'].p50_ms):.2f}",
        f"{figure(lambda each: each.kinds['name'].p50_ms):.2f}",
        f"{figure(lambda each: each.kinds['order'].p50_ms):.2f}",
        f"{figure(lambda each: each.cpu_ms_per_turn):.3f}",
    ]


@app.callback()
def main() -> None:
    """Measure the product beside the floor, on this machine, and print the tables."""


@app.command()
def job(
    rounds: Rounds = 4,
    seconds: Seconds = 3.0,
    visitors: Visitors = "1,16,64",
    only: Only = "",
    markdown: Markdown = False,
) -> None:
    """The seed's job: greeting, name, order number, fulfillment, branch, message; every message on disk."""
    counts = [int(word) for word in visitors.split(",")]
    contenders: Sequence[Contender] = [server for server in SERVERS if only in {"", server.name}]
    with scratch_folder() as folder:
        fsync = fsync_ms(folder)
        result = compare(contenders, folder, counts, rounds, seconds, _tell)
    heads = [
        "visitors",
        "server",
        "turns/s",
        "ratio",
        "p50 ms",
        "p99 ms",
        "start p50",
        "name p50",
        "order p50",
        "CPU ms/turn",
    ]
    rows = [_job_row(result, server, count) for count in counts for server in range(len(contenders))]
    notes = [
        f"The disk: 4 KiB written and fdatasync, median {fsync:.2f} ms. Medians of {rounds} rounds of {seconds:g} s."
    ]
    for server, contender in enumerate(contenders):
        blocks = [pair[server] for pair in result]
        acknowledged = sum(block.readback.acknowledged for block in blocks)
        found = sum(block.readback.found for block in blocks)
        notes.append(
            f"{contender.name}: RSS {max(block.rss_mb for block in blocks):.0f} MB, "
            f"PSS {max(block.pss_mb for block in blocks):.0f} MB; {acknowledged:,} messages acknowledged, "
            f"then killed and restarted: {found:,} read back, {acknowledged - found:,} lost."
        )
    show("The seed's job", heads, rows, notes, is_markdown=markdown)


if __name__ == "__main__":
    try:
        app()
    except BenchFailed as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from error

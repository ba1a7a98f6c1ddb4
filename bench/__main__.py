"""`./dev bench`: measures the product beside the floor and prints the tables."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Annotated

import typer

from bench import crowd, growth, limits, million, scale
from bench import saves as saving
from bench.compare import Block, compare, median_of, ratio_to_first
from bench.figures import Figures, fsync_ms
from bench.postgres import PostgresFloor, PostgresProduct, postgres
from bench.processes import BenchFailed, scratch_folder
from bench.servers import Contender, FloorServer, ProductServer
from bench.tables import show

app = typer.Typer(add_completion=False, no_args_is_help=True)

Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown, as it stands in docs/benchmarks.md.")]
Rounds = Annotated[
    int, typer.Option(min=1, max=50, help="Rounds: one block of each server, the order turned each time.")
]
Seconds = Annotated[float, typer.Option(min=0.5, max=60, help="Seconds measured for each number of visitors.")]
Counts = Annotated[str, typer.Option(help="Numbers to compare, comma between.")]
Database = Annotated[str, typer.Option(help="sqlite, or postgresql: a server of its own is started.")]
Only = Annotated[str, typer.Option(help="Only this server: floor or product.")]

SERVERS: tuple[Contender, ...] = (FloorServer(), ProductServer())


PAGES = {
    "newest": "/api/core/v1/interactions",
    "of one bot": "/api/core/v1/interactions?filter%5Bbot%5D=returns",
    "ended": "/api/core/v1/interactions?filter%5Bstatus%5D=ended",
}


def _counts(words: str) -> list[int]:
    return [int(word) for word in words.split(",")]


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
    visitors: Counts = "1,16,64",
    only: Only = "",
    database: Database = "sqlite",
    markdown: Markdown = False,
) -> None:
    """The seed's job: greeting, name, order number, fulfillment, branch, message; every message on disk."""
    counts = _counts(visitors)
    with scratch_folder() as folder, ExitStack() as stack:
        fsync = fsync_ms(folder)
        servers: Sequence[Contender] = SERVERS
        if database == "postgresql":
            server = stack.enter_context(postgres(folder))
            servers = (PostgresFloor(server), PostgresProduct(server))
        contenders: Sequence[Contender] = [each for each in servers if only in {"", each.name}]
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
    show(
        "The seed's job" + (" on PostgreSQL" if database == "postgresql" else ""),
        heads,
        rows,
        notes,
        is_markdown=markdown,
    )


def _show_growth(title: str, measured: Sequence[growth.Measured], limit: float, *, markdown: bool) -> None:
    """Each variant beside the first of its kind, which it must not exceed by more than `limit` times."""
    first: dict[str, growth.Measured] = {}
    rows = []
    for each in measured:
        base = first.setdefault(each.what, each)
        cpu, p50 = each.cpu_ms / base.cpu_ms, each.p50_ms / base.p50_ms
        figures = [f"{each.cpu_ms:.3f}", f"{cpu:.2f}", f"{each.p50_ms:.2f}", f"{p50:.2f}"]
        rows.append([each.what, each.variant, *figures])
    heads = ["what", "with", "CPU ms", "ratio", "p50 ms", "ratio"]
    show(title, heads, rows, [f"Wanted: at most {limit:g} times the first."], is_markdown=markdown)


@app.command()
def transcript(rounds: Rounds = 5, lengths: Counts = "10,100,1000", markdown: Markdown = False) -> None:
    """The cost of a plain turn in short and long conversations."""
    with scratch_folder() as folder:
        measured = growth.transcript(folder, _counts(lengths), rounds, _tell)
    _show_growth("A turn, by the length of the transcript", measured, 1.2, markdown=markdown)


@app.command("bot-size")
def bot_size(rounds: Rounds = 5, sizes: Counts = "10,5000", markdown: Markdown = False) -> None:
    """The cost of a plain turn with small and large bots."""
    with scratch_folder() as folder:
        measured = growth.bot_size(folder, _counts(sizes), rounds, _tell)
    _show_growth("A turn, by the size of the bot", measured, 1.2, markdown=markdown)


@app.command("list")
def list_(rounds: Rounds = 3, stored: Counts = "1000,200000", markdown: Markdown = False) -> None:
    """The cost of a page of the interactions list with few and many stored."""
    with scratch_folder() as folder:
        measured = growth.pages(folder, _counts(stored), PAGES, rounds, _tell)
    _show_growth("A page of the list (25), by the number stored", measured, 1.5, markdown=markdown)


@app.command()
def deadline(markdown: Markdown = False) -> None:
    """An endpoint that drips for ever, and one that pours a gigabyte: time and memory."""
    with scratch_folder() as folder:
        costs = limits.limits(folder, _tell)
    rows = [[each.behaviour, f"{each.slowest_ms:,.0f}", f"{each.grown_mb:.1f}"] for each in costs]
    note = f"The deadline is {limits.DEADLINE_MS:,} ms; wanted: at most 250 ms more, and at most 10 MB."
    show("Hostile endpoints", ["endpoint", "slowest turn ms", "memory MB"], rows, [note], is_markdown=markdown)


@app.command()
def widget(rounds: Rounds = 5, markdown: Markdown = False) -> None:
    """What the chat costs the pages it stands on, and how a thousand messages scroll, in Chromium."""
    from bench.widget import MESSAGES, measure  # noqa: PLC0415 - only this one needs a browser

    costs, long = measure(rounds)
    bare = costs["without"].main_ms
    rows = [
        [
            name,
            f"{one.main_ms:.0f}",
            f"{one.main_ms - bare:.0f}",
            f"{one.shift:.3f}",
            str(one.requests),
            f"{one.sent:,}",
        ]
        for name, one in costs.items()
    ]
    notes = [
        f"Medians of {rounds} rounds, each with an empty cache. Wanted: at most 50 ms more with the chat, no shift.",
        f"{MESSAGES:,} messages taken up again: the last one stands {long.shown_ms:.0f} ms after the reload, the longest"
        f" task {long.longest_ms:.0f} ms; scrolling through all of them, a frame takes {long.frame_p50_ms:.1f} ms (median),"
        f" {long.frame_p95_ms:.1f} ms (p95).",
    ]
    heads = ["page", "main thread ms", "more ms", "layout shift", "requests", "bytes"]
    show("The chat on a page", heads, rows, notes, is_markdown=markdown)


@app.command()
def processes(rounds: Rounds = 4, seconds: Seconds = 3.0, counts: Counts = "1,2", markdown: Markdown = False) -> None:
    """Several server processes on one PostgreSQL, each with the same share of a core."""
    with scratch_folder() as folder:
        scaled = scale.scale(folder, _counts(counts), rounds, seconds, _tell)
    first = scaled[0]
    rows = [
        [
            str(each.processes),
            f"{each.turns_per_s:,.0f}",
            f"{each.turns_per_s / first.turns_per_s:.2f}",
            f"{each.p50_ms:.1f}",
            f"{each.cpu_ms:.3f}",
        ]
        for each in scaled
    ]
    notes = [
        f"{scale.VISITORS} visitors; each server process has {scale.SHARE:g} of a core. Wanted: two at least 1.5 times one."
    ]
    show("Processes on one PostgreSQL", ["processes", "turns/s", "ratio", "p50 ms", "CPU ms/turn"], rows, notes, is_markdown=markdown)  # fmt: skip


@app.command()
def waiting(database: Database = "sqlite", markdown: Markdown = False) -> None:
    """Visitors who wait for slow endpoints, and what that costs the others."""
    for title, bots, count in (
        ("500 fulfillments wait at once, of 10 bots", 10, 500),
        ("One bot whose endpoint hangs with 200 visitors", 1, 200),
    ):
        with scratch_folder() as folder:
            found = crowd.crowd(folder, database, bots, count, _tell)
        rows = [
            [
                each.what,
                f"{each.p50_ms:.2f}",
                f"{each.p50_ms / found[0].p50_ms:.2f}",
                f"{each.p95_ms:.2f}",
                f"{each.p95_ms / found[0].p95_ms:.2f}",
                f"{each.rss_mb:.0f}",
            ]
            for each in found
        ]
        show(f"{title} ({database})", ["plain turns of others", "p50 ms", "ratio", "p95 ms", "ratio", "RSS MB"], rows, [], is_markdown=markdown)  # fmt: skip


@app.command("million")
def million_(
    rounds: Rounds = 5, stored: Counts = "1000,1000000", database: Database = "sqlite", markdown: Markdown = False
) -> None:
    """The cost of a plain turn with few and with very many interactions stored."""
    with scratch_folder() as folder:
        measured = million.million(folder, database, _counts(stored), rounds, _tell)
    _show_growth(f"A turn, by the number stored ({database})", measured, 1.1, markdown=markdown)


@app.command()
def builder(rounds: Rounds = 3, sizes: Counts = "1000", markdown: Markdown = False) -> None:
    """The builder with a large bot in Chromium: ready, frames while panning and dragging, undo."""
    from bench import builder as drawing  # noqa: PLC0415 - only this one needs a browser

    rows = []
    for nodes in _counts(sizes):
        with scratch_folder() as folder:
            one = drawing.summary(drawing.rounds(folder, nodes, rounds, _tell))
        figures = [one.ready, one.pan, one.drag, one.undo, one.undo_cpu, one.elements]
        rows.append([f"{nodes:,}", *(f"{figure:,.0f}" for figure in figures)])
    heads = ["nodes", "ready ms", "pan p95 ms", "drag p95 ms", "undo ms", "undo CPU ms", "elements"]
    note = "Wanted with 1,000 nodes: ready in 2,000 ms, frames of at most 50 ms (p95), undo in 50 ms."
    show("The builder with a large bot", heads, rows, [note], is_markdown=markdown)


@app.command()
def saves(rounds: Rounds = 4, nodes: Annotated[int, typer.Option(min=1)] = 1_000, markdown: Markdown = False) -> None:
    """The turns of visitors while a person draws a large bot, whose draft is saved and checked again and again."""
    with scratch_folder() as folder:
        found = saving.saves(folder, nodes, rounds, _tell)
    first = found[0]
    rows = [
        [
            each.what,
            f"{each.saves_per_s:.1f}",
            f"{each.turns_per_s:,.0f}",
            f"{each.p50_ms:.2f}",
            f"{each.p50_ms / first.p50_ms:.2f}",
            f"{each.p95_ms:.2f}",
            f"{each.p99_ms:.2f}",
            f"{each.longest_ms:.0f}",
        ]
        for each in found
    ]
    heads = [f"a draft of {nodes:,} nodes", "saves/s", "turns/s", "p50 ms", "ratio", "p95 ms", "p99 ms", "longest ms"]
    note = f"{saving.VISITORS} visitors; the turn is the one that says a name."
    show("Turns while a draft is saved", heads, rows, [note], is_markdown=markdown)


@app.command("all")
def all_(rounds: Rounds = 4, seconds: Seconds = 3.0, markdown: Markdown = False) -> None:
    """Every measurement, one after the other."""
    job(rounds=rounds, seconds=seconds, markdown=markdown)
    transcript(rounds=rounds, markdown=markdown)
    bot_size(rounds=rounds, markdown=markdown)
    list_(rounds=max(1, rounds // 2), markdown=markdown)
    deadline(markdown=markdown)
    saves(rounds=rounds, markdown=markdown)
    widget(markdown=markdown)
    builder(rounds=max(1, rounds - 1), markdown=markdown)


if __name__ == "__main__":
    try:
        app()
    except BenchFailed as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from error

"""`./dev torture`: prints what was lost, doubled or stuck after so many kills; exits with 1 unless all of it is nothing."""

import asyncio
import time
from typing import Annotated, Literal

import typer

from bench.torture.rounds import ANYWHERE, Rounds, places
from bench.torture.site import site
from bench.torture.verdict import Verdict
from branchline.faults import POINTS

app = typer.Typer(add_completion=False)

SENTENCES = {
    "lost": "acknowledged messages lost",
    "doubled": "acknowledged messages doubled",
    "altered": "entries altered after a visitor saw them",
    "asked_twice": "fulfillments asked more than once that may be asked once",
    "bodies_differ": "ids sent with different bodies",
    "untrue": "visitors told an answer that no endpoint gave",
    "stuck": "interactions stuck",
    "exports_lost": "exports lost",
    "exports_doubled": "exports under more than one id",
    "broken": "interactions with gaps, servers that did not stop",
}


@app.command()
def torture(
    store: Annotated[
        Literal["sqlite", "postgresql"], typer.Option(help="What the interactions are kept in.")
    ] = "sqlite",
    rounds: Annotated[int, typer.Option(min=1, max=100_000, help="How many times a server is killed.")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed makes the same choices.")] = 1,
    point: Annotated[str, typer.Option(help=f"Kill only there: {', '.join(POINTS)}, {ANYWHERE}.")] = "",
) -> None:
    """Kill servers again and again while visitors talk, then count what is wrong."""
    if point not in {"", ANYWHERE, *POINTS}:
        raise typer.BadParameter(f"There is no place {point!r}. There are: {', '.join(POINTS)}, {ANYWHERE}.")
    began = time.monotonic()
    with site(store) as its:
        course = Rounds(its, seed, places(point), lambda words: typer.echo(words, err=True))
        verdict = asyncio.run(course.run(rounds, seed))
    typer.echo(f"{store}: {course.kills.total()} kills in {time.monotonic() - began:.0f} s (seed {seed})")
    for place, count in sorted(course.kills.items()):
        typer.echo(f"  {count:6,}  {place}")
    show(verdict)
    raise typer.Exit(0 if verdict.good else 1)


def show(verdict: Verdict) -> None:
    """Print the counts, and the first of what is wrong in words."""
    typer.echo(
        f"{verdict.interactions:,} interactions, {verdict.acknowledged:,} messages acknowledged, {verdict.calls:,} "
        f"fulfillments, {verdict.exports:,} exports; {verdict.repeated:,} were repeated under their id, as they may be; "
        f"the unluckiest visitor waited {verdict.longest_s:.0f} s"
    )
    for name, sentence in SENTENCES.items():
        typer.echo(f"  {getattr(verdict, name):6,}  {sentence}")
    for words in verdict.words:
        typer.echo(f"  ! {words}")


if __name__ == "__main__":
    app()

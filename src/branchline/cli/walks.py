"""`test`: play the walks that stand beside a bot file."""

from pathlib import Path
from typing import Annotated, Any

import typer

from branchline.bot.model import Bot
from branchline.bot.report import render
from branchline.bot.source import SIZE_LIMIT
from branchline.cli.app import Json, app, say, say_json
from branchline.cli.bots import read_file, read_limited
from branchline.errors import AuthorError
from branchline.walks.file import beside, read_walks
from branchline.walks.play import Coverage, Played, coverage, play
from branchline.walks.walk import Walks

MISSED_SHOWN = 10


class BotUnplayable(AuthorError):
    """{file} cannot be tested: it has {errors} errors. Mend what is listed above, then test again."""

    code = "bot.unplayable"


class WalksMissing(AuthorError):
    """There are no walks for {bot}: {file} does not exist. Save a try as a test in the builder, or write one by hand."""

    code = "walk.missing"


class WalksInvalid(AuthorError):
    """{file} cannot be played: it has {errors} errors. Mend what is listed above."""

    code = "walk.invalid"


class WalksOfAnother(AuthorError):
    """{file} holds walks of the bot {other!r}, not of {bot!r}. Name the right file with --walks."""

    code = "walk.of_another"


@app.command("test")
def play_walks(
    file: Annotated[Path, typer.Argument(help="The bot file.")],
    walks: Annotated[
        Path | None, typer.Option("--walks", help="The file of walks; the one beside the bot file if not given.")
    ] = None,
    json: Json = False,
) -> None:
    """Play the walks of a bot: what visitors say, what endpoints answer, what must come of it. Exit code 1 when one fails.

    No endpoint is asked and nothing is stored.
    """
    bot = _bot(file)
    played = {name: play(bot, walk) for name, walk in _walks(bot, file, walks).walks.items()}
    cover = coverage(bot, played.values())
    if json:
        say_json(_report(bot, played, cover))
    else:
        _tell(played, cover)
    if not all(one.passed for one in played.values()):
        raise typer.Exit(1)


def _bot(file: Path) -> Bot:
    found = read_file(file)
    if found.bot is None:
        typer.echo(render(found.issues, str(file), "text"), err=True)
        raise BotUnplayable(file=file, errors=sum(issue.severity == "error" for issue in found.issues))
    return found.bot


def _walks(bot: Bot, file: Path, named: Path | None) -> Walks:
    path = named or file.with_name(beside(file.name))
    if named is None and not path.exists():
        raise WalksMissing(bot=file, file=path)
    found = read_walks(read_limited(path, SIZE_LIMIT), path.name)
    if found.walks is None:
        typer.echo(render(found.issues, str(path), "text"), err=True)
        raise WalksInvalid(file=path, errors=len(found.issues))
    if found.walks.bot != bot.bot:
        raise WalksOfAnother(file=path, other=found.walks.bot, bot=bot.bot)
    return found.walks


def _report(bot: Bot, played: dict[str, Played], cover: Coverage) -> dict[str, Any]:
    return {
        "bot": bot.bot,
        "passed": all(one.passed for one in played.values()),
        "walks": [
            {"walk": name, "passed": one.passed, "problems": list(one.problems())} for name, one in played.items()
        ],
        "coverage": {
            "nodes": {"all": cover.nodes, "reached": cover.nodes_reached, "missed": list(cover.nodes_missed)},
            "ways": {"all": cover.ways, "taken": cover.ways_taken, "missed": list(cover.ways_missed)},
        },
    }


def _tell(played: dict[str, Played], cover: Coverage) -> None:
    for name, one in played.items():
        say(f"{'passed' if one.passed else 'FAILED'}  {name}")
        for problem in one.problems():
            say(f"        {problem}")
    failed = sum(not one.passed for one in played.values())
    say(f"{len(played)} walks: {len(played) - failed} passed, {failed} failed.")
    say(f"Coverage: {cover.nodes_reached} of {cover.nodes} nodes, {cover.ways_taken} of {cover.ways} ways.")
    for what, missed in (("Nodes", cover.nodes_missed), ("Ways", cover.ways_missed)):
        if missed:
            more = f" and {len(missed) - MISSED_SHOWN} more" if len(missed) > MISSED_SHOWN else ""
            say(f"{what} that no walk takes: {', '.join(missed[:MISSED_SHOWN])}{more}.")

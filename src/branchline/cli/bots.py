"""`check`, `publish`, `export`: bots as files."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from branchline.actions.send_file import FILE_LIMIT
from branchline.bot.parse import Read, read
from branchline.bot.report import render
from branchline.bot.source import SIZE_LIMIT
from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, with_store
from branchline.errors import AuthorError
from branchline.issue import Issue
from branchline.service.access.audit import Act, Append, Audit
from branchline.service.access.people import COMMAND_LINE
from branchline.service.bots import Bots
from branchline.service.clock import system_clock
from branchline.service.refusals import BotUnknown
from branchline.store.port import Store
from branchline.store.tables import Statement

Format = Literal["text", "json", "github"]


class BotRefused(AuthorError):
    """{file} was not published: it has {errors} errors. Mend what is listed above, then publish again."""

    code = "bot.refused"


class FileUnreadable(AuthorError):
    """Cannot read {file}: {problem}."""

    code = "file.unreadable"


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Bot files.")],
    form: Annotated[Format, typer.Option("--format", help="How to print the issues.")] = "text",
    json: Json = False,
) -> None:
    """Check bot files: every error and warning with file, line, what is wrong and what to do. Exit code 1 on errors."""
    errors = warnings = 0
    for file in files:
        issues = check_file(file)
        text = render(issues, str(file), "json" if json else form)
        if text:
            say(text)
        wrong = sum(issue.severity == "error" for issue in issues)
        errors, warnings = errors + wrong, warnings + len(issues) - wrong
    if form == "text" and not json:
        say(f"{_count(len(files), 'file')} checked: {_count(errors, 'error')}, {_count(warnings, 'warning')}.")
    if errors:
        raise typer.Exit(1)


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="The bot file.")],
    note: Annotated[str, typer.Option(help="What changed, for the list of versions.")] = "",
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Check a bot file and publish it as the bot's next version. New conversations use it; running ones stay on theirs."""
    settings = read_settings(settings_file, database=database)
    found = read_file(file)
    bot = found.bot
    if bot is None:
        print(render(found.issues, str(file), "text"), file=sys.stderr)
        raise BotRefused(file=file, errors=sum(issue.severity == "error" for issue in found.issues))
    source = read_limited(file, SIZE_LIMIT)

    async def use(store: Store) -> int:
        async def run(append: Append) -> int:
            def logged(number: int) -> list[Statement]:
                of = f"{bot.bot} version {number}"
                return [append(Act(system_clock(), COMMAND_LINE, "bot.publish", of, details={"note": note}))]

            bots = Bots(store, system_clock)
            return await bots.publish(bot, source, note, lambda path: attached(file, path), alongside=logged)

        return await Audit(store).alongside(run)

    number = with_store(settings, use, make=True)
    if json:
        say_json({"bot": bot.bot, "version": number})
    else:
        say(f"{bot.bot} version {number} is published.")


@app.command()
def export(
    bot: Annotated[str, typer.Argument(help="The bot.")],
    version: Annotated[int | None, typer.Option(help="A version; the newest if not given.")] = None,
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Print the file of a published bot, as its author wrote it."""
    settings = read_settings(settings_file, database=database)

    async def use(store: Store) -> bytes:
        found = await store.version(bot, version)
        if found is None:
            raise BotUnknown(bot=bot if version is None else f"{bot} version {version}")
        return found.source

    sys.stdout.buffer.write(with_store(settings, use))


def check_file(file: Path) -> tuple[Issue, ...]:
    """Give the issues of a bot file. One that cannot be read is an error of its own: the other files are still checked."""
    try:
        return read_file(file).issues
    except FileUnreadable as refusal:
        return (Issue("error", refusal.code, str(refusal)),)


def read_file(file: Path) -> Read:
    """Read and check a bot file; what cannot be read at all is FileUnreadable."""
    return read(read_limited(file, SIZE_LIMIT), file.name, lambda path: _stands_beside(file, path))


def read_limited(file: Path, limit: int) -> bytes:
    """Read a file, but never more than one byte past the limit: what is larger is refused by whoever set the limit."""
    try:
        with file.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as problem:
        raise FileUnreadable(file=file, problem=problem.strerror or problem) from None


def attached(bot_file: Path, path: str) -> bytes:
    """Read a file that the bot sends; it must stand in the bot file's folder, links included."""
    if not _stands_beside(bot_file, path):
        raise FileUnreadable(file=path, problem="it does not stand in the bot's folder")
    content = read_limited(bot_file.resolve().parent / path, FILE_LIMIT)
    if len(content) > FILE_LIMIT:
        raise FileUnreadable(file=path, problem=f"it is larger than {FILE_LIMIT // 1024 // 1024} MB")
    return content


def _stands_beside(bot_file: Path, path: str) -> bool:
    folder = bot_file.resolve().parent
    full = (folder / path).resolve()
    return full.is_relative_to(folder) and full.is_file()


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")

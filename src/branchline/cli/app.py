"""The command line itself, and what every command shares."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
import uvloop

from branchline import __version__
from branchline.errors import HostError
from branchline.service.secrets import key_beside
from branchline.settings import Settings, load
from branchline.store import open_store
from branchline.store.port import Store

T = TypeVar("T")

app = typer.Typer(
    name="branchline",
    help="Decision-tree chatbots that ask your own systems.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"branchline {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Decision-tree chatbots that ask your own systems."""


class FolderUnusable(HostError):
    """The folder {folder} cannot be made: {problem}. Choose another place, or mend the rights."""

    code = "folder.unusable"


class DatabaseMissing(HostError):
    """There is no database at {path}. Name another one with --database; `branchline serve` makes a new one."""

    code = "database.missing"


Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; the user's data folder if not given.",
    ),
]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="A TOML file of settings.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def read_settings(file: Path | None = None, **given: Any) -> Settings:
    return load(given, file=file)[0]


def secret_key(settings: Settings) -> str:
    """Give the key that seals secrets: the setting, else the file beside an embedded database."""
    if settings.secret_key or not settings.database.startswith("sqlite:///"):
        return settings.secret_key
    return key_beside(database_file(settings))


def database_file(settings: Settings) -> Path:
    """Give the file of an embedded database, with its folder made."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    make_folder(path.parent)
    return path


def make_folder(folder: Path) -> None:
    """Make a folder for data, with those above it; FolderUnusable when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FolderUnusable(folder=folder, problem=problem.strerror or problem) from None


def with_store(settings: Settings, use: Callable[[Store], Awaitable[T]], *, make: bool = False) -> T:
    """Open the database beside a running server, use it, close it.

    `make`: where there is none, one is made. Commands that look for what is there leave it out: an empty database at a
    mistyped path would answer that there is nothing. DatabaseMissing.
    """

    if settings.database.startswith("sqlite:///"):
        path = database_file(settings) if make else Path(settings.database.removeprefix("sqlite:///"))
        if not make and not path.exists():
            raise DatabaseMissing(path=path)

    async def run() -> T:
        store = open_store(settings.database, exclusive=False)
        await store.open()
        try:
            return await use(store)
        finally:
            await store.close()

    return run_async(run())


def run_async(coroutine: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)


def say(text: str) -> None:
    print(text, flush=True)


def say_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))

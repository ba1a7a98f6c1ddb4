"""`backup`: a copy of the database, made while servers run."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, with_store
from branchline.errors import CallerError
from branchline.service.clock import system_clock
from branchline.settings import Settings
from branchline.store.port import Store
from branchline.store.sqlite.backup import backup as copy_file
from branchline.store.sqlite.backup import verify as verify_copy
from branchline.store.tables.marks import BACKUP, mark


class BackupExists(CallerError):
    """{file} is there already. Name another file, or give --force to replace it once the copy is whole."""

    code = "backup.exists"
    status = 409


class BackupImpossible(CallerError):
    """{database} is gone with its process; there is nothing to copy."""

    code = "backup.impossible"
    status = 422


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Make no copy: check one that was made.")] = False,
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Copy the database to a file while servers run: one moment of it, checked. PostgreSQL is copied by its pg_dump."""
    settings = read_settings(settings_file, database=database)
    if verify:
        _tell(_verified(settings, file), file, json, "is whole")
        return
    if file.exists() and not force:
        raise BackupExists(file=file)
    size = _copy(settings, file, quiet=json)

    async def note(store: Store) -> None:
        await mark(store.tables, BACKUP, system_clock())

    with_store(settings, note)
    _tell(size, file, json, "is made and checked")
    key = Path(settings.database.removeprefix("sqlite:///") + ".key")
    if not json and not settings.secret_key and key.is_file():
        say(f"Keep {key} too, in another place: it opens the secrets in the copy.")


def _verified(settings: Settings, file: Path) -> int:
    if not settings.database.startswith("postgres"):
        return verify_copy(file).size
    from branchline.store.postgres.backup import verify as verify_dump  # noqa: PLC0415 a server on SQLite never loads it

    return verify_dump(settings.database, file)


def _copy(settings: Settings, file: Path, *, quiet: bool) -> int:
    url = settings.database
    if url.startswith("sqlite:///"):
        shows = sys.stderr.isatty() and not quiet

        def progress(done: int, of: int) -> None:
            if shows:
                print(f"\r{done * 100 // max(of, 1):3d} %", end="" if done < of else "\n", file=sys.stderr)

        return copy_file(Path(url.removeprefix("sqlite:///")), file, progress).size
    if url.startswith("postgres"):
        from branchline.store.postgres.backup import backup as dump  # noqa: PLC0415 a server on SQLite never loads it

        return dump(url, file)
    raise BackupImpossible(database=url)


def _tell(size: int, file: Path, json: bool, what: str) -> None:
    if json:
        say_json({"file": str(file), "bytes": size})
    else:
        say(f"{file} {what}: {size / 1_000_000:.1f} MB.")

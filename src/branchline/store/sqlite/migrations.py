"""Making and migrating the file: forward only, whole or not at all, and never a file that is not ours."""

import os
import re
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from branchline.store.problems import StoreForeign, StoreNewer

APPLICATION_ID = 0x42726C6E  # "Brln", at byte 68 of the file
_MAGIC = b"SQLite format 3\0"
_NAME = re.compile(r"(\d{4})_\w+\.sql")


class Migration(Struct, frozen=True):
    """One step forward; `number` is the schema it leads to."""

    number: int
    sql: str


def migrations() -> list[Migration]:
    """Give the migrations that this Branchline knows, in order."""
    found = []
    for file in (files("branchline.store") / "migrations" / "sqlite").iterdir():
        name = _NAME.fullmatch(file.name)
        if name is not None:
            found.append(Migration(int(name[1]), file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.number)


def is_new(path: Path) -> bool:
    """Say whether nothing is stored there yet. Raises StoreForeign for a file that is not ours, which stays untouched.

    Only the first bytes are read: opening a foreign database could already write beside it.
    """
    if not path.exists():
        return True
    if not path.is_file():
        raise StoreForeign(path=path, problem="it is not a file")
    with path.open("rb") as file:
        head = file.read(72)
    if not head:
        return True
    if len(head) < 72 or not head.startswith(_MAGIC):
        raise StoreForeign(path=path, problem="it is not an SQLite database")
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise StoreForeign(path=path, problem="it is the SQLite database of another program")
    return False


def create(path: Path, steps: list[Migration]) -> None:
    """Make the file beside its place and move it there when it is whole: a crash leaves no half database."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(path.name + ".new")
    made.unlink(missing_ok=True)
    made.touch(mode=0o600)  # what visitors wrote is nobody else's to read
    db = sqlite3.connect(made, isolation_level=None)
    try:
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        db.execute("pragma synchronous = full")
        migrate(db, path, steps)
        db.execute("pragma journal_mode = wal")
    finally:
        db.close()
    made.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def schema(db: sqlite3.Connection) -> int:
    """Give the number of the schema that the database has."""
    number: int = db.execute("pragma user_version").fetchone()[0]
    return number


def lacks(db: sqlite3.Connection, path: Path, steps: list[Migration]) -> bool:
    """Say whether the database is behind. Raises StoreNewer when it is ahead."""
    known = steps[-1].number
    found = schema(db)
    if found > known:
        raise StoreNewer(path=path, found=found, known=known)
    return found < known


def migrate(db: sqlite3.Connection, path: Path, steps: list[Migration]) -> None:
    """Bring the database to the newest schema in one transaction. Raises StoreNewer."""
    db.execute("begin immediate")
    try:
        if lacks(db, path, steps):
            found = schema(db)
            for step in steps:
                if step.number > found:
                    for statement in statements(step.sql):
                        db.execute(statement)
            db.execute(f"pragma user_version = {steps[-1].number}")
        db.execute("commit")
    except BaseException:
        if db.in_transaction:
            db.execute("rollback")
        raise


def statements(sql: str) -> Iterator[str]:
    """Give the statements of a script one by one (`executescript` would commit between them)."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement

"""A copy of the file while a server writes to it: one moment of it, whole, checked before it gets its name."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from branchline.store.problems import BackupFailed, StoreForeign
from branchline.store.sqlite import migrations
from branchline.store.sqlite.connect import connect, explain

PAGES = 2_000
"""Pages copied at a time (8 MB): often enough to say how far it is."""


class Copied(Struct, frozen=True):
    """`size` in bytes; `schema` as in the file."""

    size: int
    schema: int
    interactions: int


def backup(path: Path, target: Path, progress: Callable[[int, int], None] = lambda done, of: None) -> Copied:
    """Copy the database to `target`; `progress` hears pages done and in all. Blocks.

    The copy is made in pages inside one read transaction: turns that are saved meanwhile neither wait nor get into it.
    It is checked (`pragma integrity_check`, whose file it is, its schema) and written through before it is moved to its
    place. Raises BackupFailed, StoreForeign, StoreUnavailable; then `target` is as it was.
    """
    if migrations.is_new(path):
        raise BackupFailed(path=path, problem="there is no database")
    if target.resolve() in {path.resolve(), *(path.resolve().with_name(path.name + end) for end in ("-wal", "-shm"))}:
        raise BackupFailed(path=path, problem=f"{target} is the database itself")
    made = target.with_name(target.name + ".new")
    try:
        made.unlink(missing_ok=True)
        made.touch(mode=0o600)  # what visitors wrote is nobody else's to read
        _copy(path, made, progress)
        copied = verify(made)
        _write_through(made)
        made.replace(target)
        _write_through(target.parent)
    except sqlite3.Error as problem:
        raise explain(problem, path) or BackupFailed(path=path, problem=problem) from None
    except OSError as problem:
        raise BackupFailed(path=path, problem=problem.strerror or problem) from None
    finally:
        made.unlink(missing_ok=True)
    return copied


def verify(copy: Path) -> Copied:
    """Check a copy from its first page to its last. Raises BackupFailed, StoreForeign."""
    if migrations.is_new(copy):
        raise StoreForeign(path=copy, problem="it is empty")
    db = sqlite3.connect(copy)
    try:
        db.execute("pragma query_only = on")
        found = db.execute("pragma integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise BackupFailed(path=copy, problem=f"the copy is damaged ({found})")
        interactions = db.execute("select count(*) from interaction").fetchone()[0]
        return Copied(copy.stat().st_size, migrations.schema(db), interactions)
    except sqlite3.Error as problem:
        raise BackupFailed(path=copy, problem=f"the copy cannot be read ({problem})") from None
    finally:
        db.close()


def _copy(path: Path, made: Path, progress: Callable[[int, int], None]) -> None:
    source, target = connect(path, reader=True), sqlite3.connect(made)
    try:
        # The transaction stays open through all the pages: without it every turn that is saved would begin the copy anew.
        source.execute("begin")
        source.execute("select 1 from interaction limit 1").fetchall()
        source.backup(target, pages=PAGES, progress=lambda _, left, of: progress(of - left, of))
        source.execute("rollback")
        target.execute("pragma journal_mode = delete")  # one file, with nothing beside it
    finally:
        target.close()
        source.close()


def _write_through(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

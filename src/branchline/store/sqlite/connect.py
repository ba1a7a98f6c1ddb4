"""Opening the file: checked, migrated, and set up for writing or for reading."""

import sqlite3
from pathlib import Path

from branchline.errors import HostError
from branchline.store.problems import StoreBehind, StoreEngineTooOld, StoreForeign, StoreInUse, StoreUnavailable
from branchline.store.sqlite import migrations
from branchline.store.sqlite.lock import Lock
from branchline.store.sqlite.migrations import Migration

OLDEST_SQLITE = (3, 37, 0)
"""The first SQLite with strict tables."""
RETRY_S = 5
"""Seconds after which a caller may try again when the database cannot be used."""
BUSY_MS = 5_000
"""Milliseconds that a statement waits for another process, such as `branchline publish` beside a server."""
CHECKPOINT_PAGES = 4_000
"""Pages in the log (16 MB) after which they move into the database file: pages that many turns wrote move once."""
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}


def prepare(path: Path, lock: Lock, *, exclusive: bool, steps: list[Migration] | None = None) -> None:
    """Create or migrate the file; nothing when it is up to date. Blocks: call it in a thread.

    An `exclusive` opener keeps the lock; another one takes it only while it changes the schema.
    Raises StoreForeign, StoreNewer, StoreInUse, StoreBehind, StoreUnavailable, StoreEngineTooOld.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreEngineTooOld(found=sqlite3.sqlite_version, needed=".".join(map(str, OLDEST_SQLITE)))
    known = migrations.migrations() if steps is None else steps
    try:
        lacking = _lacks(path, known)
        if exclusive or lacking:
            lock.take()
        if lacking:
            _bring_up(path, known)
    except sqlite3.DatabaseError as problem:
        lock.release()
        raise explain(problem, path) or problem from None
    except OSError as problem:
        lock.release()
        raise StoreUnavailable(path=path, problem=problem.strerror or str(problem), retry_after_s=RETRY_S) from None
    except StoreInUse as problem:
        if exclusive:
            raise
        raise StoreBehind(path=path, process=problem.fields["process"]) from None
    except BaseException:
        lock.release()
        raise
    if not exclusive:
        lock.release()


def _bring_up(path: Path, known: list[Migration]) -> None:
    if migrations.is_new(path):
        migrations.create(path, known)
        return
    db = connect(path)
    try:
        migrations.migrate(db, path, known)
    finally:
        db.close()


def _lacks(path: Path, known: list[Migration]) -> bool:
    if migrations.is_new(path):
        return True
    db = connect(path)
    try:
        return migrations.lacks(db, path, known)
    finally:
        db.close()


def connect(path: Path, *, reader: bool = False, cache_kib: int = 2_000) -> sqlite3.Connection:
    """Open a connection that commits by itself unless told to begin; any thread may use it, one at a time.

    A `reader` refuses to write. Raises sqlite3.Error.
    """
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute(f"pragma busy_timeout = {BUSY_MS}")
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    db.execute("pragma secure_delete = on")  # what is erased is overwritten; `fast` leaves whole pages as they were
    db.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")
    db.execute(f"pragma cache_size = {-cache_kib}")
    db.execute(f"pragma query_only = {int(reader)}")
    return db


def explain(problem: BaseException, path: Path) -> HostError | None:
    """Give the refusal when the installation is at fault (disk, rights, lock); None when the statement is."""
    if not isinstance(problem, sqlite3.Error):
        return None
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return StoreForeign(path=path, problem="it is not an SQLite database")
    if code in _PASSING:
        return StoreUnavailable(path=path, problem=str(problem), retry_after_s=RETRY_S)
    return None

"""The file of an embedded database: there, ours, whole, with rights and room."""

import os
import shutil
import sqlite3
import stat
from pathlib import Path

from branchline.errors import Refusal
from branchline.service.doctor.finding import Finding, Findings, error, good, note, warning
from branchline.store.sqlite import migrations
from branchline.store.sqlite.connect import connect
from branchline.store.sqlite.lock import Lock

SPACE_ERROR = 100_000_000
SPACE_WARNING = 1_000_000_000
"""Bytes free on the disk below which it is said."""
WAL_WARNING = 500_000_000
"""Bytes of the write-ahead log: more means that something holds a reading transaction open for long."""


def look(name: str, *, thorough: bool) -> Findings:
    path = Path(name)
    try:
        if migrations.is_new(path):
            yield error("database.missing", f"There is no database at {path}.", "`branchline serve` makes it.")
            return
    except Refusal as refusal:
        yield error("database.foreign", str(refusal), "Name another file with --database.")
        return
    except OSError as problem:
        yield error("database.rights", f"{path} cannot be read: {problem.strerror}.", "Run this as the server's user.")
        return
    yield from _rights(path)
    yield from _space(path)
    yield _server(path)
    yield from _inside(path, thorough=thorough)


def _rights(path: Path) -> Findings:
    wanted = {path: os.W_OK | os.R_OK, path.parent: os.W_OK | os.X_OK}
    wrong = [str(each) for each, mode in wanted.items() if not os.access(each, mode)]
    if wrong:
        yield error(
            "database.rights", f"{' and '.join(wrong)} cannot be written by this user.", "Run it as the server's user, or give it the right."
        )  # fmt: skip
    beside = (path, path.with_name(path.name + "-wal"), path.with_name(path.name + ".key"))
    seen = [each.name for each in beside if each.exists() and stat.S_IMODE(each.stat().st_mode) & 0o077]
    if seen:
        yield warning(
            "database.private",
            f"Other users of this machine may read {', '.join(seen)}.",
            f"chmod 600 {' '.join(seen)} (in {path.parent}).",
        )
    if not beside[2].exists():
        yield note(
            "database.key", f"There is no key beside it ({beside[2].name}).", "It is made with the first secret."
        )


def _space(path: Path) -> Findings:
    free = shutil.disk_usage(path.parent).free
    if free < SPACE_WARNING:
        make = error if free < SPACE_ERROR else warning
        yield make(
            "database.space",
            f"{free / 1e6:,.0f} MB are free where the database stands.",
            "Make room: without it turns are refused.",
        )
    else:
        yield good("database.space", f"{free / 1e9:,.1f} GB are free where the database stands.")
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size > WAL_WARNING:
        yield warning(
            "database.wal",
            f"The write-ahead log has {wal.stat().st_size / 1e6:,.0f} MB.",
            "Something reads for long: look for another program that has the database open.",
        )


def _server(path: Path) -> Finding:
    try:
        held = Lock(path).held()
    except OSError as problem:
        return note("database.server", f"Whether a server runs on it cannot be seen ({problem.strerror}).")
    return good("database.server", "A server runs on it.") if held else note("database.server", "No server runs on it.")


def _inside(path: Path, *, thorough: bool) -> Findings:
    known = migrations.migrations()[-1].number
    check = "integrity_check" if thorough else "quick_check"
    try:
        db = connect(path, reader=True)
        try:
            schema = migrations.schema(db)
            damage = [row[0] for row in db.execute(f"pragma {check}(3)")]
        finally:
            db.close()
    except sqlite3.Error as problem:
        yield error("database.damaged", f"{path} cannot be read: {problem}.", "Restore a backup.")
        return
    if damage != ["ok"]:
        yield error("database.damaged", f"{path} is damaged: {'; '.join(damage)[:300]}.", "Restore a backup.")
    else:
        yield good("database.whole", f"It is whole ({check.replace('_', ' ')}), {path.stat().st_size / 1e6:,.1f} MB.")
    if schema > known:
        yield error(
            "database.newer", f"It has schema {schema}, and this Branchline knows up to {known}.", "Use the newer Branchline."
        )  # fmt: skip
    elif schema < known:
        yield error(
            "database.older",
            f"It has schema {schema}, and this Branchline has {known}.",
            "`branchline migrate`, or `serve`, brings it up to date. Make a backup before.",
        )

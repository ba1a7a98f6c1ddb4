"""The tables beside the interactions, in SQLite."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

from branchline.store.sqlite.migrations import migrations, statements
from branchline.store.sqlite.turns import refused
from branchline.store.tables import Row, Statement, Unmatched

T = TypeVar("T")
Run = Callable[[sqlite3.Connection], T]


def run(db: sqlite3.Connection, statement: Statement) -> list[Row]:
    """Run one statement; Duplicate when something that is unique is already there, Unmatched when it must give rows and gave none."""
    try:
        rows = db.execute(statement.sql.text, statement.values).fetchall()
    except sqlite3.IntegrityError as problem:
        raise refused(problem) from None
    if statement.must and not rows:
        raise Unmatched(statement.sql.name)
    return rows


class SqliteTables:
    """Runs statements in the store's file. `reading` and `writing` run work with a connection: see `SqliteStore`."""

    def __init__(
        self,
        reading: Callable[[Run[list[Row]]], Awaitable[list[Row]]],
        writing: Callable[[Run[list[list[Row]]]], Awaitable[list[list[Row]]]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    async def read(self, statement: Statement) -> list[Row]:
        return await self._reading(lambda db: run(db, statement))

    async def write(self, *statements: Statement) -> list[list[Row]]:
        return await self._writing(lambda db: [run(db, statement) for statement in statements])


class MemoryTables:
    """Runs statements in a database that is gone with the process, for the store in memory."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        for migration in migrations():
            for statement in statements(migration.sql):
                self._db.execute(statement)

    def close(self) -> None:
        self._db.close()

    async def read(self, statement: Statement) -> list[Row]:
        return run(self._db, statement)

    async def write(self, *statements: Statement) -> list[list[Row]]:
        return self.at_once(*statements)

    def at_once(self, *statements: Statement) -> list[list[Row]]:
        """Run statements in one transaction, without waiting."""
        self._db.execute("begin")
        try:
            rows = [run(self._db, statement) for statement in statements]
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")
        return rows

"""The tables beside the interactions, in PostgreSQL."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from branchline.store.postgres.connect import Connection, findable, refused
from branchline.store.tables import Row, Statement, Unmatched

T = TypeVar("T")
Run = Callable[[Connection], Awaitable[T]]


async def run(db: Connection, statement: Statement, *, reads: bool = False) -> list[Row]:
    """Run one statement. Raises asyncpg's errors, and Unmatched when it must give rows and gave none."""
    values = statement.values.values()
    rows = await db.fetch(statement.sql.numbered, *(map(findable, values) if reads else values))
    if statement.must and not rows:
        raise Unmatched(statement.sql.name)
    return [tuple(row.values()) for row in rows]


class PostgresTables:
    """Runs statements. `using` runs work with a connection: see `PostgresStore`."""

    def __init__(self, using: Callable[[Run[list[list[Row]]]], Awaitable[list[list[Row]]]]) -> None:
        self._using = using

    async def read(self, statement: Statement) -> list[Row]:
        async def read(db: Connection) -> list[list[Row]]:
            return [await run(db, statement, reads=True)]

        return (await self._using(read))[0]

    async def write(self, *statements: Statement) -> list[list[Row]]:
        async def write(db: Connection) -> list[list[Row]]:
            async with db.transaction():
                return [await run(db, statement) for statement in statements]

        try:
            return await self._using(write)
        except asyncpg.UniqueViolationError as problem:
            raise refused(problem) from None

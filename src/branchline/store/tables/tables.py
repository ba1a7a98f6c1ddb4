"""What a database does for the tables beside the interactions."""

from typing import Any, Protocol

from branchline.store.tables.statement import Statement

Row = tuple[Any, ...]


class Unmatched(Exception):
    """A statement that must give rows gave none: what it asked for in its condition does not hold any more."""


class Tables(Protocol):
    """Runs statements. Both methods raise HostError when the database cannot be used."""

    async def read(self, statement: Statement) -> list[Row]:
        """Give the rows of a statement that changes nothing."""

    async def write(self, *statements: Statement) -> list[list[Row]]:
        """Run statements in one transaction, durably; gives the rows of each (`returning`).

        Nothing is decided between them: a condition stands in the statement itself. Raises Duplicate when something
        that is unique is already stored, and Unmatched when a statement that must give rows (`Statement.or_nothing`) gave
        none; nothing is changed then.
        """

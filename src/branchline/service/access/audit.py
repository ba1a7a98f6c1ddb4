"""The audit log: who did what, of what, when, from where, and how it came out.

Entries are only appended. Each carries the SHA-256 over the hash before it and all that it says, so that nobody can
change, leave out or move one without the rest of the chain telling. What the chain alone cannot tell is that its end
was cut off: keep the newest number and hash somewhere else (`branchline audit verify` prints them).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from branchline.store.port import Duplicate, Store
from branchline.store.tables import Row, Statement
from branchline.store.tables import audit as table
from branchline.store.tables.audit import AuditRow

Outcome = Literal["done", "refused"]
TRIES = 20
"""How often another process may take the next number before this one gives up."""
_PAGE = 500


class Act(Struct, frozen=True):
    """Something that a person did, or was refused. `who`: an e-mail address, `command line`, or empty for a stranger."""

    at: int
    who: str
    what: str
    of: str = ""
    outcome: Outcome = "done"
    address: str = ""
    details: Mapping[str, Any] = {}


Append = Callable[[Act], Statement]
T = TypeVar("T")


class Verified(Struct, frozen=True):
    """What reading the whole chain found: how many entries, the newest hash, and the first number that is wrong."""

    entries: int
    hash: str
    wrong: int | None = None
    problem: str = ""


class Audit:
    """Appends to the log, and reads it."""

    def __init__(self, store: Store) -> None:
        self._tables = store.tables
        self._turn = asyncio.Lock()

    async def write(self, act: Act, *statements: Statement) -> list[list[Row]]:
        """Run statements and append an entry, in one transaction; gives the rows of the statements.

        Raises what `Tables.write` raises, with nothing written.
        """

        async def run(append: Append) -> list[list[Row]]:
            return (await self._tables.write(*statements, append(act)))[:-1]

        return await self.alongside(run)

    async def alongside(self, run: Callable[[Append], Awaitable[T]]) -> T:
        """Run a transaction that appends an entry: `run` gets a function that gives the statement for an act.

        It runs again when another process appended first. Raises what it raises.
        """
        async with self._turn:
            for left in range(TRIES, 0, -1):
                number, before = await table.last(self._tables)
                try:
                    return await run(partial(_appending, number + 1, before))
                except Duplicate:
                    # another process took the number, or what was to be written stands there already
                    if left == 1 or (await table.last(self._tables))[0] == number:
                        raise
        raise AssertionError("unreachable")

    async def page(self, before: int, size: int) -> Sequence[AuditRow]:
        """Give entries before a number, newest first."""
        return await table.older(self._tables, before, size)

    async def verify(self) -> Verified:
        """Read the whole chain and compute it anew."""
        number, before = 0, b""
        while rows := await table.after(self._tables, number, _PAGE):
            for row in rows:
                if row.number != number + 1:
                    return Verified(number, before.hex(), number + 1, "the entry is missing")
                if row.hash != chained(row, before):
                    return Verified(number, before.hex(), row.number, "the entry, or one before it, was changed")
                number, before = row.number, row.hash
        return Verified(number, before.hex())


def _appending(number: int, before: bytes, act: Act) -> Statement:
    return table.appending(entry(act, number, before))


def entry(act: Act, number: int, before: bytes) -> AuditRow:
    """Give the row of an act that follows the entry with the hash `before`."""
    details = msgspec.json.encode(act.details, order="sorted").decode()
    row = AuditRow(number, act.at, act.who, act.what, act.of, act.outcome, act.address, details, b"")
    return msgspec.structs.replace(row, hash=chained(row, before))


def chained(row: AuditRow, before: bytes) -> bytes:
    """Compute the hash of a row: SHA-256 over the hash before, in hex, and its fields, as one JSON list."""
    fields = (
        before.hex(),
        row.number,
        row.at,
        row.who,
        row.what,
        row.of,
        row.outcome,
        row.address,
        row.details,
    )
    return sha256(msgspec.json.encode(fields)).digest()

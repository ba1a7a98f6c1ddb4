"""The audit log: entries in one chain, appended and never changed."""

from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Tables

SQL = read_sql("branchline.store.tables", "audit.sql")


class AuditRow(Struct, frozen=True):
    """An entry: who did what, of what, with which outcome, from which address. `details` is JSON."""

    number: int
    at: int
    who: str
    what: str
    of: str
    outcome: str
    address: str
    details: str
    hash: bytes


async def last(tables: Tables) -> tuple[int, bytes]:
    """Give the number and hash of the newest entry; 0 and nothing when there is none."""
    rows = await tables.read(SQL["last"]())
    return (rows[0][0], rows[0][1]) if rows else (0, b"")


async def older(tables: Tables, before: int, most: int) -> list[AuditRow]:
    """Give entries before a number, newest first."""
    return [AuditRow(*row) for row in await tables.read(SQL["older"](before=before, most=most))]


async def after(tables: Tables, number: int, most: int) -> list[AuditRow]:
    """Give entries after a number, oldest first."""
    return [AuditRow(*row) for row in await tables.read(SQL["after"](after=number, most=most))]


def appending(row: AuditRow) -> Statement:
    """Duplicate when another entry took the number meanwhile."""
    return SQL["append"](
        number=row.number,
        at=row.at,
        who=row.who,
        what=row.what,
        of=row.of,
        outcome=row.outcome,
        address=row.address,
        details=row.details,
        hash=row.hash,
    )

"""Making and migrating the schema: forward only, whole or not at all, one process at a time, never among foreign tables."""

import re
from importlib.resources import files

import asyncpg

from branchline.store.address import shown
from branchline.store.postgres.connect import Connection
from branchline.store.problems import StoreForeign, StoreNewer, StoreServerUnfit
from branchline.store.sqlite.migrations import Migration

OLDEST_SERVER = 140_000
_LOCK = 0x42726C6E  # "Brln"
_NAME = re.compile(r"(\d{4})_\w+\.sql")
_TEXT_COLUMN = re.compile(r"^(\s+\w+|.*\badd column \w+|create table \w+ \(\w+) text\b", re.MULTILINE)


def migrations() -> list[Migration]:
    """Give the migrations that this Branchline knows, in order."""
    found = []
    for file in (files("branchline.store") / "migrations" / "postgres").iterdir():
        name = _NAME.fullmatch(file.name)
        if name is not None:
            found.append(Migration(int(name[1]), file.read_text(encoding="utf-8")))
    return sorted(found, key=lambda migration: migration.number)


def by_bytes(sql: str) -> str:
    """Write into a migration that texts are compared by their bytes, as SQLite does, whatever the database's language."""
    return _TEXT_COLUMN.sub(r'\1 text collate "C"', sql)


async def prepare(db: Connection, url: str, chosen: list[Migration] | None = None) -> None:
    """Create the schema or bring it up to date, in one transaction; nothing when it is up to date.

    Raises StoreForeign, StoreNewer, StoreServerUnfit, or asyncpg's errors.
    """
    known = migrations() if chosen is None else chosen
    await _check_server(db, url)
    if await _found(db, url, known) == known[-1].number:
        return
    async with db.transaction():
        await db.execute("select pg_advisory_xact_lock($1)", _LOCK)
        found = await _found(db, url, known)
        if found is None:
            await db.execute("create table branchline (schema bigint primary key); insert into branchline values (0)")
            found = 0
        for migration in known:
            if migration.number > found:
                await db.execute(by_bytes(migration.sql))
        await db.execute("update branchline set schema = $1", known[-1].number)


async def _check_server(db: Connection, url: str) -> None:
    version, name, encoding = await db.fetchrow(  # type: ignore[misc]
        "select current_setting('server_version_num')::int, current_setting('server_version'), "
        "current_setting('server_encoding')"
    )
    if version < OLDEST_SERVER:
        raise StoreServerUnfit(path=shown(url), problem=f"it is PostgreSQL {name}", needed="PostgreSQL 14 or newer")
    if encoding != "UTF8":
        problem = f"its encoding is {encoding}"
        raise StoreServerUnfit(path=shown(url), problem=problem, needed="a database in UTF8")


async def _found(db: Connection, url: str, known: list[Migration]) -> int | None:
    """Give the schema that the database has; None for a place where nothing is stored yet.

    Raises StoreForeign among tables of others, StoreNewer for a schema from the future.
    """
    place = await db.fetchval("select current_schema()")
    if place is None:
        raise StoreForeign(path=shown(url), problem="it has no schema that this user may use")
    names = [
        row[0]
        for row in await db.fetch(
            "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1"
        )
    ]
    if not names:
        return None
    if "branchline" not in names:
        shown_names = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        raise StoreForeign(path=shown(url), problem=f"its schema {place} has tables of another program ({shown_names})")
    try:
        found: int = await db.fetchval("select schema from branchline")
    except asyncpg.UndefinedColumnError:
        raise StoreForeign(path=shown(url), problem="its table branchline is not ours") from None
    if found > known[-1].number:
        raise StoreNewer(path=shown(url), found=found, known=known[-1].number)
    return found

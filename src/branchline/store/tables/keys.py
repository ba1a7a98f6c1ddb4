"""API keys of the core API."""

from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Tables

SQL = read_sql("branchline.store.tables", "keys.sql")


class KeyRow(Struct, frozen=True):
    """A key as stored: only the SHA-256 of its secret. `scopes` are words with spaces between; `*` is every scope."""

    id: str
    name: str
    secret_hash: bytes
    created_at: int
    revoked_at: int | None = None
    scopes: str = "*"
    created_by: str = ""


async def keys(tables: Tables) -> list[KeyRow]:
    """Give all keys, oldest first."""
    return [KeyRow(*row) for row in await tables.read(SQL["keys"]())]


async def key(tables: Tables, key_id: str) -> KeyRow | None:
    rows = await tables.read(SQL["key"](id=key_id))
    return KeyRow(*rows[0]) if rows else None


def adding(row: KeyRow) -> Statement:
    return SQL["add"](
        id=row.id,
        name=row.name,
        secret_hash=row.secret_hash,
        at=row.created_at,
        scopes=row.scopes,
        by=row.created_by,
    )


def revoking(key_id: str, at: int) -> Statement:
    """Unmatched when there is no such key, or it is revoked already."""
    return SQL["revoke"](id=key_id, at=at).or_nothing()

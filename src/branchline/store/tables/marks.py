"""When something last happened to the installation (milliseconds since the Unix epoch), by name."""

from branchline.store.tables.statement import read_sql
from branchline.store.tables.tables import Tables

SQL = read_sql("branchline.store.tables", "marks.sql")

WRITABLE = "writable"
"""Written to see whether the database can be written."""
BACKUP = "backup"


async def mark(tables: Tables, name: str, at: int) -> None:
    await tables.write(SQL["set"](name=name, at=at))


async def marks(tables: Tables) -> dict[str, int]:
    return dict(await tables.read(SQL["all"]()))

"""What a page or a turn costs does not depend on what is stored: every statement that they run reads along an index, in
its order, and several lists are jumped between.
"""

import asyncio
import re
from collections.abc import Iterator

import pytest

import postgres
from branchline.store.port import Query
from branchline.store.postgres import pages
from branchline.store.postgres.connect import Connection, connect
from branchline.store.postgres.queries import SQL
from branchline.store.postgres.store import PostgresStore
from store.test_flat import QUERIES, sample

MANY = 3_000
ORDERED = [name for name in SQL if re.fullmatch(r"(keys|word)_.*(older|newer)", name)]
DIRECT = ["load", "load_by_id", "turns", "turns_after", "latest_turns", "due", "moved", "states", "owed", "messages_of"]


async def fill(url: str) -> None:
    store = PostgresStore(url)
    await store.open()
    await asyncio.gather(*(store.save(sample(number)) for number in range(1, MANY + 1)))
    await store.page(Query(text="hello"))
    await store.close()


@pytest.fixture(scope="module")
def filled() -> Iterator[str]:
    with postgres.database() as name:
        url = postgres.server().url(name)
        asyncio.run(fill(url))
        postgres.server().run("vacuum analyze", name)
        yield url


async def plan(db: Connection, name: str) -> str:
    """The plan that is made once for all values."""
    statement = SQL[name]
    count = max(int(number) for number in re.findall(r"\$(\d+)", statement))
    await db.execute(f"prepare {name}_ as {statement}")
    rows = await db.fetch(f"explain execute {name}_({', '.join(['null'] * count)})")
    return "\n".join(row[0] for row in rows)


async def test_every_list_is_read_along_an_index_in_its_order(filled: str) -> None:
    db = await connect(filled)
    for name in ORDERED:
        found = await plan(db, name)
        assert "Index" in found, (name, found)
        assert "Sort" not in found, (name, found)
        assert "Seq Scan" not in found, (name, found)
    await db.close()


async def test_a_turn_reads_along_indexes(filled: str) -> None:
    db = await connect(filled)
    for name in DIRECT:
        found = await plan(db, name)
        assert "Seq Scan" not in found, (name, found)
    save = await plan(db, "save")
    assert not re.search(r"Seq Scan on (interaction|turn|owed|interaction_data)", save), save
    assert "Merge Join" not in save, save
    await db.close()


class Counting:
    """A connection that counts the rows it gives."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self.rows = 0

    def transaction(self, **options: object) -> object:
        return self._db.transaction(**options)  # type: ignore[arg-type]

    async def fetch(self, *asked: object) -> list[object]:
        rows = await self._db.fetch(*asked)  # type: ignore[call-overload]
        self.rows += len(rows)
        return list(rows)

    async def fetchval(self, *asked: object) -> object:
        self.rows += 1
        return await self._db.fetchval(*asked)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", QUERIES)
async def test_a_page_reads_no_more_than_it_needs(filled: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "FEW", 100)
    db = await connect(filled)
    counting = Counting(db)
    await pages.page(counting, QUERIES[name])  # type: ignore[arg-type]
    assert counting.rows <= 800, counting.rows
    await db.close()

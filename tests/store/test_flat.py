"""What a page or a turn costs does not depend on what is stored, counted in instructions of SQLite's machine."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from branchline.store.port import Change, Query
from branchline.store.sqlite import pages, turns
from branchline.store.sqlite.connect import connect
from branchline.store.sqlite.store import SqliteStore
from store.samples import NOW, following, save_all, started

FEW, MANY = 400, 4_000
QUERIES = {
    "all": Query(),
    "bot": Query(bot="returns"),
    "status": Query(status="active"),
    "bot and status": Query(bot="returns", status="ended"),
    "created": Query(created_from=NOW + 100, created_to=NOW + 300),
    "ended": Query(ended_from=NOW),
    "ended and bot": Query(ended_from=NOW, bot="returns"),
    "ended and common data": Query(ended_from=NOW, data=(("parity", "0"),)),
    "ended and rare data": Query(ended_from=NOW, data=(("number", "7"),)),
    "common data": Query(data=(("parity", "1"),)),
    "rare data": Query(data=(("number", "7"),)),
    "bot and common data": Query(bot="returns", data=(("parity", "0"),)),
    "bot and data that never meet": Query(bot="returns", data=(("number", "7"),)),
    "two data": Query(data=(("parity", "0"), ("number", "8"))),
    "quick reference": Query(quick_ref="123456"),
    "rare text": Query(text="number7"),
    "text and data": Query(text="hello", data=(("parity", "1"),)),
}


def cost(db: sqlite3.Connection, work: Callable[[], object]) -> int:
    """Count the instructions that some work takes, in tens."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    work()
    db.set_progress_handler(tick, 10)
    work()
    db.set_progress_handler(None, 10)
    return count


def sample(number: int) -> Change:
    over = {"ended_at": NOW + 100_000 + number} if number % 5 else {}
    return started(
        number,
        f"hello number{number}",
        bot="returns" if number % 4 == 0 else "order-desk",
        data={"number": str(number), "parity": str(number % 2)},
        **over,
    )


async def filled(path: Path, count: int) -> sqlite3.Connection:
    store = SqliteStore(path)
    await store.open()
    await asyncio.gather(*(store.save(sample(number)) for number in range(1, count + 1)))
    await store.page(Query(text="hello"))
    await store.close()
    return connect(path)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("flat")
    return asyncio.run(filled(folder / "few.db", FEW)), asyncio.run(filled(folder / "many.db", MANY))


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_costs_the_same_with_ten_times_as_many(
    stores: tuple[sqlite3.Connection, sqlite3.Connection], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FEW", 100)  # both stores are small: "few" must be fewer still
    few, many = (cost(db, lambda db=db: pages.page(db, QUERIES[name])) for db in stores)
    assert many <= 1.5 * few + 10


async def test_a_turn_costs_the_same_after_a_long_transcript(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "branchline.db")
    await store.open()
    change = started(1, "start")
    await save_all(store, change)
    costs = []
    for length in (10, 1_000):
        while change.interaction.turn < length:
            change = following(change.interaction, "more", message_id=f"m{change.interaction.turn}")
            await save_all(store, change)
        db = connect(tmp_path / "branchline.db")
        its = change.interaction
        following_turn = following(its, "last", message_id="new")
        state = turns.encode(following_turn.interaction)

        def write(db: sqlite3.Connection = db, turn: Change = following_turn, state: bytes = state) -> None:
            db.execute("begin")
            assert turns.write(db, turn, state)
            db.execute("rollback")

        def read(db: sqlite3.Connection = db, entries: int = its.entries, uuid: str = its.uuid) -> None:
            assert turns.load(db, uuid, "new") is not None
            assert len(turns.turns_after(db, 1, entries - 1, -1)) == 1

        costs.append((cost(db, write), cost(db, read)))
        db.close()
    await store.close()
    short, long = costs
    assert long[0] <= short[0] + 2
    assert long[1] <= short[1] + 2

"""The SQLite writer: commits are shared, faults are not."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from branchline.store.port import Query, StoredFile
from branchline.store.problems import StoreUnavailable
from branchline.store.sqlite.connect import connect
from branchline.store.sqlite.store import SqliteStore
from branchline.store.sqlite.writer import BATCH_LIMIT, Writer
from store.samples import following, save_all, started


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "branchline.db")
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    db = connect(tmp_path / "plain.db")
    db.execute("create table kept (value integer unique, size integer) strict")
    writer = Writer(db, tmp_path / "plain.db")
    yield writer
    await writer.close()


def keep(value: int | str) -> Callable[[sqlite3.Connection], int]:
    """Work that keeps a value and gives how many are kept then."""

    def run(db: sqlite3.Connection) -> int:
        db.execute("insert into kept values (?, 0)", (value,))
        count: int = db.execute("select count(*) from kept").fetchone()[0]
        return count

    return run


def values(path: Path) -> list[int]:
    db = sqlite3.connect(path)
    try:
        return [row[0] for row in db.execute("select value from kept order by value")]
    finally:
        db.close()


@contextmanager
def files_no_bigger_than(size: int) -> Iterator[None]:
    """The system refuses every write beyond `size` bytes of a file, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_work_that_arrives_together_shares_a_commit(store: SqliteStore, tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "branchline.db", isolation_level=None)
    await store.save(started(1))

    commits = 0
    seen = db.execute("pragma data_version").fetchone()[0]
    saves = [asyncio.ensure_future(store.save(started(number))) for number in range(2, 66)]
    while not all(save.done() for save in saves):
        await asyncio.sleep(0)
        now = db.execute("pragma data_version").fetchone()[0]
        commits += now != seen
        seen = now
    assert all(save.result() for save in saves)
    assert 1 <= commits <= 2
    db.close()


async def test_what_is_acknowledged_is_committed(store: SqliteStore, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "branchline.db")
    for number in range(1, 6):
        await store.save(started(number))
        assert other.execute("select count(*) from interaction").fetchone()[0] == number
    other.close()


async def test_more_than_a_batch_is_done_in_order(writer: Writer, tmp_path: Path) -> None:
    counts = await asyncio.gather(*(writer.do(keep(value)) for value in range(BATCH_LIMIT * 2 + 5)))
    assert counts == list(range(1, BATCH_LIMIT * 2 + 6))
    assert values(tmp_path / "plain.db") == list(range(BATCH_LIMIT * 2 + 5))


async def test_of_a_batch_only_what_fails_fails(writer: Writer, tmp_path: Path) -> None:
    def breaks(db: sqlite3.Connection) -> None:
        db.execute("insert into kept values (999, 0)")
        raise LookupError("in the middle")

    work = [keep(1), keep("no number"), keep(2), keep(1), breaks, keep(2**70), keep(3)]
    outcomes = await asyncio.gather(*(writer.do(run) for run in work), return_exceptions=True)
    kinds = [type(outcome) for outcome in outcomes]
    integrity = sqlite3.IntegrityError
    assert kinds == [int, integrity, int, integrity, LookupError, OverflowError, int]
    assert values(tmp_path / "plain.db") == [1, 2, 3]


async def test_heavy_work_keeps_its_place(writer: Writer, tmp_path: Path) -> None:
    runs = [writer.do(keep(value), heavy=value % 3 == 0) for value in range(12)]
    assert await asyncio.gather(*runs) == list(range(1, 13))
    with pytest.raises(sqlite3.IntegrityError):
        await writer.do(keep(3), heavy=True)
    assert await writer.do(keep(100), heavy=True) == 13


async def test_closing_finishes_what_was_asked(tmp_path: Path) -> None:
    db = connect(tmp_path / "plain.db")
    db.execute("create table kept (value integer unique, size integer) strict")
    writer = Writer(db, tmp_path / "plain.db")
    asked = [asyncio.ensure_future(writer.do(keep(value))) for value in range(20)]
    await asyncio.sleep(0)
    await writer.close()
    assert [work.done() for work in asked] == [True] * 20
    assert values(tmp_path / "plain.db") == list(range(20))
    with pytest.raises(StoreUnavailable):
        await writer.do(keep(21))


async def test_another_process_that_writes_is_waited_for(store: SqliteStore, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "branchline.db", isolation_level=None)
    other.execute("begin immediate")
    saving = [asyncio.ensure_future(store.save(started(number))) for number in (1, 2, 3)]
    loaded = await store.load_by_id(1)
    await asyncio.sleep(0.1)
    assert loaded is None
    assert not any(save.done() for save in saving)
    other.execute("rollback")
    assert await asyncio.gather(*saving) == [True] * 3
    other.close()


async def test_a_full_disk_refuses_clearly_and_recovers_without_a_restart(store: SqliteStore, tmp_path: Path) -> None:
    first = started(1, "kept")
    await save_all(store, first)
    size = (tmp_path / "branchline.db-wal").stat().st_size
    with files_no_bigger_than(size):
        outcomes = await asyncio.gather(
            *(store.save(started(number, "x" * 3_000)) for number in range(2, 40)), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {StoreUnavailable}
        refusal = outcomes[0]
        assert isinstance(refusal, StoreUnavailable)
        assert (refusal.code, refusal.status, refusal.retry_after_s) == ("store.unavailable", 503, 5)
        with pytest.raises(StoreUnavailable):
            await store.put_file(StoredFile("f", "f", "text/plain", 9, b"x" * 90_000, 0))
        loaded = await store.load_by_id(1)
        assert loaded is not None
    assert await store.load_by_id(2) is None
    assert await asyncio.gather(*(store.save(started(number)) for number in range(2, 40))) == [True] * 38
    assert await store.save(following(first.interaction, "after"))
    assert len((await store.page(Query(text="after"))).interactions) == 1


async def test_a_damaged_page_is_refused_as_the_hosts_fault(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    store = SqliteStore(path)
    await store.open()
    await asyncio.gather(*(store.save(started(number, "x" * 500)) for number in range(1, 300)))
    await store.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 8192))
    store = SqliteStore(path)
    with pytest.raises(StoreUnavailable, match="malformed"):
        await store.open()

"""What every store promises about the statements that are written with a turn."""

import asyncio

import msgspec
import pytest

from branchline.store.port import Change, Duplicate, Store
from branchline.store.tables import Unmatched
from branchline.store.tables.statement import Statement, sql
from store.samples import following, save_all, started

SET = sql("set", "insert into secret (name, sealed) values (:name, :sealed)")
COPY = sql(
    "copy",
    "insert into secret (name, sealed) select s.name || cast(:more as text), s.sealed from secret s returning name",
)
NONE = sql("none", "delete from secret where name = 'nobody' returning name")
ALL = sql("all", "select name from secret order by name")


def beside(change: Change, *statements: Statement) -> Change:
    return msgspec.structs.replace(change, alongside=statements)


def note(name: str) -> Statement:
    return SET(name=name, sealed=b"1")


async def noted(store: Store) -> list[str]:
    return [row[0] for row in await store.tables.read(ALL())]


async def test_what_stands_alongside_a_turn_is_stored_with_it_in_order(store: Store) -> None:
    change = beside(started(1), note("a"), COPY(more="b"))
    await save_all(store, change)
    assert await noted(store) == ["a", "ab"]
    await save_all(store, beside(following(change.interaction), note("c")))
    assert await noted(store) == ["a", "ab", "c"]


async def test_nothing_stands_alongside_a_stale_turn(store: Store) -> None:
    change = started(1)
    await save_all(store, change, following(change.interaction))
    assert not await store.save(beside(following(change.interaction), note("a")))
    assert not await store.save(beside(started(1), note("a")))
    assert not await store.save(beside(following(started(9).interaction), note("a")))
    assert await noted(store) == []


async def test_what_cannot_stand_alongside_keeps_the_turn_out_too(store: Store) -> None:
    change = started(1)
    await save_all(store, change)
    await store.tables.write(note("b"))
    with pytest.raises(Duplicate):
        await store.save(beside(following(change.interaction, "lost"), note("a"), note("b")))
    assert await noted(store) == ["b"]
    loaded = await store.load(change.interaction.uuid)
    assert loaded is not None
    assert loaded.interaction == change.interaction
    assert await store.turns(1) == [change.turn]


async def test_what_must_give_rows_alongside_and_gives_none_keeps_the_turn_out(store: Store) -> None:
    change = started(1)
    with pytest.raises(Unmatched):
        await store.save(beside(change, note("a"), NONE().or_nothing()))
    assert await noted(store) == []
    assert await store.load_by_id(1) is None
    await save_all(store, beside(change, note("a"), COPY(more="b").or_nothing()))
    assert await noted(store) == ["a", "ab"]


async def test_a_turn_that_is_refused_keeps_out_what_stands_alongside(store: Store) -> None:
    change = started(1)
    used = following(change.interaction, message_id="m1")
    await save_all(store, change, used)
    with pytest.raises(Duplicate):
        await store.save(beside(following(used.interaction, message_id="m1"), note("a")))
    assert await noted(store) == []


async def test_of_two_saves_of_one_turn_one_is_written_with_what_stands_alongside(store: Store) -> None:
    change = started(1)
    await save_all(store, change)
    rivals = [beside(following(change.interaction, f"rival {n}"), note(f"n{n}")) for n in range(6)]
    outcomes = await asyncio.gather(*(store.save(rival) for rival in rivals))
    assert await noted(store) == [f"n{outcomes.index(True)}"]


async def test_one_that_fails_alongside_hurts_only_its_own_turn(store: Store) -> None:
    await store.tables.write(note("b"))
    changes = [beside(started(1), note("a")), beside(started(2), note("b")), beside(started(3), note("c"))]
    outcomes = await asyncio.gather(*(store.save(change) for change in changes), return_exceptions=True)
    assert outcomes[0] is True
    assert isinstance(outcomes[1], Duplicate)
    assert outcomes[2] is True
    assert await noted(store) == ["a", "b", "c"]
    assert await store.load_by_id(2) is None

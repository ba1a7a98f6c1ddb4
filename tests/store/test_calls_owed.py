"""What every store promises about the calls that are owed."""

import asyncio

import msgspec
import pytest

from branchline.store.port import Backlog, Duplicate, Query, Store
from store.samples import NOW, call, following, save_all, started

MINUTE_MS = 60_000


async def owe(store: Store, number: int, *, until: int = NOW, holder: str = "p1", body: bytes | None = None) -> None:
    change = started(number)
    owed = call(f"t{number}", change.interaction, until=until, holder=holder, body=body)
    await save_all(store, change, following(change.interaction, owes=owed))


async def test_a_held_call_is_left_alone(store: Store) -> None:
    await owe(store, 1, until=NOW + 10)
    assert await store.owed(NOW + 9, "p2", 10) == []
    assert [owed.token for owed in await store.owed(NOW + 10, "p2", 10)] == ["t1"]


async def test_a_call_comes_back_as_it_was_and_held_for_a_minute(store: Store) -> None:
    await owe(store, 1, body=b"\x00{}")
    owed = call("t1", started(1).interaction, body=b"\x00{}")
    taken = await store.owed(NOW + 5, "p2", 10)
    assert taken == [msgspec.structs.replace(owed, holder="p2", held_until=NOW + 5 + MINUTE_MS)]
    assert await store.owed(NOW + 4 + MINUTE_MS, "p3", 10) == []
    assert [owed.holder for owed in await store.owed(NOW + 5 + MINUTE_MS, "p3", 10)] == ["p3"]


async def test_calls_are_given_earliest_first_and_each_to_one(store: Store) -> None:
    for number, until in ((1, 30), (2, 10), (3, 20)):
        await owe(store, number, until=NOW + until)
    some, others = await asyncio.gather(store.owed(NOW + 50, "a", 2), store.owed(NOW + 50, "b", 2))
    assert [[owed.token for owed in some], [owed.token for owed in others]] == [["t2", "t3"], ["t1"]]


async def test_an_interaction_says_what_it_owes_and_nothing_is_taken(store: Store) -> None:
    await owe(store, 1, until=NOW + 10, body=b"{}")
    await owe(store, 2, until=NOW + 10)
    first = started(1).interaction
    assert await store.owed_of(first.id) == [call("t1", first, until=NOW + 10, holder="p1", body=b"{}")]
    assert await store.owed_of(3_000) == []
    assert len(await store.owed(NOW + 10, "p2", 10)) == 2


async def test_a_settled_call_is_owed_no_more(store: Store) -> None:
    change = started(1)
    asked = following(change.interaction, owes=call("t1", change.interaction))
    await save_all(store, change, asked, following(asked.interaction, settles="t1"))
    assert await store.owed(NOW + 1, "p2", 10) == []


async def test_settling_what_is_not_owed_is_no_fault(store: Store) -> None:
    change = started(1)
    await save_all(store, change, following(change.interaction, settles="never"))


async def test_a_stale_turn_settles_nothing(store: Store) -> None:
    change = started(1)
    asked = following(change.interaction, owes=call("t1", change.interaction))
    await save_all(store, change, asked)
    assert not await store.save(following(change.interaction, settles="t1"))
    assert len(await store.owed(NOW + 1, "p2", 10)) == 1


async def test_a_turn_settles_one_call_and_owes_the_next(store: Store) -> None:
    change = started(1)
    asked = following(change.interaction, owes=call("t1", change.interaction))
    again = following(asked.interaction, settles="t1", owes=call("t2", change.interaction))
    await save_all(store, change, asked, again)
    assert [owed.token for owed in await store.owed(NOW + 1, "p2", 10)] == ["t2"]


async def test_a_token_is_owed_once(store: Store) -> None:
    await owe(store, 1)
    change = started(2)
    with pytest.raises(Duplicate):
        await store.save(msgspec.structs.replace(change, owes=call("t1", change.interaction)))
    assert await store.load_by_id(2) is None


async def test_the_calls_of_a_process_that_is_gone_are_free_at_once(store: Store) -> None:
    await owe(store, 1, until=NOW + 99_999, holder="gone")
    await owe(store, 2, until=NOW + 99_999, holder="gone")
    await owe(store, 3, until=NOW + 99_999, holder="alive")
    assert await store.release("gone") == 2
    assert await store.release("gone") == 0
    assert await store.release("nobody") == 0
    assert [owed.token for owed in await store.owed(NOW, "p2", 10)] == ["t1", "t2"]


async def test_the_backlog_is_what_should_have_happened_by_now(store: Store) -> None:
    assert await store.backlog(NOW) == Backlog()
    due = [started(number, "hello", idle_at=NOW + number) for number in (1, 2, 3)]
    await save_all(store, *due)
    first = due[0].interaction
    await save_all(store, following(first, owes=call("t1", first, until=NOW + 5)))
    backlog = await store.backlog(NOW + 2)
    assert (backlog.overdue, backlog.overdue_since) == (2, NOW + 1)
    assert (backlog.owed, backlog.unheld_since) == (1, None)
    assert (await store.backlog(NOW + 9)).unheld_since == NOW + 5
    await store.page(Query(text="hello"))
    assert (await store.backlog(NOW)).unindexed == 0


async def test_a_process_that_is_alive_keeps_its_calls_and_one_that_leaves_gives_them_back(store: Store) -> None:
    alive = await store.beat("p1", MINUTE_MS)
    assert alive.holders == ("p1",)
    await owe(store, 1, until=NOW + 99_999, holder="p1")
    assert not (await store.beat("p1", MINUTE_MS)).lapsed
    assert await store.owed(NOW + 1, "p2", 10) == []
    await store.leave("p1")
    assert [owed.token for owed in await store.owed(NOW + 1, "p2", 10)] == ["t1"]

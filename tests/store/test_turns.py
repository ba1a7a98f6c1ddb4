"""What every store promises about turns."""

import asyncio

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.interaction.record import Datum, Feedback, Fulfillment, Interaction, Position, Reply, Suggestion
from branchline.store.port import Change, Duplicate, Query, Store, TurnRecord
from store.samples import KINDS, NOW, call, following, lines, opened, save_all, started, token_hash, uuid_of


async def test_ids_grow(store: Store) -> None:
    first = await store.reserve_id()
    second = await store.reserve_id()
    assert 0 < first < second


async def test_what_was_saved_is_loaded(store: Store) -> None:
    change = started(1, "Hello", data={"page": "x"}, locale="de", start_url="https://shop.example/a")
    assert await store.save(change)
    loaded = await store.load(uuid_of(1))
    assert loaded is not None
    assert loaded.interaction == change.interaction
    assert loaded.token_hash == token_hash(uuid_of(1))
    assert loaded.repeated is None
    by_id = await store.load_by_id(1)
    assert by_id == loaded


async def test_an_unknown_interaction_is_not_loaded(store: Store) -> None:
    assert await store.load(uuid_of(1)) is None
    assert await store.load(uuid_of(1), "m1") is None
    assert await store.load_by_id(1) is None
    assert await store.turns(1) == []
    assert await store.latest_turns(1, 5) == []


async def test_every_field_comes_back_exactly(store: Store) -> None:
    full = Interaction(
        7,
        uuid_of(7),
        "order-desk",
        3,
        NOW,
        channel="Web",
        locale="cy",
        start_url="https://a.example/?q=1",
        end_url="https://b.example",
        turn=1,
        entries=2,
        at=(Position("ask", 2), Position("inner")),
        awaiting=Reply("t", (Suggestion("Yes", "yes"),), 2, NOW + 5),
        data={"order": Datum("007", "Order", "reply"), "x": Datum("0", source="page")},
        tags=("late",),
        back=("ask",),
        reply="007",
        fulfillment_status="failed",
        fulfillment_reason="timeout",
        feedback=Feedback(5, "fine"),
        updated_at=NOW + 1,
        idle_at=NOW + 2,
        ended_at=NOW + 3,
        ended_by="visitor",
        finalize_at=NOW + 4,
        finalized_at=NOW + 5,
    )
    turn = TurnRecord(7, 1, NOW, 1, lines(1, ["a", "b"]), "{}", "m1")
    assert await store.save(Change(full, turn, dict(full.data), b"\x00hash"))
    loaded = await store.load(full.uuid, "m1")
    assert loaded is not None
    assert loaded.interaction == full
    assert loaded.token_hash == b"\x00hash"
    assert loaded.repeated == turn


async def test_a_stale_turn_changes_nothing(store: Store) -> None:
    change = started(1, "Hello")
    await save_all(store, change)
    good = following(change.interaction, "good", data={"a": "1"})
    await save_all(store, good)
    stale = following(change.interaction, "stale", message_id="m1", data={"a": "2"}, owes=call("t", change.interaction))
    assert not await store.save(stale)
    loaded = await store.load(uuid_of(1), "m1")
    assert loaded is not None
    assert loaded.interaction == good.interaction
    assert loaded.repeated is None
    assert await store.turns(1) == [change.turn, good.turn]
    assert await store.owed(NOW + 1, "p2", 10) == []
    assert len((await store.page(Query(data=(("a", "1"),)))).interactions) == 1


async def test_a_turn_too_far_ahead_changes_nothing(store: Store) -> None:
    change = started(1, "Hello")
    await save_all(store, change)
    second = following(change.interaction, "2")
    assert not await store.save(following(second.interaction, "3"))
    assert await store.turns(1) == [change.turn]


async def test_a_turn_of_an_unknown_interaction_changes_nothing(store: Store) -> None:
    assert not await store.save(following(started(1).interaction, "lost"))
    assert await store.load(uuid_of(1)) is None
    assert await store.turns(1) == []


async def test_an_interaction_starts_once(store: Store) -> None:
    await save_all(store, started(1, "first"))
    assert not await store.save(started(1, "second"))
    assert [turn.entries for turn in await store.turns(1)] == [lines(1, ["first"])]


async def test_of_two_saves_of_one_turn_exactly_one_wins(store: Store) -> None:
    change = started(1, "Hello")
    await save_all(store, change)
    rivals = [following(change.interaction, f"rival {n}", message_id=f"m{n}") for n in range(8)]
    outcomes = await asyncio.gather(*(store.save(rival) for rival in rivals))
    assert sorted(outcomes) == [False] * 7 + [True]
    winner = rivals[outcomes.index(True)]
    loaded = await store.load(uuid_of(1))
    assert loaded is not None
    assert loaded.interaction == winner.interaction
    assert (await store.turns(1))[1:] == [winner.turn]


async def test_a_new_interaction_needs_its_token(store: Store) -> None:
    with pytest.raises(ValueError, match="token"):
        await store.save(msgspec.structs.replace(started(1), token_hash=None))
    assert await store.load(uuid_of(1)) is None


async def test_a_message_id_is_stored_once_in_an_interaction(store: Store) -> None:
    one, other = started(1), started(2)
    await save_all(store, one, other)
    second = following(one.interaction, "a", message_id="m1")
    await save_all(store, second, following(other.interaction, "a", message_id="m1"))
    third = following(second.interaction, "b", message_id="m1", data={"a": "1"})
    with pytest.raises(Duplicate):
        await store.save(third)
    loaded = await store.load(uuid_of(1), "m1")
    assert loaded is not None
    assert loaded.interaction == second.interaction
    assert loaded.repeated == second.turn
    assert (await store.page(Query(data=(("a", "1"),)))).interactions == ()


async def test_a_uuid_is_stored_once(store: Store) -> None:
    await save_all(store, started(1))
    double = started(2)
    with pytest.raises(Duplicate):
        await store.save(
            msgspec.structs.replace(double, interaction=msgspec.structs.replace(double.interaction, uuid=uuid_of(1)))
        )
    assert await store.load_by_id(2) is None


async def test_sixty_four_interactions_are_saved_at_once(store: Store) -> None:
    changes = [started(n, f"Hello {n}") for n in range(1, 65)]
    assert await asyncio.gather(*(store.save(change) for change in changes)) == [True] * 64
    for change in changes:
        loaded = await store.load_by_id(change.interaction.id)
        assert loaded is not None
        assert loaded.interaction == change.interaction


async def test_a_save_that_fails_hurts_only_itself(store: Store) -> None:
    before = started(1)
    await save_all(store, before)
    used = following(before.interaction, "used", message_id="m1")
    await save_all(store, used)
    broken = following(used.interaction, "again", message_id="m1")
    unknown = following(started(99).interaction, "lost")
    changes = [started(2), broken, started(3), unknown, started(4)]
    outcomes = await asyncio.gather(*(store.save(change) for change in changes), return_exceptions=True)
    assert isinstance(outcomes[1], Duplicate)
    assert [outcomes[n] for n in (0, 2, 3, 4)] == [True, True, False, True]
    for number in (2, 3, 4):
        assert await store.load_by_id(number) is not None
    assert await store.turns(1) == [before.turn, used.turn]


async def test_a_caller_who_leaves_hurts_nobody(store: Store) -> None:
    leaving = asyncio.ensure_future(store.save(started(1)))
    staying = asyncio.ensure_future(store.save(started(2)))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying
    assert await store.save(started(3))


async def test_turns_are_given_from_an_entry_on(store: Store) -> None:
    first = started(1, "1", "2", "3")
    silent = following(first.interaction)
    third = following(silent.interaction, "4", "5")
    fourth = following(third.interaction, "6")
    await save_all(store, first, silent, third, fourth)
    everything = [first.turn, silent.turn, third.turn, fourth.turn]
    assert await store.turns(1) == everything
    assert await store.turns(1, 0) == everything
    assert await store.turns(1, 2) == [first.turn, third.turn, fourth.turn]
    assert await store.turns(1, 3) == [third.turn, fourth.turn]
    assert await store.turns(1, 4) == [third.turn, fourth.turn]
    assert await store.turns(1, 5) == [fourth.turn]
    assert await store.turns(1, 6) == []
    assert await store.turns(1, 999) == []
    assert await store.turns(1, limit=2) == everything[:2]
    assert await store.turns(1, 3, limit=1) == [third.turn]
    assert await store.latest_turns(1, 2) == [fourth.turn, third.turn]
    assert await store.latest_turns(1, 99) == everything[::-1]


async def test_a_long_transcript_is_given_whole(store: Store) -> None:
    change = started(1, "start")
    changes = [change]
    for number in range(2, 251):
        changes.append(following(changes[-1].interaction, f"message {number}"))
    await save_all(store, *changes)
    everything = [change.turn for change in changes]
    assert await store.turns(1) == everything
    assert await store.turns(1, limit=150) == everything[:150]
    assert await store.turns(1, limit=100) == everything[:100]
    assert await store.turns(1, 20) == everything[20:]
    assert await store.turns(1, 20, limit=120) == everything[20:140]
    assert await store.turns(1, 240) == everything[240:]
    assert await store.latest_turns(1, 240) == everything[:-241:-1]


async def test_what_is_due_is_named_earliest_first(store: Store) -> None:
    await save_all(
        store,
        started(1, idle_at=NOW + 300),
        started(2, idle_at=NOW + 100),
        started(3),
        started(4, idle_at=NOW + 200, finalize_at=NOW + 150),
        started(5, idle_at=NOW + 900),
    )
    assert await store.due(NOW + 99, 10) == []
    assert await store.due(NOW + 100, 10) == [uuid_of(2)]
    assert await store.due(NOW + 300, 10) == [uuid_of(2), uuid_of(4), uuid_of(1)]
    assert await store.due(NOW + 300, 2) == [uuid_of(2), uuid_of(4)]


async def test_postponing_holds_while_the_turn_stands(store: Store) -> None:
    change = started(1, idle_at=NOW + 100)
    await save_all(store, change)
    await store.postpone(1, 1, NOW + 500)
    assert await store.due(NOW + 499, 10) == []
    assert await store.due(NOW + 500, 10) == [uuid_of(1)]
    await store.postpone(1, 7, NOW + 900)
    assert await store.due(NOW + 500, 10) == [uuid_of(1)]
    await store.postpone(1, 1, None)
    assert await store.due(NOW + 9_999, 10) == []
    await store.postpone(99, 1, NOW)
    assert await store.due(NOW + 9_999, 10) == []


async def test_an_ended_interaction_without_a_deadline_is_never_due(store: Store) -> None:
    change = started(1, idle_at=NOW + 100)
    await save_all(store, change, following(change.interaction, idle_at=None, ended_at=NOW + 50, ended_by="bot"))
    assert await store.due(NOW + 9_999, 10) == []


_deadlines = st.lists(st.one_of(st.none(), st.integers(NOW, NOW + 50)), min_size=1, max_size=12)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(times=_deadlines, asking=st.lists(st.booleans(), min_size=12, max_size=12))
def test_no_deadline_is_missed(kind: str, times: list[int | None], asking: list[bool]) -> None:
    """An interaction may be named too early, never too late."""

    async def law() -> None:
        async with opened(kind) as store:
            change = started(1, idle_at=times[0])
            await save_all(store, change)
            for at, asks in zip(times, asking, strict=False):
                awaiting = Fulfillment("t") if asks else Reply("t")
                change = following(change.interaction, idle_at=at, awaiting=awaiting)
                await save_all(store, change)
                due_at = change.interaction.due_at
                if due_at is not None:
                    assert await store.due(due_at, 10) == [uuid_of(1)]
                    assert await store.due(NOW - 1, 10) == []

    asyncio.run(law())


# Surrogates cannot be written in UTF-8 and U+0000 not in PostgreSQL: both are refused long before a store (contract §2).
_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(name=_text.filter(bool), value=_text, said=_text, message_id=_text.filter(bool), bot=_text.filter(bool))
def test_text_of_every_kind_comes_back_as_it_was(
    kind: str, name: str, value: str, said: str, message_id: str, bot: str
) -> None:
    async def law() -> None:
        async with opened(kind) as store:
            change = started(1, said, data={name: value}, bot=bot)
            second = following(change.interaction, said, message_id=message_id)
            await save_all(store, change, second)
            loaded = await store.load(uuid_of(1), message_id)
            assert loaded is not None
            assert loaded.interaction == second.interaction
            assert loaded.repeated == second.turn
            assert await store.turns(1) == [change.turn, second.turn]
            page = await store.page(Query(bot=bot, data=((name, value),)))
            assert page.interactions == (second.interaction,)

    asyncio.run(law())


async def test_what_no_store_can_hold_is_not_found(store: Store) -> None:
    """A text with U+0000, as it may stand in the path of a request."""
    await save_all(store, started(1, data={"a": "1"}))
    odd = "a\0b"
    both = await asyncio.gather(store.load(odd, odd), store.load(uuid_of(1), odd))
    assert both[0] is None
    assert both[1] is not None
    assert both[1].repeated is None
    assert await store.version(odd) is None
    assert await store.version(odd, 1) is None
    assert await store.versions(odd) == []
    assert await store.version_files(odd, 1) == []
    assert await store.file(odd) is None
    assert await store.running(odd) == {}
    assert await store.moved({odd: 0}) == []
    for query in (
        Query(bot=odd),
        Query(data=((odd, "1"),)),
        Query(data=(("a", odd),), ended_from=NOW),
        Query(text=odd),
    ):
        assert (await store.page(query)).interactions == ()


async def test_what_is_due_is_shared_out_whole(store: Store) -> None:
    await save_all(store, *(started(number, idle_at=NOW + number) for number in range(1, 11)))
    shares = [await store.due(NOW + 99, 10, (part, 3)) for part in range(3)]
    assert shares[1] == [uuid_of(number) for number in (1, 4, 7, 10)]
    assert sorted(uuid for share in shares for uuid in share) == [uuid_of(number) for number in range(1, 11)]
    assert await store.due(NOW + 99, 2, (0, 3)) == [uuid_of(3), uuid_of(6)]


async def test_what_has_moved_on_is_named(store: Store) -> None:
    first, second = started(1), started(2)
    await save_all(store, first, second, following(first.interaction, "more"))
    assert await store.moved({uuid_of(1): 1, uuid_of(2): 1, uuid_of(3): 0}) == [uuid_of(1)]
    assert await store.moved({uuid_of(1): 2, uuid_of(2): 0}) == [uuid_of(2)]
    assert await store.moved({}) == []

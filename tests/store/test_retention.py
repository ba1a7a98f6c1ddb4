"""Retention on every store: what is due loses its content, and nothing else does."""

import sqlite3
from pathlib import Path

import msgspec

from branchline.interaction.cleaning import cleaned
from branchline.service.retention import DAY_MS, Retention
from branchline.store.port import Query, Store
from branchline.store.sqlite.store import SqliteStore
from store.samples import NOW, save_all, started

OVER = NOW + 100 * DAY_MS
"""When the interactions of these tests ended."""


async def publish(store: Store, bot: str, retention: str | None) -> None:
    definition = msgspec.json.encode({"branchline": 1, "bot": bot, "retention": retention})
    await store.publish(bot, definition, b"", NOW, "", [])


async def finalized(store: Store, number: int, bot: str, ended_at: int = OVER) -> None:
    fields = {"ended_at": ended_at, "ended_by": "bot", "finalized_at": ended_at + 1}
    await save_all(store, started(number, "hello", data={"name": "Mira"}, bot=bot, **fields))


async def cleaned_ones(store: Store) -> set[int]:
    page = await store.page(Query(size=1_000))
    return {one.id for one in page.interactions if one.cleaned_at is not None}


async def clean(store: Store, now: int, most_days: int = 0) -> set[int]:
    await Retention(store, lambda: now, most_days).once()
    return await cleaned_ones(store)


async def test_content_is_kept_as_long_as_the_bot_says_and_no_longer(store: Store) -> None:
    await publish(store, "short", "10 d")
    await publish(store, "long", "90 d")
    await publish(store, "forever", None)
    for number, bot in enumerate(("short", "long", "forever"), 1):
        await finalized(store, number, bot)
    assert await clean(store, OVER + 10 * DAY_MS) == set()
    assert await clean(store, OVER + 10 * DAY_MS + 1) == {1}
    assert await clean(store, OVER + 90 * DAY_MS + 1) == {1, 2}
    assert await clean(store, OVER + 900 * DAY_MS) == {1, 2}


async def test_the_newest_version_counts_for_all_interactions_of_a_bot(store: Store) -> None:
    await publish(store, "bot", None)
    await finalized(store, 1, "bot")
    assert await clean(store, OVER + 900 * DAY_MS) == set()
    await publish(store, "bot", "30 d")
    assert await clean(store, OVER + 900 * DAY_MS) == {1}


async def test_the_host_sets_an_upper_bound_for_every_bot(store: Store) -> None:
    await publish(store, "long", "90 d")
    await publish(store, "short", "10 d")
    await publish(store, "forever", None)
    for number, bot in enumerate(("long", "short", "forever"), 1):
        await finalized(store, number, bot)
    assert await clean(store, OVER + 30 * DAY_MS + 1, most_days=30) == {1, 2, 3}


async def test_what_is_not_finalized_is_left(store: Store) -> None:
    await publish(store, "bot", "1 d")
    await save_all(store, started(1, "hello", bot="bot"), started(2, "hello", bot="bot", ended_at=OVER, ended_by="bot"))
    assert await clean(store, OVER + 900 * DAY_MS) == set()


async def test_many_are_cleaned_in_one_go_and_a_second_one_finds_nothing(store: Store) -> None:
    await publish(store, "bot", "1 d")
    for number in range(1, 46):
        await finalized(store, number, "bot", OVER + number)
    retention = Retention(store, lambda: OVER + 2 * DAY_MS)
    assert await retention.once() == 45
    assert await retention.once() == 0
    loaded = await store.load_by_id(7)
    assert loaded is not None
    assert loaded.interaction.data == {}
    assert loaded.interaction == cleaned(msgspec.structs.replace(loaded.interaction, turn=1), OVER + 2 * DAY_MS)


async def test_a_bot_is_overdue_when_content_stays_a_day_too_long(store: Store) -> None:
    await publish(store, "bot", "1 d")
    await publish(store, "forever", None)
    await finalized(store, 1, "bot")
    await finalized(store, 2, "forever")
    assert await Retention(store, lambda: OVER + 2 * DAY_MS).overdue() == []
    late = Retention(store, lambda: OVER + 2 * DAY_MS + 1)
    assert await late.overdue() == ["bot"]
    await late.once()
    assert await late.overdue() == []


async def test_what_cannot_be_cleaned_holds_up_no_other(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "branchline.db")
    await store.open()
    await publish(store, "bot", "1 d")
    for number in range(1, 26):
        await finalized(store, number, "bot", OVER + number)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("update interaction set state = x'00' where id = 3")
    other.close()
    assert await Retention(store, lambda: OVER + 2 * DAY_MS).once() == 24
    assert await store.uncleaned("bot", OVER + DAY_MS, 30) == [3]
    await store.close()

"""What every store promises about pages: held against a naive model."""

import asyncio
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from branchline.interaction.record import Interaction, quick_ref
from branchline.store.port import BadCursor, Change, Query, Store
from store.samples import KINDS, NOW, following, opened, save_all, started

WORDS = ("apple", "plum", "pear")
BOTS = ("order-desk", "returns")


class Seed(Struct, frozen=True):
    """An interaction to store: how it began, what it says, and how far it has come."""

    bot: str
    created: int
    said: tuple[tuple[str, ...], ...]
    data: dict[str, str]
    later_data: dict[str, str | None]
    ended: int | None
    finalized: bool


def changes(number: int, seed: Seed) -> list[Change]:
    texts = [" ".join(message) for message in seed.said]
    made = [started(number, *texts[:1], bot=seed.bot, created_at=NOW + seed.created, data=seed.data)]
    made.append(following(made[-1].interaction, *texts[1:], data=seed.later_data))
    if seed.ended is not None:
        made.append(following(made[-1].interaction, ended_at=NOW + seed.ended, ended_by="bot"))
        if seed.finalized:
            made.append(following(made[-1].interaction, finalized_at=NOW + seed.ended + 5))
    return made


def expected(stored: dict[int, tuple[Seed, Interaction]], query: Query) -> list[int]:
    """The ids that a query finds, worked out in the plainest way."""
    found = []
    for number, (seed, interaction) in stored.items():
        data = {name: value for name, value in (seed.data | seed.later_data).items() if value is not None}
        over = seed.ended is not None
        status = "finalized" if over and seed.finalized else "ended" if over else "active"
        created, ended = NOW + seed.created, None if seed.ended is None else NOW + seed.ended
        by_end = query.ended_from is not None or query.ended_to is not None
        if (
            (query.bot in {None, seed.bot})
            and (query.status in {None, status})
            and (query.created_from is None or created >= query.created_from)
            and (query.created_to is None or created < query.created_to)
            and (not by_end or ended is not None)
            and (query.ended_from is None or (ended is not None and ended >= query.ended_from))
            and (query.ended_to is None or (ended is not None and ended < query.ended_to))
            and (query.quick_ref is None or quick_ref(number) == query.quick_ref)
            and all(data.get(name) == value for name, value in query.data)
            and (query.text is None or any(set(query.text.split()) <= set(message) for message in seed.said))
        ):
            found.append(((ended if by_end else created), number, interaction.id))
    return [its for *_, its in sorted(found, reverse=True)]


_value = st.sampled_from(("1", "2"))
_data = st.dictionaries(st.sampled_from(("a", "b")), _value, max_size=2)
_seeds = st.lists(
    st.builds(
        Seed,
        bot=st.sampled_from(BOTS),
        created=st.integers(0, 9),
        said=st.lists(st.lists(st.sampled_from(WORDS), max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
        data=_data,
        later_data=st.dictionaries(st.sampled_from(("a", "b")), st.none() | _value, max_size=2),
        ended=st.none() | st.integers(10, 19),
        finalized=st.booleans(),
    ),
    max_size=25,
)
_created, _ended = st.integers(NOW - 1, NOW + 11), st.integers(NOW + 9, NOW + 21)
FILTERS: dict[str, Any] = {
    "bot": st.sampled_from((*BOTS, "unknown")),
    "status": st.sampled_from(("active", "ended", "finalized")),
    "created_from": _created,
    "created_to": _created,
    "ended_from": _ended,
    "ended_to": _ended,
    "quick_ref": st.integers(1, 26).map(quick_ref),
    "data": st.lists(st.tuples(st.sampled_from(("a", "b")), _value), min_size=1, max_size=2).map(tuple),
    "text": st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join),
}


async def follow(store: Store, query: Query) -> list[int]:
    """Read every page towards older, then every page back, and hold both against each other."""
    found: list[int] = []
    page = await store.page(query)
    assert page.before is None
    while True:
        assert len(page.interactions) <= query.size
        found += [interaction.id for interaction in page.interactions]
        assert len(set(found)) == len(found)
        if page.after is None:
            break
        assert len(page.interactions) == query.size
        page = await store.page(_at(query, after=page.after))
        assert page.interactions
        assert page.before is not None
    back = [interaction.id for interaction in page.interactions]
    while page.before is not None:
        page = await store.page(_at(query, before=page.before))
        assert 0 < len(page.interactions) <= query.size
        assert page.after is not None
        back = [interaction.id for interaction in page.interactions] + back
        assert len(set(back)) == len(back)
    assert back == found
    return found


def _at(query: Query, **cursor: str) -> Query:
    fields = {name: getattr(query, name) for name in query.__struct_fields__}
    return Query(**{**fields, **cursor})


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(seeds=_seeds, data=st.data())
def test_every_filter_alone_and_in_pairs_finds_what_a_plain_search_finds(
    kind: str, seeds: list[Seed], data: st.DataObject
) -> None:
    async def law() -> None:
        async with opened(kind) as store:
            stored = {}
            for number, seed in enumerate(seeds, 1):
                made = changes(number, seed)
                await save_all(store, *made)
                stored[number] = (seed, made[-1].interaction)
            for names in (*((name,) for name in FILTERS), *itertools.combinations(FILTERS, 2), ()):
                query = Query(
                    size=data.draw(st.integers(1, 6)), **{name: data.draw(FILTERS[name], name) for name in names}
                )
                assert await follow(store, query) == expected(stored, query), query

    asyncio.run(law())


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(seeds=_seeds, query=st.fixed_dictionaries({"size": st.integers(1, 4)}, optional=FILTERS))
def test_many_filters_at_once_find_what_a_plain_search_finds(
    kind: str, seeds: list[Seed], query: dict[str, Any]
) -> None:
    async def law() -> None:
        async with opened(kind) as store:
            stored = {}
            for number, seed in enumerate(seeds, 1):
                made = changes(number, seed)
                await save_all(store, *made)
                stored[number] = (seed, made[-1].interaction)
            assert await follow(store, Query(**query)) == expected(stored, Query(**query))

    asyncio.run(law())


async def test_the_newest_come_first_and_a_page_shows_25(store: Store) -> None:
    await save_all(store, *(started(number) for number in range(1, 31)))
    page = await store.page(Query())
    assert [interaction.id for interaction in page.interactions] == list(range(30, 5, -1))
    assert page.before is None
    assert page.after is not None
    rest = await store.page(Query(after=page.after))
    assert [interaction.id for interaction in rest.interactions] == list(range(5, 0, -1))
    assert rest.after is None
    assert rest.before is not None


async def test_an_empty_store_gives_an_empty_page(store: Store) -> None:
    for query in (Query(), Query(text="apple"), Query(ended_from=NOW), Query(bot="x", data=(("a", "1"),))):
        page = await store.page(query)
        assert (page.interactions, page.after, page.before) == ((), None, None)


async def test_a_page_shows_interactions_as_they_are_now(store: Store) -> None:
    change = started(1, data={"a": "1"})
    second = following(change.interaction, data={"a": None, "b": "2"})
    await save_all(store, change, second)
    assert (await store.page(Query())).interactions == (second.interaction,)
    assert (await store.page(Query(data=(("a", "1"),)))).interactions == ()


async def test_a_cursor_stands_still_while_interactions_come(store: Store) -> None:
    await save_all(store, *(started(number) for number in range(1, 11)))
    first = await store.page(Query(size=4))
    await save_all(store, *(started(number) for number in range(11, 15)))
    second = await store.page(Query(size=4, after=first.after))
    assert [interaction.id for interaction in second.interactions] == [6, 5, 4, 3]
    back = await store.page(Query(size=4, before=second.before))
    assert [interaction.id for interaction in back.interactions] == [10, 9, 8, 7]
    newest = await store.page(Query(size=4, before=back.before))
    assert [interaction.id for interaction in newest.interactions] == [14, 13, 12, 11]
    assert newest.before is None


async def test_a_cursor_survives_that_what_it_stood_on_no_longer_fits(store: Store) -> None:
    made = [started(number) for number in range(1, 8)]
    await save_all(store, *made)
    first = await store.page(Query(size=3, status="active"))
    await save_all(store, following(made[4].interaction, ended_at=NOW + 99, ended_by="visitor"))
    second = await store.page(Query(size=3, status="active", after=first.after))
    assert [interaction.id for interaction in second.interactions] == [4, 3, 2]
    back = await store.page(Query(size=3, status="active", before=second.before))
    assert [interaction.id for interaction in back.interactions] == [7, 6]


async def test_a_page_behind_the_last_one_leads_back(store: Store) -> None:
    made = [started(number) for number in (1, 2, 3)]
    await save_all(store, *made)
    first = await store.page(Query(size=2, status="active"))
    await save_all(store, following(made[0].interaction, ended_at=NOW + 99, ended_by="visitor"))
    empty = await store.page(Query(size=2, status="active", after=first.after))
    assert empty.interactions == ()
    assert empty.after is None
    back = await store.page(Query(size=2, status="active", before=empty.before))
    assert [interaction.id for interaction in back.interactions] == [3, 2]


@pytest.mark.parametrize("cursor", ["", "x", "YzE", "!!!!", "é", "a" * 5_000, "YzEuMgo", "MS4y", "ZTEuMg"])
async def test_a_cursor_that_no_page_gave_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await store.page(Query(after=cursor))
    with pytest.raises(BadCursor):
        await store.page(Query(before=cursor))


async def test_a_cursor_of_another_order_is_refused(store: Store) -> None:
    change = started(1, ended_at=NOW + 2, ended_by="bot")
    await save_all(store, change, started(2, ended_at=NOW + 3, ended_by="bot"))
    page = await store.page(Query(size=1, ended_from=NOW))
    with pytest.raises(BadCursor):
        await store.page(Query(size=1, after=page.after))
    with pytest.raises(BadCursor):
        await store.page(Query(size=1, ended_from=NOW, after=page.after, before=page.after))


async def test_sizes_stay_between_one_and_a_thousand(store: Store) -> None:
    await asyncio.gather(*(store.save(started(number)) for number in range(1, 1_003)))
    assert len((await store.page(Query(size=0))).interactions) == 1
    assert len((await store.page(Query(size=-5))).interactions) == 1
    assert len((await store.page(Query(size=10**9))).interactions) == 1_000


async def test_times_beyond_reason_are_no_fault(store: Store) -> None:
    await save_all(store, started(1, "apple", data={"a": "1"}))
    far = 10**40
    assert len((await store.page(Query(created_from=-far, created_to=far, text="apple"))).interactions) == 1
    assert len((await store.page(Query(created_from=-far, created_to=far, data=(("a", "1"),)))).interactions) == 1
    assert (await store.page(Query(created_from=far))).interactions == ()
    assert (await store.page(Query(created_to=-far, text="apple"))).interactions == ()
    assert (await store.page(Query(ended_from=-far))).interactions == ()


@pytest.mark.parametrize(
    ("said", "asked", "found"),
    [
        ("Your order is ON its way", "order on", True),
        ("Your order is on its way", "on order", True),
        ("Your order", "orders", False),
        ("Your orders", "order", False),
        ("Your orders", "ord*", True),
        ("café crème", "CAFE creme", True),
        ("Straße", "STRASSE", True),
        ("e-mail to ada@example.com", "ada@example.com", True),
        ("ada at example and com", "ada@example.com", False),
        ("e-mail", "e-mail", True),
        ("mail e", "e-mail", False),
        ("order_number 1042", "number", True),
        ("您的订单已发货", "订单", True),
        ("您的订单已发货", "单订", False),
        ("你好", "你", True),
        ("주문이 배송되었습니다", "주문이", True),
        ("Ваш заказ отправлен", "ЗАКАЗ", True),
        ("Ἀθῆναι", "αθηναι", True),
        ("नमस्ते दुनिया", "दुनिया", True),
        ("ﬁne １２３", "fine 123", True),
        ("thumbs 👍 up", "thumbs up", True),
        ('he said "AND" NOT near', '"and" not', True),
        ("words: x", "words:x", True),
        ("a b", "a*b", True),
        ("nul", "*", False),
        ("nul", "", False),
        ("nul", "--- ' \" ( ) ^ {", False),
        ("nul", "\0", False),
        ("one", "two one", False),
    ],
)
async def test_words_are_found(store: Store, said: str, asked: str, found: bool) -> None:
    await save_all(store, started(1, "first message", said))
    assert bool((await store.page(Query(text=asked))).interactions) is found


async def test_words_of_two_messages_are_not_one_message(store: Store) -> None:
    change = started(1, "apple", "plum")
    await save_all(store, change, following(change.interaction, "pear"))
    assert (await store.page(Query(text="apple plum"))).interactions == ()
    assert (await store.page(Query(text="plum pear"))).interactions == ()


async def test_only_what_messages_say_is_found(store: Store) -> None:
    await save_all(store, started(1, "hello", data={"secretname": "secretvalue"}, locale="de"))
    for asked in ("secretname", "secretvalue", "bot", "sender", "number", "kind"):
        assert (await store.page(Query(text=asked))).interactions == ()


async def test_a_search_of_many_words_is_answered(store: Store) -> None:
    said = " ".join(f"w{number}" for number in range(600))
    await save_all(store, started(1, said))
    assert len((await store.page(Query(text=said))).interactions) == 1
    assert (await store.page(Query(text=said + " more"))).interactions == ()


async def test_a_search_never_misses_an_acknowledged_message(store: Store) -> None:
    for number in range(1, 11):
        await save_all(store, started(number, f"needle{number} common"))
        assert len((await store.page(Query(text=f"needle{number}"))).interactions) == 1
    assert len((await store.page(Query(text="common"))).interactions) == 10


async def test_a_search_reads_past_a_backlog(store: Store) -> None:
    await asyncio.gather(*(store.save(started(number, "common", f"n{number}")) for number in range(1, 501)))
    assert [interaction.id for interaction in (await store.page(Query(text="n3"))).interactions] == [3]
    assert await follow(store, Query(size=100, text="common")) == list(range(500, 0, -1))


async def test_messages_of_one_interaction_count_once(store: Store) -> None:
    change = started(1, *["again"] * 40)
    await save_all(store, change, started(2, "again"))
    assert await follow(store, Query(size=1, text="again")) == [2, 1]

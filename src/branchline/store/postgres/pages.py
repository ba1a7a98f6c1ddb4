"""Pages of interactions. Every filter is a list of keys in the order of the page, read from a place on, as in the
SQLite store:

    bot, status, both, none   an index of `interaction` each
    data                      interaction_data_value
    text                      the messages that have its words: search_word
    created from, to          where the lists begin and end
    quick reference           computed: at most one interaction in a million has it

Several filters are intersected by jumping: each list in turn says its first key from the others' furthest one on. So
a page costs what it shows and the jumps, not what is stored.

Ordered by the end, `bot` and the end have indexes; status, creation, data and text are asked of each interaction on
the way, unless data or text name so few interactions that these are looked at instead.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from branchline.interaction.record import ids_of_quick_ref
from branchline.store.cursor import OLDEST, Key, by_end, paginate_from, span
from branchline.store.keys import Place, along, between, beyond, created, entering, following, suits
from branchline.store.port import Page, Query
from branchline.store.postgres.connect import Connection, findable
from branchline.store.postgres.queries import SQL
from branchline.store.postgres.search import LAST, WORD_LIMIT, says
from branchline.store.postgres.turns import decode
from branchline.store.words import Needle, needles

FEW = 1_000
"""Up to so many interactions named by data or text are looked at one by one for a page ordered by the end."""
LISTS_LIMIT = 24
"""The most words of a search that are jumped between; the others are looked up in the messages that these find."""
_CHUNK = 100

ReadKeys = Callable[[Any, bool, int], Awaitable[list[Any]]]
"""(start, newer, count) -> at least `count` keys from `start` on, or all that are left; sometimes a few more."""
_LOWEST, _HIGHEST = -(2**62), 2**62


async def page(db: Connection, query: Query) -> Page:
    """Read a page in one snapshot. The search index must be up to date when `query.text` is given. Raises BadCursor."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        keys, after, before = await paginate_from(query, await _fetch(db, query))
        states = {row[0]: row[1] for row in await db.fetch(SQL["states"], [key[1] for key in keys])}
    return Page(tuple(decode(states[key[1]]) for key in keys), after, before)


async def _nothing(_start: Place, _newer: bool, _count: int) -> list[Any]:
    return []


async def _fetch(db: Connection, query: Query) -> ReadKeys:
    lists = [_listed(db, "keys_data", name, value) for name, value in query.data]
    wanted = [] if query.text is None else needles(query.text)
    if query.text is not None:
        if not wanted:
            return _nothing
        lists.append(_said(db, wanted))
    first, last = span(query)
    if first > last:
        return _nothing
    few = await _few(db, query, lists)
    if few is not None:
        read = await _chosen(db, query, wanted, few, first, last)
    elif by_end(query):
        read = _ended(db, query, wanted)
    else:
        if not lists or query.bot is not None or query.status is not None:
            lists.insert(0, _created(db, query))
        read = lists[0] if len(lists) == 1 else _common(lists, first, last)

    async def within(start: Key, newer: bool, count: int) -> list[Key]:
        found = await read(entering(start, newer, first, last), newer, count)
        return between(found[:count], newer, first, last)

    return within


def _created(db: Connection, query: Query) -> ReadKeys:
    name, its = created(query)
    return _listed(db, name, *its)


def _listed(db: Connection, name: str, *its: str | int) -> ReadKeys:
    older, newer_sql = SQL[name + "_older"], SQL[name + "_newer"]
    its = tuple(map(findable, its))

    async def read(start: Place, newer: bool, count: int) -> list[Place]:
        place = [min(max(part, _LOWEST), _HIGHEST) for part in start]
        return [tuple(row) for row in await db.fetch(newer_sql if newer else older, *place, count, *its)]

    return read


def _said(db: Connection, wanted: list[Needle]) -> ReadKeys:
    """The interactions with a message that has the words."""
    lists = _word_lists(db, wanted)

    async def read(start: Key, newer: bool, count: int) -> list[Key]:
        keys: list[Key] = []
        place: Place = (*start, 0 if newer else _HIGHEST)
        while len(keys) < count:
            some = [
                key async for key in _first(_meet([_Walk(one, newer) for one in lists], place, newer, None), _CHUNK)
            ]
            for key in await _that_say(db, some, wanted):
                if not keys or keys[-1] != key[:2]:
                    keys.append((key[0], key[1]))
            if len(some) < _CHUNK:
                break
            place = beyond(some[-1], newer)
            if keys and some[-1][:2] == keys[-1]:  # the rest of this interaction's messages adds nothing
                place = (*keys[-1], _HIGHEST if newer else 0)
        return keys

    return read


def _word_lists(db: Connection, wanted: list[Needle]) -> list[ReadKeys]:
    whole = {word[:WORD_LIMIT] for needle in wanted for word in needle.words[: -1 if needle.prefix else None]}
    beginnings = {needle.words[-1][:WORD_LIMIT] for needle in wanted if needle.prefix}
    longest = sorted(whole, key=lambda word: (-len(word), word))[:LISTS_LIMIT]
    lists = [_listed(db, "word", word) for word in longest]
    if not lists or len(lists) + len(beginnings) <= LISTS_LIMIT:
        some = sorted(beginnings, key=lambda word: (-len(word), word))[:LISTS_LIMIT]
        lists += [_listed(db, "beginning", beginning, beginning + LAST) for beginning in some]
    return lists


async def _that_say(db: Connection, found: Sequence[Place], wanted: list[Needle]) -> list[Place]:
    """Give the messages that really hold every needle: phrases, and what the index does not hold of long words."""
    rows = await db.fetch(SQL["messages"], [key[1] for key in found], [key[2] for key in found])
    said = {(its, number): words for its, number, words in rows}
    return [key for key in found if says(said[key[1], key[2]], wanted)]


class _Walk:
    """One list on the way in one direction."""

    def __init__(self, read: ReadKeys, newer: bool) -> None:
        self._read = read
        self._newer = newer
        self._keys: list[Place] = []
        self._ended = False

    async def seek(self, start: Place) -> Place | None:
        """Give the first key from `start` on, which never goes back."""
        place = along(self._keys, start, self._newer)
        if place == len(self._keys):
            if self._ended:
                return None
            self._keys = await self._read(start, self._newer, _CHUNK)
            self._ended = len(self._keys) < _CHUNK
            place = 0
        return self._keys[place] if self._keys else None


def _common(lists: Sequence[ReadKeys], first: int, last: int) -> ReadKeys:
    """The keys that stand in every list, between two times."""

    async def read(start: Key, newer: bool, count: int) -> list[Key]:
        meeting = _meet([_Walk(read, newer) for read in lists], start, newer, last if newer else first)
        return [(key[0], key[1]) async for key in _first(meeting, count)]

    return read


async def _first(keys: AsyncIterator[Place], count: int) -> AsyncIterator[Place]:
    left = count
    async for key in keys:
        yield key
        left -= 1
        if not left:
            return


async def _meet(walks: Sequence[_Walk], start: Place, newer: bool, end: int | None) -> AsyncIterator[Place]:
    """The keys that stand in every list, from `start` on, up to the time `end`."""
    agreed = 0
    while True:
        for walk in walks:
            key = await walk.seek(start)
            if key is None or (end is not None and (key[0] > end if newer else key[0] < end)):
                return
            agreed = agreed + 1 if key == start else 1
            start = key
            if agreed >= len(walks):
                yield key
                agreed = 0
                start = beyond(key, newer)


async def _few(db: Connection, query: Query, lists: Sequence[ReadKeys]) -> list[int] | None:
    """Give the ids of the only interactions that can be meant, when something names a few; else None."""
    if query.quick_ref is not None:
        return ids_of_quick_ref(query.quick_ref, await db.fetchval(SQL["highest_id"]))
    if by_end(query):
        for read in lists:
            keys = await read(OLDEST, True, FEW + 1)
            if len(keys) <= FEW:
                return [key[1] for key in keys]
    return None


async def _chosen(
    db: Connection, query: Query, wanted: list[Needle], ids: Sequence[int], first: int, last: int
) -> ReadKeys:
    """Those of a few interactions that fit, in the order of the page."""
    found = []
    for row in await db.fetch(SQL["candidates"], list(ids)):
        at = row[4 if by_end(query) else 3]
        if at is not None and first <= at <= last and await _fits(db, query, wanted, row):
            found.append((at, row[0]))
    found.sort()

    async def read(start: Key, newer: bool, count: int) -> list[Key]:
        return following(found, start, newer, count)

    return read


def _ended(db: Connection, query: Query, wanted: list[Needle]) -> ReadKeys:
    """The interactions that ended and fit, in the order of their ends."""
    listed = _listed(db, "keys_ended") if query.bot is None else _listed(db, "keys_bot_ended", query.bot)
    if query.status is None and query.created_from is None and query.created_to is None:
        if not query.data and query.text is None:
            return listed
    elif query.status == "active":
        return _nothing
    first, last = span(query)

    async def read(start: Key, newer: bool, count: int) -> list[Key]:
        keys: list[Key] = []
        while len(keys) < count:
            some = [key for key in await listed(start, newer, _CHUNK) if first <= key[0] <= last]
            rows = {row[0]: row for row in await db.fetch(SQL["candidates"], [key[1] for key in some])}
            keys += [key for key in some if await _fits(db, query, wanted, rows[key[1]])]
            if len(some) < _CHUNK:
                break
            start = beyond(some[-1], newer)
        return keys

    return read


async def _fits(db: Connection, query: Query, wanted: list[Needle], row: Any) -> bool:
    """Ask one interaction for everything but the time of its end."""
    interaction_id, bot, status, created_at, _ = row
    if not suits(query, bot, status, created_at):
        return False
    for name, value in query.data:
        if await db.fetchval(SQL["has_data"], interaction_id, findable(name), findable(value)) is None:
            return False
    if not wanted:
        return True
    return any(says(said, wanted) for (said,) in await db.fetch(SQL["messages_of"], interaction_id))

"""Pages of interactions. Every filter is a list of keys in the order of the page, read from a place on:

    bot, status, both, none   an index of `interaction` each
    data                      interaction_data_value
    text                      the search index, whose documents are numbered by the time of creation
    created from, to          where the lists begin and end
    quick reference           computed: at most one interaction in a million has it

Several filters are intersected by jumping: each list in turn says its first key from the others' furthest one on. So
a page costs what it shows and the jumps, not what is stored.

Ordered by the end, `bot` and the end have indexes; status, creation, data and text are asked of each interaction on
the way, unless data or text name so few interactions that these are looked at instead.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence

from branchline.interaction.record import ids_of_quick_ref
from branchline.store.cursor import OLDEST, Key, by_end, paginate, span
from branchline.store.keys import along, between, beyond, created, entering, following, suits
from branchline.store.port import Page, Query
from branchline.store.sqlite.queries import SQL
from branchline.store.sqlite.search import documents, expression
from branchline.store.sqlite.turns import decode
from branchline.store.words import needles

FEW = 1_000
"""Up to so many interactions named by data or text are looked at one by one for a page ordered by the end."""
_CHUNK = 32

ReadKeys = Callable[[Key, bool, int], list[Key]]
"""(start, newer, count) -> at least `count` keys from `start` on, or all that are left; sometimes a few more."""


def page(db: sqlite3.Connection, query: Query) -> Page:
    """Read a page in one snapshot. The search index must be up to date when `query.text` is given. Raises BadCursor."""
    db.execute("begin")
    try:
        keys, after, before = paginate(query, _fetch(db, query))
        states = [db.execute(SQL["state"], (key[1],)).fetchone()[0] for key in keys]
    finally:
        db.execute("rollback")
    return Page(tuple(decode(state) for state in states), after, before)


def _fetch(db: sqlite3.Connection, query: Query) -> ReadKeys:
    lists = [_data(db, name, value) for name, value in query.data]
    if query.text is not None:
        found = needles(query.text)
        if not found:
            return lambda start, newer, count: []
        lists.append(_words(db, expression(found)))
    first, last = span(query)
    if first > last:
        return lambda start, newer, count: []
    few = _few(db, query, lists)
    if few is not None:
        read = _chosen(db, query, few, first, last)
    elif by_end(query):
        read = _ended(db, query)
    else:
        if not lists or query.bot is not None or query.status is not None:
            lists.insert(0, _created(db, query))
        read = lists[0] if len(lists) == 1 else _common(lists, first, last)
    return lambda start, newer, count: _within(read, first, last, start, newer, count)


def _within(read: ReadKeys, first: int, last: int, start: Key, newer: bool, count: int) -> list[Key]:
    """Read between two times, both included."""
    found = read(entering(start, newer, first, last), newer, count)
    return between(found[:count], newer, first, last)


def _created(db: sqlite3.Connection, query: Query) -> ReadKeys:
    name, its = created(query)
    return _listed(db, name, *its)


def _data(db: sqlite3.Connection, name: str, value: str) -> ReadKeys:
    return _listed(db, "keys_data", name, value)


def _listed(db: sqlite3.Connection, name: str, *its: str | int) -> ReadKeys:
    older, newer_sql = SQL[name + "_older"], SQL[name + "_newer"]

    def read(start: Key, newer: bool, count: int) -> list[Key]:
        return db.execute(newer_sql if newer else older, (*its, *start, count)).fetchall()

    return read


def _words(db: sqlite3.Connection, match: str) -> ReadKeys:
    """The interactions with a message that has the words.

    Documents of one millisecond stand in no order of interactions: they are read to their end and sorted.
    """

    def read(start: Key, newer: bool, count: int) -> list[Key]:
        edge = documents(start[0])[0 if newer else 1]
        rows = db.execute(SQL["documents_newer" if newer else "documents_older"], (match, edge))
        keys: list[Key] = []
        same: set[Key] = set()
        try:
            for created_at, interaction_id in rows:
                key = (created_at, interaction_id)
                if same and next(iter(same))[0] != created_at:
                    keys += sorted(same, reverse=not newer)
                    same = set()
                    if len(keys) >= count:
                        return keys
                if key >= start if newer else key <= start:
                    same.add(key)
            return keys + sorted(same, reverse=not newer)
        finally:
            rows.close()

    return read


class _Walk:
    """One list on the way in one direction."""

    def __init__(self, read: ReadKeys, newer: bool) -> None:
        self._read = read
        self._newer = newer
        self._keys: list[Key] = []
        self._ended = False

    def seek(self, start: Key) -> Key | None:
        """Give the first key from `start` on, which never goes back."""
        place = along(self._keys, start, self._newer)
        if place == len(self._keys):
            if self._ended:
                return None
            self._keys = self._read(start, self._newer, _CHUNK)
            self._ended = len(self._keys) < _CHUNK
            place = 0
        return self._keys[place] if self._keys else None


def _common(lists: Sequence[ReadKeys], first: int, last: int) -> ReadKeys:
    """The keys that stand in every list, between two times."""

    def read(start: Key, newer: bool, count: int) -> list[Key]:
        keys: list[Key] = []
        for key in _meet([_Walk(read, newer) for read in lists], start, newer, last if newer else first):
            keys.append(key)
            if len(keys) == count:
                break
        return keys

    return read


def _meet(walks: Sequence[_Walk], start: Key, newer: bool, end: int) -> Iterator[Key]:
    agreed = 0
    while True:
        for walk in walks:
            key = walk.seek(start)
            if key is None or (key[0] > end if newer else key[0] < end):
                return
            agreed = agreed + 1 if key == start else 1
            start = key
            if agreed >= len(walks):
                yield key
                agreed = 0
                start = beyond(key, newer)


def _few(db: sqlite3.Connection, query: Query, lists: Sequence[ReadKeys]) -> list[int] | None:
    """Give the ids of the only interactions that can be meant, when something names a few; else None."""
    if query.quick_ref is not None:
        return ids_of_quick_ref(query.quick_ref, db.execute(SQL["highest_id"]).fetchone()[0])
    if by_end(query):
        for read in lists:
            keys = read(OLDEST, True, FEW + 1)
            if len(keys) <= FEW:
                return [key[1] for key in keys]
    return None


def _chosen(db: sqlite3.Connection, query: Query, ids: Sequence[int], first: int, last: int) -> ReadKeys:
    """Those of a few interactions that fit, in the order of the page."""
    fits = _fits(db, query)
    found = []
    for interaction_id in ids:
        row = db.execute(SQL["candidate"], (interaction_id,)).fetchone()
        at = row and row[3 if by_end(query) else 2]
        if at is not None and first <= at <= last and fits(interaction_id, row):
            found.append((at, interaction_id))
    found.sort()
    return lambda start, newer, count: following(found, start, newer, count)


def _ended(db: sqlite3.Connection, query: Query) -> ReadKeys:
    """The interactions that ended and fit, in the order of their ends."""
    listed = _listed(db, "keys_ended") if query.bot is None else _listed(db, "keys_bot_ended", query.bot)
    if query.status is None and query.created_from is None and query.created_to is None:
        if not query.data and query.text is None:
            return listed
    elif query.status == "active":
        return lambda start, newer, count: []
    fits = _fits(db, query)
    first, last = span(query)

    def read(start: Key, newer: bool, count: int) -> list[Key]:
        keys: list[Key] = []
        while len(keys) < count:
            some = listed(start, newer, _CHUNK)
            for key in some:
                if not first <= key[0] <= last:
                    return keys
                if fits(key[1], db.execute(SQL["candidate"], (key[1],)).fetchone()):
                    keys.append(key)
            if len(some) < _CHUNK:
                break
            start = beyond(some[-1], newer)
        return keys

    return read


def _fits(db: sqlite3.Connection, query: Query) -> Callable[[int, tuple[str, int, int, int | None]], bool]:
    """Ask one interaction for everything but the time of its end."""
    match = expression(needles(query.text)) if query.text is not None else None

    def fits(interaction_id: int, row: tuple[str, int, int, int | None]) -> bool:
        bot, status, created_at, _ = row
        if not suits(query, bot, status, created_at):
            return False
        if any(db.execute(SQL["has_data"], (interaction_id, *item)).fetchone() is None for item in query.data):
            return False
        if match is None:
            return True
        asked = (match, *documents(created_at), interaction_id)
        return db.execute(SQL["has_words"], asked).fetchone() is not None

    return fits

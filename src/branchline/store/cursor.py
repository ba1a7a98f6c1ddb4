"""Pages in a fixed order, with cursors that hold still while interactions come and go.

A cursor names a place in the order, not a row: (time, id). Stores only say which keys stand from a place on.
"""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Generator, Sequence

from branchline.store.port import BadCursor, Query

Key = tuple[int, int]
"""A place in a list: the time (creation or end, milliseconds since the Unix epoch) and the interaction's id."""

Fetch = Callable[[Key, bool, int], Sequence[Key]]
"""(start, newer, count) -> at most `count` keys from `start` on, itself included: towards newer, or towards older."""

FetchLater = Callable[[Key, bool, int], Awaitable[Sequence[Key]]]
"""The same, waited for."""

Paged = tuple[list[Key], str | None, str | None]
"""A page's keys, newest first, and its cursors `after` and `before`."""

NEWEST: Key = (2**62, 2**62)
OLDEST: Key = (-(2**62), 0)
SIZE_LIMIT = 1_000
"""The most interactions of one page."""

_FORM = re.compile(r"([ce])(-?[0-9]{1,18})\.([0-9]{1,18})")


def by_end(query: Query) -> bool:
    """Say whether the order is by the time of the end instead of the time of creation."""
    return query.ended_from is not None or query.ended_to is not None


def span(query: Query) -> tuple[int, int]:
    """Give the first and the last time that the query's own order allows."""
    first, end = (query.ended_from, query.ended_to) if by_end(query) else (query.created_from, query.created_to)
    return OLDEST[0] if first is None else first, NEWEST[0] if end is None else end - 1


def paginate(query: Query, fetch: Fetch) -> Paged:
    """Give a page's keys, newest first, and its `after` and `before`. Raises BadCursor."""
    asking = _paging(query)
    try:
        asked = next(asking)
        while True:
            asked = asking.send(fetch(*asked))
    except StopIteration as done:
        paged: Paged = done.value
        return paged


async def paginate_from(query: Query, fetch: FetchLater) -> Paged:
    """Do as `paginate` does, from a store that is waited for."""
    asking = _paging(query)
    try:
        asked = next(asking)
        while True:
            asked = asking.send(await fetch(*asked))
    except StopIteration as done:
        paged: Paged = done.value
        return paged


def _paging(query: Query) -> Generator[tuple[Key, bool, int], Sequence[Key], Paged]:
    """Ask for keys as `Fetch` gives them, and make the page of them."""
    size = min(max(query.size, 1), SIZE_LIMIT)
    order = "e" if by_end(query) else "c"
    if query.after is not None and query.before is not None:
        raise BadCursor("A page follows one cursor: give either after or before.")
    if query.before is not None:
        at, number = _decode(query.before, order)
        found = yield (at, number + 1), True, size + 1
        keys = list(found[:size])[::-1]
        before = _encode(order, keys[0]) if len(found) > size else None
        last = keys[-1] if keys else (at, number + 1)
        after = _encode(order, last) if (yield (last[0], last[1] - 1), False, 1) else None
        return keys, after, before
    at, number = NEWEST if query.after is None else _decode(query.after, order)
    found = yield (at, number - 1), False, size + 1
    keys = list(found[:size])
    after = _encode(order, keys[-1]) if len(found) > size else None
    if query.after is None:
        return keys, after, None
    first = keys[0] if keys else (at, number - 1)
    return keys, after, _encode(order, first) if (yield (first[0], first[1] + 1), True, 1) else None


def _encode(order: str, key: Key) -> str:
    return base64.urlsafe_b64encode(f"{order}{key[0]}.{key[1]}".encode()).decode().rstrip("=")


def _decode(cursor: str, order: str) -> Key:
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error):
        text = ""
    form = _FORM.fullmatch(text)
    if form is None or form[1] != order:
        raise BadCursor("The cursor is not one that a page of this list gave. Start from the first page.")
    return int(form[2]), int(form[3])

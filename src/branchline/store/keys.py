"""The keys of a page, without a database: what every store does with them in the same way."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeVar, cast

from branchline.store.cursor import NEWEST, Key
from branchline.store.port import Query
from branchline.store.status import NUMBERS

Place = tuple[int, ...]
"""A key of an interaction (time, id), or of a message (time, id, number)."""
P = TypeVar("P", bound=Place)


def along(keys: Sequence[P], start: P, newer: bool) -> int:
    """Give the index of the first key from `start` on, in keys that stand in the order of their direction."""
    if newer:
        return bisect_left(keys, start)
    return bisect_left(keys, tuple(-part for part in start), key=lambda key: tuple(-part for part in key))


def following(keys: Sequence[Key], start: Key, newer: bool, count: int) -> list[Key]:
    """Give at most `count` of all the keys there are (oldest first), from `start` on."""
    if newer:
        return [key for key in keys if key >= start][:count]
    return [key for key in reversed(keys) if key <= start][:count]


def beyond(key: P, newer: bool) -> P:
    """Give the next place after a key."""
    return cast("P", (*key[:-1], key[-1] + 1 if newer else key[-1] - 1))


def entering(start: Key, newer: bool, first: int, last: int) -> Key:
    """Give where to read from, for keys between two times, both included."""
    return max(start, (first, 0)) if newer else min(start, (last, NEWEST[1]))


def between(keys: Sequence[Key], newer: bool, first: int, last: int) -> list[Key]:
    """Give those of the keys that were read which stand between two times, both included."""
    return [key for key in keys if (key[0] <= last if newer else key[0] >= first)]


def created(query: Query) -> tuple[str, list[str | int]]:
    """Name the statement that lists a query's interactions by creation, and give its values."""
    name = "keys"
    its: list[str | int] = []
    if query.bot is not None:
        name += "_bot"
        its.append(query.bot)
    if query.status is not None:
        name += "_status"
        its.append(NUMBERS[query.status])
    return name, its


def suits(query: Query, bot: str, status: int, created_at: int) -> bool:
    """Say whether an interaction is of the query's bot, status (as `NUMBERS` has it) and time of creation."""
    return (
        (query.bot is None or bot == query.bot)
        and (query.status is None or status == NUMBERS[query.status])
        and (query.created_from is None or created_at >= query.created_from)
        and (query.created_to is None or created_at < query.created_to)
    )

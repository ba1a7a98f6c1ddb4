"""Deliveries: what is owed to targets, who is at it, and every attempt.

A delivery is claimed for a while. Each claim counts its `fence` up, and what came of it is kept only while the fence is
still its own: a process that was paused past its lease changes nothing. The fence is the number of the attempt.
"""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Row, Tables

State = Literal["owed", "delivered", "dead"]
EXPORT: Final = "export"
"""The kind of a delivery that brings a finished interaction to a target."""
LAST: Final = 2**62
"""A time after every other."""

_SQL = read_sql(__package__, "deliveries.sql")


class Delivery(Struct, frozen=True):
    """One thing that is owed to one target, at most once for an interaction and a kind.

    `id` is what the receiver sees with every attempt. `blocks` and `base` (the server's address) were fixed when it was
    written. `failed`: attempts on the ladder so far; `next_at`: when the next one is due. `reason` and `status` are
    those of the last attempt.
    """

    interaction_id: int
    kind: str
    target: str
    id: str
    uuid: str
    bot: str
    created_at: int
    blocks: tuple[str, ...]
    base: str
    state: State
    settled_at: int | None
    failed: int
    next_at: int
    held_until: int
    fence: int
    reason: str
    status: int | None


class Attempt(Struct, frozen=True):
    """One try. `reason` is empty for a success, `status` what the target answered, if it did. No body is kept."""

    number: int
    at: int
    took_ms: int
    reason: str
    status: int | None
    detail: str


class Search(Struct, frozen=True):
    """Deliveries, newest first: of a `target`, in a `state`, created from `first` until before `last`, after a place."""

    target: str = ""
    state: State | None = None
    first: int = 0
    last: int = LAST
    before: tuple[int, str] = (LAST, "")
    limit: int = 50


def owe(interaction_id: int, uuid: str, bot: str, *, handled: bool, base: str, at: int) -> Statement:
    """Owe a finished interaction to every target of its bot that wants it."""
    return _SQL["owe"](
        interaction_id=interaction_id, kind=EXPORT, uuid=uuid, bot=bot, handled=int(handled), base=base, at=at
    )


def claim(target: str, holder: str, now: int, until: int, limit: int) -> Statement:
    """Hold what is owed to a target by now, the longest due first; gives it."""
    return _SQL["claim"](target=target, holder=holder, now=now, until=until, limit=limit)


def settle(
    delivery: Delivery, *, state: State, failed: int, next_at: int, reason: str, status: int | None, now: int
) -> Statement:
    """Keep what came of an attempt; gives a row if the delivery was still held by it."""
    return _SQL["settle"](
        state=state,
        settled_at=None if state == "owed" else now,
        failed=failed,
        next_at=next_at,
        reason=reason,
        status=status,
        interaction_id=delivery.interaction_id,
        kind=delivery.kind,
        target=delivery.target,
        fence=delivery.fence,
    )


def note(delivery: Delivery, attempt: Attempt) -> Statement:
    """Keep an attempt, whoever holds the delivery by now: it was made."""
    return _SQL["note"](
        interaction_id=delivery.interaction_id,
        kind=delivery.kind,
        target=delivery.target,
        **msgspec.structs.asdict(attempt),
    )


def release(holder: str) -> Statement:
    """Let go of everything that a process holds which is known to be gone."""
    return _SQL["release"](holder=holder)


def replay_one(delivery_id: str, now: int) -> Statement:
    """Owe it again from the first rung on; gives a row unless it or its target is not there."""
    return _SQL["replay_one"](id=delivery_id, now=now)


def replay(target: str, state: State, first: int, last: int, now: int) -> Statement:
    """Owe again what was created in a time and stands in a state; gives the ids."""
    return _SQL["replay"](target=target, state=state, first=first, last=last, now=now)


def hurry(target: str, now: int) -> Statement:
    """Make all that is owed to a target due, from the first rung on."""
    return _SQL["hurry"](target=target, now=now)


def give_up(target: str, reason: str, now: int) -> Statement:
    """Give up all that is owed to a target."""
    return _SQL["give_up"](target=target, reason=reason, now=now)


def forget(interaction_id: int, reason: str, at: int) -> tuple[Statement, Statement]:
    """Owe an interaction to nobody any more, and keep no details of the attempts. One under way keeps no outcome."""
    return (
        _SQL["forget"](interaction_id=interaction_id, reason=reason, at=at),
        _SQL["clean_attempts"](interaction_id=interaction_id),
    )


async def told(tables: Tables, interaction_id: int) -> dict[str, int]:
    """Give the targets that an interaction was sent to, as bot/name, and how often it was tried."""
    rows = await tables.read(_SQL["told"](interaction_id=interaction_id))
    return {f"{bot}/{name}": count for bot, name, count in rows}


async def one(tables: Tables, delivery_id: str) -> Delivery | None:
    rows = await tables.read(_SQL["one"](id=delivery_id))
    return delivery(rows[0]) if rows else None


async def of_interaction(tables: Tables, interaction_id: int) -> list[Delivery]:
    """Give what an interaction was owed to, oldest first."""
    return [delivery(row) for row in await tables.read(_SQL["of_interaction"](interaction_id=interaction_id))]


async def attempts(tables: Tables, of: Delivery) -> list[Attempt]:
    """Give the attempts that came to an end, first to last. A missing number was cut off by a stop of its process."""
    found = await tables.read(_SQL["attempts"](interaction_id=of.interaction_id, kind=of.kind, target=of.target))
    return [Attempt(*row) for row in found]


async def search(tables: Tables, asked: Search) -> list[Delivery]:
    at, its = asked.before
    first, last, target, most = asked.first, asked.last, asked.target, asked.limit
    if asked.state is None:
        statement = _SQL["newest"](first=first, last=last, before=at, before_id=its, target=target, limit=most)
    else:
        statement = _SQL["newest_in_state"](
            state=asked.state, first=first, last=last, before=at, before_id=its, target=target, limit=most
        )
    return [delivery(row) for row in await tables.read(statement)]


async def backlog(tables: Tables) -> dict[str, tuple[int, int]]:
    """Give by target how many deliveries are owed, and when the oldest of them was created."""
    return {target: (count, oldest) for target, count, oldest in await tables.read(_SQL["backlog"]())}


async def dead(tables: Tables) -> dict[str, int]:
    """Give by target how many deliveries were given up."""
    return dict(await tables.read(_SQL["dead"]()))


def delivery(row: Row) -> Delivery:
    """Read a row as `claim` gives it."""
    its, kind, target, delivery_id, uuid, bot, created_at, blocks, *more = row
    chosen = msgspec.json.decode(blocks, type=tuple[str, ...])
    return Delivery(its, kind, target, delivery_id, uuid, bot, created_at, chosen, *more)

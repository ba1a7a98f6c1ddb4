"""Targets: where the finished interactions of a bot are delivered to."""

from typing import Literal

import msgspec
from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Row, Tables

Condition = Literal["handled", "all"]
State = Literal["active", "disabled"]

_SQL = read_sql(__package__, "targets.sql")


class Target(Struct, frozen=True, kw_only=True):
    """A target. `url`, `headers` and `signing` are as for an endpoint of a bot: secrets are named, never written.

    `condition`: `handled` interactions only, or `all`. `blocks`: the relationships that a document includes. `why` is
    said of a disabled one: `owner`, `gone` (it answered 410) or `failing` (for days); `since` is when the state began.
    `failing_since`: the first failure after the last success. With `pause_ms` its breaker is open; no call goes before
    `paused_until`.
    """

    id: str
    bot: str
    name: str
    url: str
    headers: tuple[tuple[str, str], ...]
    signing: tuple[str, ...]
    condition: Condition
    blocks: tuple[str, ...]
    state: State = "active"
    why: str = ""
    since: int
    created_at: int
    updated_at: int
    failing_since: int | None = None
    failures: int = 0
    pause_ms: int = 0
    paused_until: int = 0


async def all_targets(tables: Tables) -> list[Target]:
    """Give every target, by bot and name."""
    return [_target(row) for row in await tables.read(_SQL["all"]())]


async def due_targets(tables: Tables, now: int) -> list[Target]:
    """Give the active targets to which something is owed by now, and which may be called."""
    return [_target(row) for row in await tables.read(_SQL["due"](now=now))]


def insert(target: Target) -> Statement:
    """Add a target; Duplicate when the bot has one of this name."""
    return _SQL["insert"](id=target.id, bot=target.bot, name=target.name, at=target.created_at, **_settings(target))


def change(target: Target) -> Statement:
    """Keep what its owner sets; gives a row when it is there."""
    return _SQL["change"](id=target.id, at=target.updated_at, **_settings(target))


def enable(target_id: str, now: int) -> Statement:
    """Call it again, forgetting its failures; gives a row when it is there."""
    return _SQL["enable"](id=target_id, at=now)


def disable(target_id: str, why: str, now: int) -> Statement:
    """Call it no more; gives a row when it was active."""
    return _SQL["disable"](id=target_id, why=why, at=now)


def disable_failing(target_id: str, since: int, now: int) -> Statement:
    """Call it no more when it has failed from `since` on; gives a row when it was active until now."""
    return _SQL["disable_failing"](id=target_id, since=since, at=now)


def remove(target_id: str, now: int) -> Statement:
    """Remove it; gives a row when it was there."""
    return _SQL["remove"](id=target_id, at=now)


def probe(target_id: str, now: int, until: int) -> Statement:
    """Take the one call that may look whether a target with an open breaker is back; gives a row to who has it."""
    return _SQL["probe"](id=target_id, now=now, until=until)


def succeeded(target_id: str) -> Statement:
    return _SQL["succeeded"](id=target_id)


def refused(target_id: str, now: int) -> Statement:
    """It is there, and answered that it does not want this."""
    return _SQL["refused"](id=target_id, now=now)


def unavailable(
    target_id: str, now: int, *, probe: bool, threshold: int, first_pause: int, last_pause: int
) -> tuple[Statement, Statement]:
    """It is down: count it, and open its breaker, or keep it open for longer when this was the probe."""
    counted = _SQL["unavailable"](
        id=target_id, now=now, probe=int(probe), threshold=threshold, first_pause=first_pause, last_pause=last_pause
    )
    return counted, _SQL["pause"](id=target_id, now=now, probe=int(probe))


def rest(target_id: str, until: int) -> Statement:
    """Leave it alone until then, as it asked for."""
    return _SQL["rest"](id=target_id, until=until)


def _settings(target: Target) -> dict[str, str]:
    return {
        "url": target.url,
        "headers": msgspec.json.encode(target.headers).decode(),
        "signing": msgspec.json.encode(target.signing).decode(),
        "condition": target.condition,
        "blocks": msgspec.json.encode(target.blocks).decode(),
    }


def _target(row: Row) -> Target:
    its, bot, name, url, headers, signing, condition, blocks, state, why, since, created_at, updated_at, *more = row
    failing_since, failures, pause_ms, paused_until = more
    return Target(
        id=its,
        bot=bot,
        name=name,
        url=url,
        headers=msgspec.json.decode(headers, type=tuple[tuple[str, str], ...]),
        signing=msgspec.json.decode(signing, type=tuple[str, ...]),
        condition=condition,
        blocks=msgspec.json.decode(blocks, type=tuple[str, ...]),
        state=state,
        why=why,
        since=since,
        created_at=created_at,
        updated_at=updated_at,
        failing_since=failing_since,
        failures=failures,
        pause_ms=pause_ms,
        paused_until=paused_until,
    )

"""Deliveries with their attempts, and sending one again."""

from typing import Literal

from msgspec import Struct

from branchline.api.admin.noted import note
from branchline.api.admin.route import Call, Desk, QueryInvalid, Route
from branchline.fulfillment.reasons import Reason, sentence
from branchline.store.tables import deliveries
from branchline.store.tables.deliveries import LAST, Attempt, Delivery, Search, State
from branchline.store.tables.targets import Target

PAGE = 50


class DeliveryLine(Struct, frozen=True):
    """A delivery. `target` is its name, empty when it was removed; `waits_until`: when an owed one is tried next, None
    when it waits for its target to be enabled."""

    id: str
    interaction: str
    bot: str
    target: str
    state: State
    created_at: int
    settled_at: int | None
    attempts: int
    reason: str
    sentence: str
    status: int | None
    waits_until: int | None


class DeliveryPage(Struct, frozen=True):
    """Deliveries, newest first; `before` asks for the next page, None where there is none."""

    deliveries: tuple[DeliveryLine, ...]
    before: str | None


class AttemptLine(Struct, frozen=True):
    """One try. `outcome` is empty for one that was cut off by a stop of the server, or is under way."""

    number: int
    outcome: Literal["delivered", "failed", ""]
    at: int | None
    took_ms: int
    reason: str
    sentence: str
    status: int | None
    detail: str


class WholeDelivery(Struct, frozen=True):
    line: DeliveryLine
    attempts: tuple[AttemptLine, ...]


class Replayed(Struct, frozen=True):
    """How many deliveries are owed again."""

    count: int


async def of_interaction(desk: Desk, interaction_id: int) -> tuple[DeliveryLine, ...]:
    """Give what an interaction was owed to."""
    names = await _names(desk)
    found = await deliveries.of_interaction(desk.store.tables, interaction_id)
    return tuple(_line(one, names) for one in found)


async def listed(desk: Desk, call: Call) -> DeliveryPage:
    state = call.query.get("state") or None
    if state not in {None, "owed", "delivered", "dead"}:
        raise QueryInvalid(name="state", value=str(state)[:40], wanted="owed, delivered or dead", parameter="state")
    chosen: State | None = state  # type: ignore[assignment]
    target = ""
    if call.query.get("target"):
        bot, _, name = call.query["target"].partition("/")
        target = (await desk.exports.target(bot, name)).id
    before = _before(call.query.get("before", ""))
    first, last = call.number("from", 0), call.number("to", LAST)
    found = await desk.exports.deliveries(Search(target, chosen, first, last, before, PAGE))
    names = await _names(desk)
    more = f"{found[-1].created_at}:{found[-1].id}" if len(found) == PAGE else None
    return DeliveryPage(tuple(_line(one, names) for one in found), more)


async def one(desk: Desk, call: Call) -> WholeDelivery:
    found, attempts = await desk.exports.delivery(call.args["id"])
    kept = {attempt.number: attempt for attempt in attempts}
    lines = tuple(_attempt(number, kept.get(number)) for number in range(1, found.fence + 1))
    return WholeDelivery(_line(found, await _names(desk)), lines)


async def replay(desk: Desk, call: Call) -> Replayed:
    await desk.exports.replay(call.args["id"])
    await note(desk, call, "delivery.replay", call.args["id"])
    return Replayed(1)


async def _names(desk: Desk) -> dict[str, Target]:
    return {one.target.id: one.target for one in await desk.exports.standings()}


def _line(one: Delivery, names: dict[str, Target]) -> DeliveryLine:
    target = names.get(one.target)
    waits = None
    if one.state == "owed" and target is not None and target.state == "active":
        waits = max(one.next_at, target.paused_until)
    return DeliveryLine(
        one.id,
        one.uuid,
        one.bot,
        target.name if target is not None else "",
        one.state,
        one.created_at,
        one.settled_at,
        one.fence,
        one.reason,
        _sentence(one.reason),
        one.status,
        waits,
    )


def _attempt(number: int, one: Attempt | None) -> AttemptLine:
    if one is None:
        return AttemptLine(number, "", None, 0, "", "", None, "")
    outcome: Literal["delivered", "failed"] = "failed" if one.reason else "delivered"
    return AttemptLine(number, outcome, one.at, one.took_ms, one.reason, _sentence(one.reason), one.status, one.detail)


def _sentence(reason: str) -> str:
    try:
        return sentence(Reason(reason))
    except ValueError:
        return {
            "removed": "Its target was removed, and what was owed to it was given up.",
            "erased": "The interaction was erased before it was delivered.",
        }.get(reason, "")


def _before(text: str) -> tuple[int, str]:
    if not text:
        return LAST, ""
    at, _, its = text.partition(":")
    if not (at.isascii() and at.isdigit() and len(at) < 20) or "\x00" in its:
        raise QueryInvalid(name="before", value=text[:40], wanted="`before` of a page", parameter="before")
    return min(int(at), LAST), its


ROUTES = (
    Route(
        method="GET",
        path="/deliveries",
        permission="deliveries.read",
        summary="Deliveries, newest first.",
        does=listed,
        gives=DeliveryPage,
        query={
            "state": "Only owed, delivered or dead ones.",
            "target": "Only to this target, as bot/name.",
            "from": "Created from then on (milliseconds).",
            "to": "Created before then (milliseconds).",
            "before": "`before` of the page before.",
        },
    ),
    Route(
        method="GET",
        path="/deliveries/{id}",
        permission="deliveries.read",
        summary="A delivery with every attempt.",
        does=one,
        gives=WholeDelivery,
    ),
    Route(
        method="POST",
        path="/deliveries/{id}/replay",
        permission="deliveries.manage",
        summary="Send a delivery again, under its own id.",
        does=replay,
        gives=Replayed,
    ),
)

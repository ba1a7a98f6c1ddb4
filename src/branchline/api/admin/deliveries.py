"""Deliveries with their attempts, replay, and the targets that they go to."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from branchline.api.admin.account import NO_NULL
from branchline.api.admin.route import Call, Desk, QueryInvalid, Route
from branchline.fulfillment.call import Failed
from branchline.fulfillment.reasons import Reason, sentence
from branchline.outbox.owed import BLOCKS
from branchline.service.access.audit import Act
from branchline.service.exports import Standing, Wanted, written_out
from branchline.store.tables import deliveries
from branchline.store.tables.deliveries import LAST, Attempt, Delivery, Search, State
from branchline.store.tables.targets import Condition, Target

PAGE = 50
HIDDEN = "••••••"
"""Stands for the value of a header that looks like a secret and was written out; sent back, it stays as it is."""

Short = Annotated[str, Meta(max_length=200, pattern=NO_NULL)]
Long = Annotated[str, Meta(max_length=2_000, pattern=NO_NULL)]


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


class HeaderLine(Struct, frozen=True):
    """A header. Its value may insert `{{ secret.name }}`."""

    name: Short
    value: Long


class TargetLine(Struct, frozen=True):
    """A target, and how it does. `why`: of a disabled one; `owed`, `oldest` and `dead`: its deliveries."""

    bot: str
    name: str
    url: str
    headers: tuple[HeaderLine, ...]
    signing: tuple[str, ...]
    condition: Condition
    blocks: tuple[str, ...]
    state: Literal["active", "disabled"]
    why: str
    since: int
    failing_since: int | None
    failures: int
    paused_until: int | None
    owed: int
    oldest: int | None
    dead: int


class TargetList(Struct, frozen=True):
    """Targets; `blocks`: every part of a document that can be included."""

    targets: tuple[TargetLine, ...]
    blocks: tuple[str, ...]


class TargetBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A target as its owner writes it."""

    url: Long
    headers: Annotated[tuple[HeaderLine, ...], Meta(max_length=10)] = ()
    signing: Annotated[tuple[Short, ...], Meta(max_length=2)] = ()
    condition: Condition = "handled"
    blocks: Annotated[tuple[Short, ...], Meta(max_length=20)] = BLOCKS


class SavedTarget(Struct, frozen=True):
    """A target that was saved. `written_out`: headers that look like secrets and stand there as they are."""

    target: TargetLine
    written_out: tuple[str, ...]


class TargetTested(Struct, frozen=True):
    """What came of a test post."""

    ok: bool
    reason: str
    sentence: str
    detail: str
    status: int | None
    took_ms: int


class ReplayBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Which deliveries of a target to send again: those in a state, created from `first` until before `last`."""

    state: State = "dead"
    first: Annotated[int, Meta(ge=0)] = 0
    last: Annotated[int, Meta(ge=0, le=LAST)] = LAST


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
    await _note(desk, call, "delivery.replay", call.args["id"])
    return Replayed(1)


async def replay_all(desk: Desk, call: Call) -> Replayed:
    body: ReplayBody = call.body
    target = await _target(desk, call)
    count = await desk.exports.replay_all(target, body.state, body.first, body.last)
    await _note(desk, call, "delivery.replay_all", f"{target.bot}/{target.name}", state=body.state, count=count)
    return Replayed(count)


async def targets(desk: Desk, _call: Call) -> TargetList:
    now = desk.clock()
    return TargetList(tuple(_of_target(one, now) for one in await desk.exports.standings()), BLOCKS)


async def save(desk: Desk, call: Call) -> SavedTarget:
    body: TargetBody = call.body
    bot, name = call.args["bot"], call.args["name"]
    before = {one.target.name: one.target for one in await desk.exports.standings(bot)}.get(name)
    kept = dict(before.headers) if before is not None else {}
    headers = tuple((one.name, kept.get(one.name, "") if one.value == HIDDEN else one.value) for one in body.headers)
    wanted = Wanted(
        bot=bot,
        name=name,
        url=body.url,
        headers=headers,
        signing=body.signing,
        condition=body.condition,
        blocks=body.blocks,
    )
    await desk.exports.save(wanted)
    await _note(desk, call, "target.save", f"{bot}/{name}", url=body.url.partition("?")[0])
    return SavedTarget(await _standing(desk, bot, name), written_out(wanted))


async def test(desk: Desk, call: Call) -> TargetTested:
    target = await _target(desk, call)
    outcome = await desk.exports.test(target.bot, target.name)
    await _note(desk, call, "target.test", f"{target.bot}/{target.name}")
    if isinstance(outcome, Failed):
        return TargetTested(
            False, outcome.reason, sentence(outcome.reason), outcome.detail, outcome.status, outcome.took_ms
        )
    return TargetTested(True, "", "The target took the test.", "", outcome.status, outcome.took_ms)


async def enable(desk: Desk, call: Call) -> TargetLine:
    target = await desk.exports.enable(call.args["bot"], call.args["name"])
    await _note(desk, call, "target.enable", f"{target.bot}/{target.name}")
    return await _standing(desk, target.bot, target.name)


async def disable(desk: Desk, call: Call) -> TargetLine:
    target = await desk.exports.disable(call.args["bot"], call.args["name"])
    await _note(desk, call, "target.disable", f"{target.bot}/{target.name}")
    return await _standing(desk, target.bot, target.name)


async def remove(desk: Desk, call: Call) -> Replayed:
    target = await _target(desk, call)
    discard = call.query.get("discard") == "yes"
    count = await desk.exports.remove(target.bot, target.name, discard=discard)
    await _note(desk, call, "target.remove", f"{target.bot}/{target.name}", given_up=count)
    return Replayed(count)


async def _note(desk: Desk, call: Call, what: str, of: str, **details: object) -> None:
    act = Act(desk.clock(), call.who.person.email, what, of, address=call.visit.address, details=details)
    await desk.audit.write(act)


async def _target(desk: Desk, call: Call) -> Target:
    return await desk.exports.target(call.args["bot"], call.args["name"])


async def _standing(desk: Desk, bot: str, name: str) -> TargetLine:
    found = {one.target.name: one for one in await desk.exports.standings(bot)}
    return _of_target(found[name], desk.clock())


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


def _of_target(one: Standing, now: int) -> TargetLine:
    target = one.target
    hidden = written_out(Wanted(bot=target.bot, name=target.name, url=target.url, headers=target.headers))
    return TargetLine(
        target.bot,
        target.name,
        target.url,
        tuple(HeaderLine(name, HIDDEN if name in hidden else value) for name, value in target.headers),
        target.signing,
        target.condition,
        target.blocks,
        target.state,
        target.why,
        target.since,
        target.failing_since,
        target.failures,
        target.paused_until if target.paused_until > now else None,
        one.owed,
        one.oldest,
        one.dead,
    )


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
    Route(
        method="GET",
        path="/targets",
        permission="deliveries.read",
        summary="The targets of all bots, and what is owed to them.",
        does=targets,
        gives=TargetList,
    ),
    Route(
        method="PUT",
        path="/bots/{bot}/targets/{name}",
        permission="deliveries.manage",
        summary="Add or change a target, after a test post that it accepts.",
        does=save,
        body=TargetBody,
        gives=SavedTarget,
    ),
    Route(
        method="DELETE",
        path="/bots/{bot}/targets/{name}",
        permission="deliveries.manage",
        summary="Remove a target.",
        does=remove,
        gives=Replayed,
        query={"discard": "yes: what is owed to it is given up."},
    ),
    Route(
        method="POST",
        path="/bots/{bot}/targets/{name}/test",
        permission="deliveries.manage",
        summary="Post a test to a target.",
        does=test,
        gives=TargetTested,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/targets/{name}/enable",
        permission="deliveries.manage",
        summary="Deliver to a target again.",
        does=enable,
        gives=TargetLine,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/targets/{name}/disable",
        permission="deliveries.manage",
        summary="Deliver nothing to a target until it is enabled; what is owed to it waits.",
        does=disable,
        gives=TargetLine,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/targets/{name}/replay",
        permission="deliveries.manage",
        summary="Send again what a target was owed.",
        does=replay_all,
        body=ReplayBody,
        gives=Replayed,
    ),
)

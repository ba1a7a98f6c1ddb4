"""The systems that get finished interactions, and what is owed to them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from branchline.api.admin.deliveries import Replayed
from branchline.api.admin.noted import note
from branchline.api.admin.route import Call, Desk, Route
from branchline.api.admin.texts import Long, Short
from branchline.fulfillment.call import Failed
from branchline.fulfillment.reasons import sentence
from branchline.outbox.owed import BLOCKS
from branchline.service.exports import Standing, Wanted, written_out
from branchline.store.tables.deliveries import LAST, State
from branchline.store.tables.targets import Condition, Target

HIDDEN = "••••••"
"""Stands for the value of a header that looks like a secret and was written out; sent back, it stays as it is."""


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


async def replay_all(desk: Desk, call: Call) -> Replayed:
    body: ReplayBody = call.body
    target = await _target(desk, call)
    count = await desk.exports.replay_all(target, body.state, body.first, body.last)
    await note(desk, call, "delivery.replay_all", f"{target.bot}/{target.name}", state=body.state, count=count)
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
    await note(desk, call, "target.save", f"{bot}/{name}", url=body.url.partition("?")[0])
    return SavedTarget(await _standing(desk, bot, name), written_out(wanted))


async def test(desk: Desk, call: Call) -> TargetTested:
    target = await _target(desk, call)
    outcome = await desk.exports.test(target.bot, target.name)
    await note(desk, call, "target.test", f"{target.bot}/{target.name}")
    if isinstance(outcome, Failed):
        return TargetTested(
            False, outcome.reason, sentence(outcome.reason), outcome.detail, outcome.status, outcome.took_ms
        )
    return TargetTested(True, "", "The target took the test.", "", outcome.status, outcome.took_ms)


async def enable(desk: Desk, call: Call) -> TargetLine:
    target = await desk.exports.enable(call.args["bot"], call.args["name"])
    await note(desk, call, "target.enable", f"{target.bot}/{target.name}")
    return await _standing(desk, target.bot, target.name)


async def disable(desk: Desk, call: Call) -> TargetLine:
    target = await desk.exports.disable(call.args["bot"], call.args["name"])
    await note(desk, call, "target.disable", f"{target.bot}/{target.name}")
    return await _standing(desk, target.bot, target.name)


async def remove(desk: Desk, call: Call) -> Replayed:
    target = await _target(desk, call)
    discard = call.query.get("discard") == "yes"
    count = await desk.exports.remove(target.bot, target.name, discard=discard)
    await note(desk, call, "target.remove", f"{target.bot}/{target.name}", given_up=count)
    return Replayed(count)


async def _target(desk: Desk, call: Call) -> Target:
    return await desk.exports.target(call.args["bot"], call.args["name"])


async def _standing(desk: Desk, bot: str, name: str) -> TargetLine:
    found = {one.target.name: one for one in await desk.exports.standings(bot)}
    return _of_target(found[name], desk.clock())


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


ROUTES = (
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

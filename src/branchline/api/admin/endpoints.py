"""Endpoints of bots, with what came of their last calls, and the secrets that they use."""

import re
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

from branchline.api.admin.noted import note
from branchline.api.admin.route import Call, Desk, Route
from branchline.api.admin.texts import NO_NULL
from branchline.bot.model import Bot, Endpoint
from branchline.errors import CallerError
from branchline.fulfillment.breaker import Breaker, is_open
from branchline.insert import template
from branchline.service.breakers import EndpointNotOpen, reset, stored
from branchline.service.calls import CallMade, calls
from branchline.service.failing import Failing, failing
from branchline.service.secrets import SecretEmpty, SecretUnknown
from branchline.store.port import Query

LOOKED_AT = 100
"""The newest interactions of a bot whose calls are looked at for an endpoint's last ones."""
CALLS_SHOWN = 50
TURNS = 200
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}", re.ASCII)


class SecretNameInvalid(CallerError):
    """{name!r} cannot be the name of a secret. It begins with a letter; letters, digits, dots, hyphens and underscores may follow, at most 100."""

    code = "secret_name.invalid"
    status = 422


class EndpointUnknown(CallerError):
    """The newest version of the bot {bot!r} has no endpoint {endpoint!r}. Publish the draft first if it is new."""

    code = "endpoint.not_there"
    status = 404


class BreakerLine(Struct, frozen=True):
    """The breaker of an endpoint that is left alone: since how many failures in a row, and when it is tried again."""

    failures: int
    until: int


class SecretUse(Struct, frozen=True):
    """A secret that something needs, and whether it is set."""

    name: str
    set: bool


class EndpointLine(Struct, frozen=True):
    """An endpoint of a bot's newest version."""

    bot: str
    bot_name: str
    name: str
    url: str
    deadline: str
    safe_to_repeat: bool
    disabled: bool
    signed: bool
    secrets: tuple[SecretUse, ...]
    breaker: BreakerLine | None


class EndpointList(Struct, frozen=True):
    endpoints: tuple[EndpointLine, ...]


class CallLine(Struct, frozen=True):
    """A call of an interaction to an endpoint."""

    interaction: str
    call: CallMade


class WholeEndpoint(Struct, frozen=True):
    """An endpoint with its last calls, newest first, out of the newest interactions of its bot that were looked at."""

    line: EndpointLine
    calls: tuple[CallLine, ...]
    looked_at: int


class SecretLine(Struct, frozen=True):
    """A secret. Its value is never given. `environment`: it comes from there, which wins over the database; `used_by`:
    endpoints and targets, as bot/name."""

    name: str
    kept: bool
    environment: bool
    used_by: tuple[str, ...]


class SecretList(Struct, frozen=True):
    secrets: tuple[SecretLine, ...]


class SecretBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The value of a secret."""

    value: Annotated[str, Meta(max_length=8_000, pattern=NO_NULL)]


async def listed(desk: Desk, _call: Call) -> EndpointList:
    await desk.secrets.refresh()
    states = await stored(desk.store)
    found = []
    for version in await desk.store.versions():
        pinned = await desk.bots.pinned(version.bot, version.number)
        found += [await _line(desk, pinned.bot, name, one, states) for name, one in pinned.bot.endpoints.items()]
    return EndpointList(tuple(found))


async def one(desk: Desk, call: Call) -> WholeEndpoint:
    bot, name = await _known(desk, call)
    await desk.secrets.refresh()
    line = await _line(desk, bot, name, bot.endpoints[name], await stored(desk.store))
    page = await desk.store.page(Query(size=LOOKED_AT, bot=bot.bot))
    lines: list[CallLine] = []
    for interaction in page.interactions:
        pinned = await desk.bots.pinned(interaction.bot, interaction.version)
        turns = (await desk.store.latest_turns(interaction.id, TURNS))[::-1]
        lines += [CallLine(interaction.uuid, made) for made in calls(pinned.bot, turns) if made.endpoint == name]
    lines.sort(key=lambda line: line.call.asked_at, reverse=True)
    return WholeEndpoint(line, tuple(lines[:CALLS_SHOWN]), len(page.interactions))


async def failing_now(desk: Desk, call: Call) -> Failing:
    return await failing(desk.store, desk.bots, call.args["bot"])


async def reset_breaker(desk: Desk, call: Call) -> EndpointLine:
    bot, name = await _known(desk, call)
    endpoint = f"{bot.bot}/{name}"
    if not await reset(desk.store, endpoint):
        raise EndpointNotOpen(endpoint=endpoint)
    await note(desk, call, "endpoint.reset", endpoint)
    return await _line(desk, bot, name, bot.endpoints[name], {})


async def secrets(desk: Desk, _call: Call) -> SecretList:
    kept = set(await desk.secrets.kept())
    used: dict[str, list[str]] = {}
    for version in await desk.store.versions():
        bot = (await desk.bots.pinned(version.bot, version.number)).bot
        for name, endpoint in bot.endpoints.items():
            for secret in _needs(endpoint.headers.values(), endpoint.signing):
                used.setdefault(secret, []).append(f"{bot.bot}/{name}")
    for standing in await desk.exports.standings():
        target = standing.target
        for secret in _needs((value for _, value in target.headers), target.signing):
            used.setdefault(secret, []).append(f"{target.bot}/{target.name}")
    return SecretList(
        tuple(
            SecretLine(name, name in kept, desk.secrets.given(name), tuple(used.get(name, ())))
            for name in sorted(kept | set(used))
        )
    )


async def set_secret(desk: Desk, call: Call) -> None:
    body: SecretBody = call.body
    name = call.args["name"]
    if not _NAME.fullmatch(name):
        raise SecretNameInvalid(name=name[:100])
    if not body.value:
        raise SecretEmpty(name=name, pointer="/value")
    await desk.secrets.set(name, body.value)
    await note(desk, call, "secret.set", name)
    await desk.secrets.refresh()


async def remove_secret(desk: Desk, call: Call) -> None:
    name = call.args["name"]
    if not await desk.store.remove_secret(name):
        raise SecretUnknown(name=name)
    await note(desk, call, "secret.remove", name)
    await desk.secrets.refresh()


async def _known(desk: Desk, call: Call) -> tuple[Bot, str]:
    pinned = await desk.bots.newest(call.args["bot"])
    name = call.args["endpoint"]
    if name not in pinned.bot.endpoints:
        raise EndpointUnknown(bot=call.args["bot"], endpoint=name)
    return pinned.bot, name


async def _line(desk: Desk, bot: Bot, name: str, endpoint: Endpoint, states: dict[str, Breaker]) -> EndpointLine:
    state = states.get(f"{bot.bot}/{name}")
    kept = set(await desk.secrets.kept())
    needed = _needs(endpoint.headers.values(), endpoint.signing)
    return EndpointLine(
        bot.bot,
        bot.name or bot.bot,
        name,
        endpoint.url,
        endpoint.deadline,
        endpoint.safe_to_repeat,
        endpoint.disabled,
        bool(endpoint.signing),
        tuple(SecretUse(secret, secret in kept or desk.secrets.given(secret)) for secret in needed),
        BreakerLine(state.failures, state.until) if state is not None and is_open(state) else None,
    )


def _needs(texts: Iterable[str], signing: Iterable[str]) -> list[str]:
    found = [
        name.removeprefix("secret.") for text in texts for name in template(text).names if name.startswith("secret.")
    ]
    return list(dict.fromkeys([*found, *signing]))


ROUTES = (
    Route(
        method="GET",
        path="/endpoints",
        permission="bots.read",
        summary="The endpoints of all published bots, and whether they are left alone.",
        does=listed,
        gives=EndpointList,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/failing-endpoints",
        permission="interactions.read",
        summary="The endpoints of a bot that fail just now: left alone, or all of their last calls failed.",
        does=failing_now,
        gives=Failing,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/endpoints/{endpoint}",
        permission="interactions.read",
        summary="An endpoint with its last calls and why they failed.",
        does=one,
        gives=WholeEndpoint,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/endpoints/{endpoint}/reset",
        permission="endpoints.manage",
        summary="Ask an endpoint again that is left alone.",
        does=reset_breaker,
        gives=EndpointLine,
    ),
    Route(
        method="GET",
        path="/secrets",
        permission="secrets.manage",
        summary="The names of secrets, those that are missing too; never their values.",
        does=secrets,
        gives=SecretList,
    ),
    Route(
        method="PUT",
        path="/secrets/{name}",
        permission="secrets.manage",
        summary="Set a secret.",
        does=set_secret,
        body=SecretBody,
        confirmed=True,
    ),
    Route(
        method="DELETE",
        path="/secrets/{name}",
        permission="secrets.manage",
        summary="Remove a secret.",
        does=remove_secret,
        confirmed=True,
    ),
)

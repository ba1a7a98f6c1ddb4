"""What a bot's owner looks at: its funnel, how it is installed, and how the server is set."""

from typing import Any

from msgspec import Struct

from branchline.api.admin.route import Call, Desk, QueryInvalid, Route
from branchline.bot.model import Widget
from branchline.service.access.permissions import SELF, permissions_of
from branchline.service.attention import Concern
from branchline.service.funnel import Funnel, funnel
from branchline.service.snippet import Snippet, snippet
from branchline.settings import HIDDEN
from branchline.store.address import shown
from branchline.store.tables import seen as seen_table

LONGEST = 2_000


class SeenLine(Struct, frozen=True):
    """A site on which the chat was shown last at `at`."""

    origin: str
    at: int


class Installation(Struct, frozen=True):
    """What is put on a site. `page`: the chat by itself; `seen`: sites that showed it; `origins`: those that may, every
    site when there are none."""

    version: int
    snippet: Snippet
    page: str
    origins: tuple[str, ...]
    accent: str
    theme: str
    seen: tuple[SeenLine, ...]


class ConcernList(Struct, frozen=True):
    """What needs attention, the worst first; only what this person may know."""

    concerns: tuple[Concern, ...]


class SettingLine(Struct, frozen=True):
    """A setting with where its value came from; what is secret is shown as ***."""

    name: str
    value: str
    source: str
    default: str
    help: str


class SettingList(Struct, frozen=True):
    settings: tuple[SettingLine, ...]


async def count(desk: Desk, call: Call) -> Funnel:
    bot = call.args["bot"]
    newest = await desk.bots.newest(bot)
    version = call.number("version", newest.number)
    first = call.number("from", 0) if "from" in call.query else None
    last = call.number("to", 0) if "to" in call.query else None
    return await funnel(desk.store, desk.bots, bot, version, first, last)


async def install(desk: Desk, call: Call) -> Installation:
    for name in ("inline", "nonce"):
        if call.query.get(name, "no") not in {"yes", "no"}:
            raise QueryInvalid(name=name, value=call.query[name][:40], wanted="yes or no", parameter=name)
    pinned = await desk.bots.newest(call.args["bot"])
    bot = pinned.bot
    look = bot.widget or Widget()
    made = snippet(bot, desk.base(), nonce=call.query.get("nonce") == "yes", inline=call.query.get("inline") == "yes")
    sites = await seen_table.of_bot(desk.store.tables, bot.bot)
    return Installation(
        pinned.number,
        made,
        f"{desk.base()}/chat/{bot.bot}",
        look.origins,
        look.accent,
        look.theme,
        tuple(SeenLine(origin, at) for origin, at in sites),
    )


async def attention(desk: Desk, call: Call) -> ConcernList:
    return ConcernList(await desk.attention.concerns(permissions_of(call.who.person.role)))


async def settings(desk: Desk, _call: Call) -> SettingList:
    return SettingList(
        tuple(
            SettingLine(one.name, _value(one.name, one.value), one.source, _value(one.name, one.default), one.help)
            for one in desk.origins
        )
    )


def _value(name: str, value: Any) -> str:
    if name in HIDDEN:
        return "***" if value else ""
    if name == "database":
        return shown(value)
    return (", ".join(map(str, value)) if isinstance(value, tuple) else str(value))[:LONGEST]


ROUTES = (
    Route(
        method="GET",
        path="/bots/{bot}/funnel",
        permission="interactions.read",
        summary="How far visitors get: nodes entered, ways taken, and where conversations stop.",
        does=count,
        gives=Funnel,
        query={
            "version": "Of this version; the newest otherwise.",
            "from": "Interactions created from then on (milliseconds).",
            "to": "Interactions created before then (milliseconds).",
        },
    ),
    Route(
        method="GET",
        path="/bots/{bot}/install",
        permission="bots.read",
        summary="What is put on a site to have the chat there, and which sites showed it.",
        does=install,
        gives=Installation,
        query={"inline": "yes: in the page's flow.", "nonce": "yes: for a site that allows scripts by nonce."},
    ),
    Route(
        method="GET",
        path="/attention",
        permission=SELF,
        summary="What is wrong with this server, its endpoints and its targets.",
        does=attention,
        gives=ConcernList,
    ),
    Route(
        method="GET",
        path="/settings",
        permission="settings.read",
        summary="Every setting of this server, with where its value came from.",
        does=settings,
        gives=SettingList,
    ),
)

"""Interactions: the list, one with its transcript told, what moves, and exports."""

import asyncio
from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import Any, Literal

import msgspec
from msgspec import Struct

from branchline.api.admin.deliveries import DeliveryLine, of_interaction
from branchline.api.admin.route import Call, Content, Desk, QueryInvalid, Route, Stream
from branchline.interaction.record import DATA_LIMIT, Fulfillment, Interaction, Reply, Source
from branchline.service.access.audit import Act
from branchline.service.calls import CallMade, calls
from branchline.service.customers import Customers
from branchline.service.refusals import InteractionUnknown
from branchline.service.sheet import as_csv, as_json
from branchline.service.story import ToldTurn, told
from branchline.service.wording import shown_node
from branchline.store.port import BadCursor, Loaded, Query, StoredFile
from branchline.store.status import status

SIZE = 50
SIZE_LIMIT = 200
TURNS = 1_000
"""Turns of one interaction that are shown, the newest."""
STREAM_S = 300.0
"""How long a stream of hints lasts before the browser asks again, and is asked again who it is."""
HEARTBEAT_S = 15.0
GATHER_S = 0.4
"""Hints are gathered for so long, so that a busy server does not make browsers read lists all the time."""
HINTS_LIMIT = 200

Status = Literal["active", "ended", "finalized"]
_encode = msgspec.json.Encoder().encode


class InteractionLine(Struct, frozen=True):
    """An interaction as a list shows it. `node`: where it stands, by the name that authors gave it; `data`: what it
    knows, the first few."""

    uuid: str
    id: str
    quick_ref: str
    bot: str
    version: int
    status: Status
    awaiting: Literal["reply", "fulfillment", "nothing"]
    channel: str
    locale: str
    created_at: int
    updated_at: int
    ended_at: int | None
    ended_by: str | None
    cleaned_at: int | None
    node: str
    node_name: str
    turns: int
    entries: int
    rating: int | None
    tags: tuple[str, ...]
    failed: bool
    data: dict[str, str]


class InteractionPage(Struct, frozen=True):
    """Interactions, newest first; `after` and `before` ask for the pages beside it, None where there is none."""

    interactions: tuple[InteractionLine, ...]
    after: str | None
    before: str | None


class DatumLine(Struct, frozen=True):
    """One piece of data. `source`: who gave it; `unverified`: the visitor's page did, without a signature."""

    name: str
    label: str
    data: str
    source: Source
    unverified: bool


class FileLine(Struct, frozen=True):
    id: str
    name: str
    media_type: str
    size: int
    created_at: int


class FeedbackLine(Struct, frozen=True):
    rating: int
    comment: str


class WholeInteraction(Struct, frozen=True):
    """One interaction with all that happened. `left_out`: how many of its turns, the oldest, are not told; `nodes`: the
    names of the nodes that occur."""

    line: InteractionLine
    start_url: str
    end_url: str
    finalized_at: int | None
    data: tuple[DatumLine, ...]
    feedback: FeedbackLine | None
    turns: tuple[ToldTurn, ...]
    left_out: int
    calls: tuple[CallMade, ...]
    deliveries: tuple[DeliveryLine, ...]
    files: tuple[FileLine, ...]
    nodes: dict[str, str]


class FileGone(InteractionUnknown):
    """There is no such file in this interaction. It may have been taken out by its retention."""

    code = "file.unknown"


async def listed(desk: Desk, call: Call) -> InteractionPage:
    query = _query(call)
    try:
        page = await desk.store.page(query)
    except BadCursor:
        raise QueryInvalid(name="after", value="", wanted="a cursor that a page of this list gave") from None
    lines = [await _line(desk, one) for one in page.interactions]
    return InteractionPage(tuple(lines), page.after, page.before)


async def one(desk: Desk, call: Call) -> WholeInteraction:
    loaded = await _loaded(desk, call)
    interaction = loaded.interaction
    pinned = await desk.bots.pinned(interaction.bot, interaction.version)
    turns = (await desk.store.latest_turns(interaction.id, TURNS))[::-1]
    files = await desk.store.files_of(interaction.id)
    feedback = interaction.feedback
    story = tuple(told(pinned.bot, turns))
    used = {item.node for turn in story for item in turn.items} | {item.to for turn in story for item in turn.items}
    return WholeInteraction(
        line=await _line(desk, interaction),
        start_url=interaction.start_url,
        end_url=interaction.end_url,
        finalized_at=interaction.finalized_at,
        data=tuple(
            DatumLine(name, datum.label or name, datum.data, datum.source, datum.unverified)
            for name, datum in interaction.data.items()
        ),
        feedback=FeedbackLine(feedback.rating, feedback.comment) if feedback is not None else None,
        turns=story,
        left_out=interaction.turn - len(turns),
        calls=tuple(calls(pinned.bot, turns)),
        deliveries=await of_interaction(desk, interaction.id),
        files=tuple(FileLine(file.id, file.name, file.media_type, file.size, file.created_at) for file in files),
        nodes={node: shown_node(pinned.bot, node) for node in sorted(used - {""})},
    )


async def file(desk: Desk, call: Call) -> Content:
    loaded = await _loaded(desk, call)
    found = await desk.store.file(call.args["file"])
    if found is None or not _belongs(found, loaded.interaction):
        raise FileGone()
    # always as a file to save: what a visitor sent is never shown as a page of this server
    return Content(found.content, "application/octet-stream", found.name)


async def moves(desk: Desk, call: Call) -> Stream:
    """Hints that interactions moved on: events `moved` with their uuids. Losing one loses nothing."""
    call.required("since")
    late = desk.clock() - call.number("since", 0) > 1_000
    return Stream(_moves(desk, late), "text/event-stream")


async def moves_of_one(desk: Desk, call: Call) -> Stream:
    loaded = await _loaded(desk, call)
    return Stream(_moves_of_one(desk, loaded.interaction), "text/event-stream")


async def export(desk: Desk, call: Call) -> Stream:
    query, kind = _query(call), call.query.get("format", "csv")
    if kind not in {"csv", "json"}:
        raise QueryInvalid(name="format", value=kind[:40], wanted="csv or json", parameter="format")
    details = {name: value for name, value in call.query.items() if name not in {"after", "before"}}
    act = Act(
        desk.clock(),
        call.who.person.email,
        "interactions.export",
        query.bot or "",
        address=call.visit.address,
        details=details,
    )
    await desk.audit.write(act)
    query = msgspec.structs.replace(query, after=None, before=None)
    if kind == "csv":
        return Stream(as_csv(desk.store, query), "text/csv; charset=utf-8", "interactions.csv")
    return Stream(as_json(desk.store, query, desk.base()), "application/json", "interactions.json")


async def _moves(desk: Desk, late: bool) -> AsyncIterator[bytes]:
    moved: dict[str, None] = {}
    something = asyncio.Event()

    def hear(uuid: str) -> None:
        if len(moved) < HINTS_LIMIT:
            moved[uuid] = None
        something.set()

    yield b"retry: 2000\n\n"
    if late:
        yield _hint([])
    with desk.hub.watch(hear):
        async for beat in _beats(desk, something.wait):
            if beat:
                await asyncio.sleep(GATHER_S)
                something.clear()
                yield _hint(list(moved))
                moved.clear()
            else:
                yield b": here\n\n"


async def _moves_of_one(desk: Desk, interaction: Interaction) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    with desk.hub.listen(interaction) as news:
        # what came between the reading of the page and this is told as well
        yield _hint([interaction.uuid])

        async def heard() -> Any:
            return await news.get()

        async for beat in _beats(desk, heard):
            yield _hint([interaction.uuid]) if beat else b": here\n\n"


async def _beats(desk: Desk, heard: Callable[[], Any]) -> AsyncIterator[bool]:
    """Give True whenever something was heard, False when nothing was for a while, until it is time to ask again."""
    until = monotonic() + STREAM_S
    stopped = asyncio.ensure_future(desk.hub.stopped.wait())
    hearing: asyncio.Future[Any] | None = None
    try:
        while monotonic() < until:
            hearing = asyncio.ensure_future(heard())
            await asyncio.wait({hearing, stopped}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if stopped.done():
                return
            done = hearing.done()
            hearing.cancel()
            yield done
    finally:
        for waiting in (stopped, hearing):
            if waiting is not None:
                waiting.cancel()


def _hint(uuids: list[str]) -> bytes:
    return b"event: moved\ndata: " + _encode(uuids) + b"\n\n"


async def _loaded(desk: Desk, call: Call) -> Loaded:
    loaded = await desk.store.load(call.args["uuid"])
    if loaded is None:
        raise InteractionUnknown()
    return loaded


def _belongs(file: StoredFile, interaction: Interaction) -> bool:
    return file.interaction_id == interaction.id or (file.bot, file.version) == (interaction.bot, interaction.version)


DATA_SHOWN = 4


async def _line(desk: Desk, one: Interaction) -> InteractionLine:
    pinned = await desk.bots.pinned(one.bot, one.version)
    node = one.at[-1].node if one.at else ""
    awaiting: Literal["reply", "fulfillment", "nothing"] = "nothing"
    if isinstance(one.awaiting, Reply):
        awaiting = "reply"
    elif isinstance(one.awaiting, Fulfillment):
        awaiting = "fulfillment"
    return InteractionLine(
        uuid=one.uuid,
        id=str(one.id),
        quick_ref=one.quick_ref,
        bot=one.bot,
        version=one.version,
        status=status(one),
        awaiting=awaiting,
        channel=one.channel,
        locale=one.locale,
        created_at=one.created_at,
        updated_at=one.updated_at,
        ended_at=one.ended_at,
        ended_by=one.ended_by,
        cleaned_at=one.cleaned_at,
        node=node,
        node_name=shown_node(pinned.bot, node),
        turns=one.turn,
        entries=one.entries,
        rating=one.feedback.rating if one.feedback is not None else None,
        tags=one.tags,
        failed=one.ended_by == "failure" or one.fulfillment_status == "failed",
        data={name: datum.data[:80] for name, datum in list(one.data.items())[:DATA_SHOWN]},
    )


class EraseDone(Struct, frozen=True):
    """What came of erasing. `told`: who was sent its content before, by endpoint or target."""

    outcome: Literal["erased", "erased_before", "active"]
    told: tuple[str, ...]


async def everything(desk: Desk, call: Call) -> Content:
    loaded = await _loaded(desk, call)
    made = await _customers(desk).export(loaded.interaction)
    details = {"format": "everything"}
    act = Act(desk.clock(), call.who.person.email, "interactions.export", call.args["uuid"], details=details)
    await desk.audit.write(msgspec.structs.replace(act, address=call.visit.address))
    body = msgspec.json.format(msgspec.json.encode(made), indent=2)
    return Content(body, "application/json", f"interaction-{loaded.interaction.quick_ref}.json")


async def erase(desk: Desk, call: Call) -> EraseDone:
    loaded = await _loaded(desk, call)
    came = await _customers(desk).erase(loaded.interaction, end=True)
    act = Act(desk.clock(), call.who.person.email, "interaction.erase", came.uuid, address=call.visit.address)
    await desk.audit.write(act)
    return EraseDone(came.outcome, tuple(came.told))


def _customers(desk: Desk) -> Customers:
    return Customers(desk.store, desk.bots, desk.converse, desk.clock, desk.base())


FILTERS = {
    "bot": "Only of this bot.",
    "status": "Only active, ended or finalized ones.",
    "from": "Created from then on (milliseconds).",
    "to": "Created before then (milliseconds).",
    "quick_ref": "The six digits that a visitor reads out.",
    "data": 'A JSON object of names and values that it has, such as {"email": "mira@shop.example"}.',
    "text": "One message has all of these words; `word*` is a beginning.",
}
PAGING = {
    "size": "How many, 1 to 200.",
    "after": "The cursor of an older page.",
    "before": "The cursor of a newer page.",
}


def _query(call: Call) -> Query:
    asked = call.query
    wanted = asked.get("status") or None
    if wanted not in {None, "active", "ended", "finalized"}:
        raise QueryInvalid(name="status", value=str(wanted)[:40], wanted="active, ended or finalized")
    reference = asked.get("quick_ref") or None
    if reference is not None and not (len(reference) == 6 and reference.isascii() and reference.isdigit()):
        raise QueryInvalid(name="quick_ref", value=reference[:40], wanted="six digits", parameter="quick_ref")
    if "after" in asked and "before" in asked:
        raise QueryInvalid(name="before", value=asked["before"][:40], wanted="left out beside after")
    for name in ("bot", "text"):
        if len(asked.get(name, "")) > DATA_LIMIT or "\x00" in asked.get(name, ""):
            raise QueryInvalid(name=name, value=asked[name][:40], wanted=f"at most {DATA_LIMIT} characters")
    made: dict[str, Any] = {
        "size": min(max(call.number("size", SIZE), 1), SIZE_LIMIT),
        "after": asked.get("after") or None,
        "before": asked.get("before") or None,
        "bot": asked.get("bot") or None,
        "status": wanted,
        "created_from": call.number("from", 0) if "from" in asked else None,
        "created_to": call.number("to", 0) if "to" in asked else None,
        "quick_ref": reference,
        "text": asked.get("text") or None,
        "data": _data(asked.get("data", "")),
    }
    return Query(**made)


def _data(text: str) -> tuple[tuple[str, str], ...]:
    if not text:
        return ()
    try:
        given = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        given = {"": ""}
    if len(given) > 10 or any("\x00" in part or len(part) > DATA_LIMIT for pair in given.items() for part in pair):
        given = {"": ""}
    if "" in given:
        wanted = "a JSON object of at most 10 names and values, all text"
        raise QueryInvalid(name="data", value=text[:40], wanted=wanted, parameter="data")
    return tuple(given.items())


ROUTES = (
    Route(
        method="GET",
        path="/interactions",
        permission="interactions.read",
        summary="Interactions, newest first, with filters.",
        does=listed,
        gives=InteractionPage,
        query={**FILTERS, **PAGING},
    ),
    Route(
        method="GET",
        path="/interactions/moves",
        permission="interactions.read",
        summary="A stream of hints (server-sent events `moved`) about interactions that moved on.",
        does=moves,
        media_type="text/event-stream",
        query={"since": "When the list was read (milliseconds); something older is hinted at once."},
    ),
    Route(
        method="GET",
        path="/interactions/export",
        permission="interactions.export",
        summary="Interactions as a file: CSV for spreadsheets, or JSON:API documents.",
        does=export,
        media_type="text/csv",
        query={**FILTERS, "format": "csv or json."},
    ),
    Route(
        method="GET",
        path="/interactions/{uuid}",
        permission="interactions.read",
        summary="One interaction, with all that happened and why.",
        does=one,
        gives=WholeInteraction,
    ),
    Route(
        method="GET",
        path="/interactions/{uuid}/moves",
        permission="interactions.read",
        summary="A stream of hints (server-sent events `moved`) that this interaction moved on.",
        does=moves_of_one,
        media_type="text/event-stream",
    ),
    Route(
        method="GET",
        path="/interactions/{uuid}/everything",
        permission="interactions.export",
        summary="All that is kept about an interaction, as one file.",
        does=everything,
        media_type="application/octet-stream",
    ),
    Route(
        method="POST",
        path="/interactions/{uuid}/erase",
        permission="interactions.erase",
        summary="Take the content of an interaction out for good; one that goes on is ended first.",
        does=erase,
        gives=EraseDone,
        confirmed=True,
    ),
    Route(
        method="GET",
        path="/interactions/{uuid}/files/{file}",
        permission="interactions.read",
        summary="A file of an interaction, to save.",
        does=file,
        media_type="application/octet-stream",
    ),
)

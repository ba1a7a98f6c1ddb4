"""Interactions: the list, and one with its transcript told."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from branchline.api.admin.calls import repeatable
from branchline.api.admin.chosen import chosen
from branchline.api.admin.deliveries import DeliveryLine, of_interaction
from branchline.api.admin.filters import FILTERS, PAGING, query_of
from branchline.api.admin.route import Call, Content, Desk, QueryInvalid, Route
from branchline.interaction.record import Fulfillment, Interaction, Reply, Source
from branchline.service.calls import CallMade, calls
from branchline.service.refusals import InteractionUnknown
from branchline.service.story import ToldTurn, told
from branchline.service.wording import shown_node
from branchline.store.port import BadCursor, Page, Query, Store, StoredFile
from branchline.store.status import status

LOOKED_AT = 400
"""Interactions that are looked at for one page of those that stand at a node."""
TURNS = 1_000
"""Turns of one interaction that are shown, the newest."""

Status = Literal["active", "ended", "finalized"]


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
    names of the nodes that occur; `repeatable`: the ids of calls that may be made again now."""

    line: InteractionLine
    start_url: str
    end_url: str
    finalized_at: int | None
    data: tuple[DatumLine, ...]
    feedback: FeedbackLine | None
    turns: tuple[ToldTurn, ...]
    left_out: int
    calls: tuple[CallMade, ...]
    repeatable: tuple[str, ...]
    deliveries: tuple[DeliveryLine, ...]
    files: tuple[FileLine, ...]
    nodes: dict[str, str]


class FileGone(InteractionUnknown):
    """There is no such file in this interaction. It may have been taken out by its retention."""

    code = "file.unknown"


async def listed(desk: Desk, call: Call) -> InteractionPage:
    query = query_of(call)
    node = call.query.get("node", "")
    if node and not query.bot:
        raise QueryInvalid(name="node", value=node[:40], wanted="beside a bot", parameter="node")
    try:
        page = await (standing_at(desk.store, query, node) if node else desk.store.page(query))
    except BadCursor:
        raise QueryInvalid(name="after", value="", wanted="a cursor that a page of this list gave") from None
    lines = [await _line(desk, one) for one in page.interactions]
    return InteractionPage(tuple(lines), page.after, page.before)


async def standing_at(store: Store, query: Query, node: str) -> Page:
    """Give those of a page that stand or ended at a node, after looking at no more than `LOOKED_AT` interactions. The
    cursors lead on from there, so that a page may be short and still have one after it."""
    found: list[Interaction] = []
    looked = 0
    ahead, first = query, None
    while True:
        page = await store.page(ahead)
        first = first or page
        here = [one for one in page.interactions if one.at and one.at[-1].node == node]
        found = here + found if query.before else found + here
        looked += len(page.interactions)
        cursor = page.before if query.before else page.after
        if cursor is None or len(found) >= query.size or looked >= LOOKED_AT:
            break
        ahead = replace(ahead, before=cursor) if query.before else replace(ahead, after=cursor)
    newer, older = (page, first) if query.before else (first, page)
    return Page(tuple(found), older.after, newer.before)


async def one(desk: Desk, call: Call) -> WholeInteraction:
    loaded = await chosen(desk, call)
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
        repeatable=await repeatable(desk, interaction),
        deliveries=await of_interaction(desk, interaction.id),
        files=tuple(FileLine(file.id, file.name, file.media_type, file.size, file.created_at) for file in files),
        nodes={node: shown_node(pinned.bot, node) for node in sorted(used - {""})},
    )


async def file(desk: Desk, call: Call) -> Content:
    loaded = await chosen(desk, call)
    found = await desk.store.file(call.args["file"])
    if found is None or not _belongs(found, loaded.interaction):
        raise FileGone()
    # always as a file to save: what a visitor sent is never shown as a page of this server
    return Content(found.content, "application/octet-stream", found.name)


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


ROUTES = (
    Route(
        method="GET",
        path="/interactions",
        permission="interactions.read",
        summary="Interactions, newest first, with filters.",
        does=listed,
        gives=InteractionPage,
        query={**FILTERS, "node": "Only those that stand or ended at this node of the bot.", **PAGING},
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
        path="/interactions/{uuid}/files/{file}",
        permission="interactions.read",
        summary="A file of an interaction, to save.",
        does=file,
        media_type="application/octet-stream",
    ),
)

"""Streams of hints (server-sent events) that interactions moved on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from time import monotonic
from typing import Any

import msgspec

from branchline.api.admin.chosen import chosen
from branchline.api.admin.route import Call, Desk, Route, Stream
from branchline.interaction.record import Interaction

STREAM_S = 300.0
"""How long a stream of hints lasts before the browser asks again, and is asked again who it is."""

HEARTBEAT_S = 15.0

GATHER_S = 0.4
"""Hints are gathered for so long, so that a busy server does not make browsers read lists all the time."""

HINTS_LIMIT = 200

_encode = msgspec.json.Encoder().encode


async def moves(desk: Desk, call: Call) -> Stream:
    """Hints that interactions moved on: events `moved` with their uuids. Losing one loses nothing."""
    call.required("since")
    late = desk.clock() - call.number("since", 0) > 1_000
    return Stream(_moves(desk, late), "text/event-stream")


async def moves_of_one(desk: Desk, call: Call) -> Stream:
    loaded = await chosen(desk, call)
    return Stream(_moves_of_one(desk, loaded.interaction), "text/event-stream")


async def _moves(desk: Desk, late: bool) -> AsyncIterator[bytes]:
    moved: dict[str, None] = {}
    something = asyncio.Event()

    def hear(uuid: str) -> None:
        if len(moved) < HINTS_LIMIT:
            moved[uuid] = None
        something.set()

    with desk.hub.watch(hear):
        yield b"retry: 2000\n\n"
        if late:
            yield _hint([])
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


ROUTES = (
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
        path="/interactions/{uuid}/moves",
        permission="interactions.read",
        summary="A stream of hints (server-sent events `moved`) that this interaction moved on.",
        does=moves_of_one,
        media_type="text/event-stream",
    ),
)

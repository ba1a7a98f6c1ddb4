"""Event streams (contract §5, WHATWG server-sent events): the entries of a turn as they happen, and a live stream
that resumes from `Last-Event-ID`. Events: `entry` (its number is the event's id) and `awaiting`."""

import asyncio
from collections.abc import Iterable, Sequence
from time import monotonic

from branchline.api.chat.wire import encode
from branchline.api.http import Headers, Receive, Send
from branchline.interaction.record import Fulfillment, Interaction
from branchline.interaction.transcript import after as entries_after
from branchline.service.awaiting import awaiting
from branchline.service.bots import Pinned
from branchline.service.converse import Received
from branchline.service.hub import Hub
from branchline.store.port import Interactions

HEARTBEAT_S = 15
TURNS_AT_ONCE = 200


async def stream_turn(receive: Receive, send: Send, hub: Hub, received: Received, wait_s: float, more: Headers) -> None:
    """Stream a turn and what follows from it, until the bot rests or `wait_s` seconds have passed."""
    interaction = received.interaction
    with hub.listen(interaction) as news:
        await _begin(send, more)
        last = interaction.entries
        await _send(send, _entries(received.lines, last - len(received.lines) + 1))
        until = monotonic() + wait_s
        while isinstance(interaction.awaiting, Fulfillment):
            await _send(send, _awaiting(received.pinned, interaction))
            try:
                async with asyncio.timeout(until - monotonic()):
                    one = await news.get()
            except TimeoutError:
                break
            if one is None:
                break
            fresh = one.lines[max(0, last + 1 - one.first_entry) :]
            await _send(send, _entries(fresh, one.interaction.entries - len(fresh) + 1))
            interaction, last = one.interaction, max(last, one.interaction.entries)
        await send(
            {"type": "http.response.body", "body": _awaiting(received.pinned, interaction).encode(), "more_body": False}
        )


async def stream_events(
    receive: Receive,
    send: Send,
    hub: Hub,
    store: Interactions,
    interaction: Interaction,
    pinned: Pinned,
    number: int,
    more: Headers,
) -> None:
    """Stream everything after entry `number`, as long as the client listens, the interaction goes on and the server stays.

    A server that stops ends its streams at once, so that it need not wait for those who listen; clients ask again.
    """
    gone, stopped = asyncio.ensure_future(_gone(receive)), asyncio.ensure_future(hub.stopped.wait())
    try:
        with hub.listen(interaction) as news:
            await _begin(send, more)
            number = await _catch_up(send, store, interaction.id, number)
            loaded = await store.load(interaction.uuid)
            interaction = loaded.interaction if loaded is not None else interaction
            await _send(send, _awaiting(pinned, interaction))
            while not (interaction.ended or stopped.done()):
                getting = asyncio.ensure_future(news.get())
                await asyncio.wait({getting, gone, stopped}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    getting.cancel()
                    return
                if not getting.done():
                    getting.cancel()
                    await _send(send, ": still here\n\n")
                    continue
                one = getting.result()
                if one is None:
                    break
                if one.first_entry > number + 1:
                    number = await _catch_up(send, store, interaction.id, number)
                fresh = one.lines[max(0, number + 1 - one.first_entry) :]
                await _send(send, _entries(fresh, one.interaction.entries - len(fresh) + 1))
                number, interaction = max(number, one.interaction.entries), one.interaction
                await _send(send, _awaiting(pinned, interaction))
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        stopped.cancel()


async def _catch_up(send: Send, store: Interactions, interaction_id: int, number: int) -> int:
    while True:
        turns = await store.turns(interaction_id, number, TURNS_AT_ONCE)
        for turn in turns:
            fresh = entries_after(turn.entries, turn.first_entry, number)
            if fresh:
                number = turn.first_entry + turn.entries.count("\n")
                await _send(send, _entries(fresh, number - len(fresh) + 1))
        if len(turns) < TURNS_AT_ONCE:
            return number


async def _begin(send: Send, more: Headers) -> None:
    headers: Headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *more,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _send(send: Send, text: str) -> None:
    if text:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _entries(lines: Sequence[str] | Iterable[str], first: int) -> str:
    return "".join(f"id: {number}\nevent: entry\ndata: {line}\n\n" for number, line in enumerate(lines, first))


def _awaiting(pinned: Pinned, interaction: Interaction) -> str:
    return f"event: awaiting\ndata: {encode(awaiting(pinned.bot, interaction)).decode()}\n\n"

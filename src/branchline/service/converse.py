"""The one way in: every event of every interaction goes through `receive`.

Load, advance, save, in that order, and no transaction is open while the bot is run: the write is guarded by the turn
that was read. A miss means that someone else moved the interaction; then it is loaded and run again.
"""

import asyncio
from collections.abc import Callable
from hmac import compare_digest
from time import perf_counter
from weakref import WeakValueDictionary

import structlog
from msgspec import Struct
from msgspec.structs import replace

from branchline import tracing
from branchline.engine import Turn, advance
from branchline.faults import passed
from branchline.interaction import transcript
from branchline.interaction.effects import DataSet, FulfillmentRequested, Ignored
from branchline.interaction.events import AnyEvent, Closed, FulfillmentFailed, FulfillmentReturned, Replied, Started
from branchline.interaction.record import Datum, Interaction
from branchline.meters import meters
from branchline.service.asking import Asker, Request
from branchline.service.bots import Pinned, Versions
from branchline.service.hub import Hub, News
from branchline.service.identity import hash_of, new_token, new_uuid
from branchline.service.refusals import (
    InteractionBusy,
    InteractionEnded,
    InteractionFinalized,
    InteractionUnknown,
    MessageConflict,
    TokenExpired,
    TokenInvalid,
)
from branchline.store.port import Change, Interactions, Loaded, Owed, TurnRecord
from branchline.store.tables import Statement
from branchline.tracing import Traced

MISSES_LIMIT = 20
DAY_MS = 86_400_000

log = structlog.get_logger()


class Received(Struct, frozen=True):
    """What came of an event: the interaction after it and the turn's entries; `repeated` when it was known already."""

    interaction: Interaction
    pinned: Pinned
    lines: tuple[str, ...]
    repeated: bool = False


class Opening(Struct, frozen=True):
    """What a new interaction starts from."""

    bot: str
    locale: str = ""
    start_url: str = ""
    channel: str = "Web"


class Converse:
    """Moves interactions on. `owe` is called with every call that a saved turn owes, and what it sends.

    `finalized` gives what is written in the transaction of the turn that finalizes an interaction. `counted`: the turns
    stand in the metrics and traces of this server.
    """

    def __init__(
        self,
        store: Interactions,
        bots: Versions,
        hub: Hub,
        asker: Asker,
        *,
        token_days: int = 30,
        finalized: Callable[[Interaction], tuple[Statement, ...]] = lambda _: (),
        counted: bool = True,
    ) -> None:
        self._store = store
        self._bots = bots
        self._hub = hub
        self._asker = asker
        self._token_days = token_days
        self._finalized = finalized
        self._counted = counted
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.owe: Callable[[Owed, Request], None] = _nobody_calls

    async def start(self, opening: Opening, event: Started) -> tuple[Received, str]:
        """Start an interaction on the newest version; gives it with the visitor's token, which is not kept."""
        pinned = await self._bots.newest(opening.bot)
        token = new_token()
        fresh = Interaction(
            id=await self._store.reserve_id(),
            uuid=new_uuid(event.at),
            bot=opening.bot,
            version=pinned.number,
            created_at=event.at,
            updated_at=event.at,
            channel=opening.channel,
            locale=opening.locale or pinned.bot.locale,
            start_url=opening.start_url,
        )
        return await self.begin(fresh, pinned, event, token), token

    async def begin(self, fresh: Interaction, pinned: Pinned, event: Started, token: str) -> Received:
        """Take the first turn of an interaction that is not stored yet."""
        received = await self._turn(fresh, pinned, event, token_hash=hash_of(token))
        if received is None:
            raise InteractionBusy(retry_after_s=1)
        return received

    async def receive(self, uuid: str, event: AnyEvent, token: str | None = None) -> Received:
        """Take an event. `token`: the visitor's, checked when given; None for events of our own."""
        async with self._lock(uuid):
            for _ in range(MISSES_LIMIT):
                message_id = event.message_id if isinstance(event, Replied) else None
                loaded = await self._store.load(uuid, message_id)
                if loaded is None:
                    raise InteractionUnknown()
                if token is not None:
                    self.check_token(loaded, token, event.at)
                pinned = await self._bots.pinned(loaded.interaction.bot, loaded.interaction.version)
                if loaded.repeated is not None and isinstance(event, Replied):
                    return await self._again(loaded.interaction, pinned, loaded.repeated, event)
                received = await self._turn(loaded.interaction, pinned, event)
                if received is not None:
                    return received
        raise InteractionBusy(retry_after_s=1)

    async def look(self, uuid: str, token: str, now: int) -> Interaction:
        """Give the interaction as it stands, to its visitor."""
        loaded = await self._store.load(uuid)
        if loaded is None:
            raise InteractionUnknown()
        self.check_token(loaded, token, now)
        return loaded.interaction

    def check_token(self, loaded: Loaded, token: str, now: int) -> None:
        if not compare_digest(hash_of(token), loaded.token_hash):
            raise TokenInvalid()
        if now - loaded.interaction.updated_at > self._token_days * DAY_MS:
            raise TokenExpired(days=self._token_days)

    async def _turn(
        self, interaction: Interaction, pinned: Pinned, event: AnyEvent, token_hash: bytes | None = None
    ) -> Received | None:
        """Run and save one turn; None for a miss."""
        began = perf_counter()
        tracing.current.set(tracing.trace_of(event.traceparent or interaction.traceparent, interaction.uuid))
        turn = advance(pinned.bot, interaction, event, pinned.files)
        ignored = turn.effects[0] if turn.effects and isinstance(turn.effects[0], Ignored) else None
        if ignored is not None and ignored.reason != "stale":
            return await self._ignored(interaction, pinned, ignored, event)
        first = interaction.entries + 1
        written = transcript.write(event, turn.effects, first)
        after = replace(
            turn.interaction,
            entries=interaction.entries + written.count,
            traceparent=event.traceparent or interaction.traceparent,
        )
        message_id = event.message_id if isinstance(event, Replied) else None
        record = TurnRecord(after.id, after.turn, event.at, first, written.entries, written.trace, message_id)
        owed: Owed | None = None
        request = Request("", b"")
        for effect in turn.effects:
            if isinstance(effect, FulfillmentRequested):
                owed, request = await self._asker.owed(pinned, after, effect, record)
        change = Change(
            interaction=after,
            turn=record,
            data=_changed(turn),
            token_hash=token_hash,
            owes=owed,
            settles=event.token if isinstance(event, FulfillmentReturned | FulfillmentFailed) else None,
            alongside=self._finalized(after) if after.finalized_at != interaction.finalized_at else (),
        )
        if not await self._store.save(change):
            meters.turns_missed += self._counted
            return None
        if change.settles is not None:
            passed("answer.stored")
        if change.alongside:
            passed("delivery.written")
        if self._counted:
            _note(after, event, perf_counter() - began, settled=change.settles is not None)
        lines = tuple(written.entries.split("\n")) if written.entries else ()
        self._hub.tell(after.uuid, News(after, first, lines))
        if owed is not None:
            self.owe(owed, request)
        return Received(after, pinned, lines)

    async def _ignored(self, interaction: Interaction, pinned: Pinned, ignored: Ignored, event: AnyEvent) -> Received:
        if isinstance(event, Closed):  # whoever leaves twice has left: an answer that was lost is asked for again
            return Received(interaction, pinned, ())
        match ignored.reason:
            case "ended":
                raise InteractionEnded(ended_at=transcript.iso_or_none(interaction.ended_at))
            case "finalized":
                raise InteractionFinalized(finalized_at=transcript.iso_or_none(interaction.finalized_at))
            case "early":
                await self._store.postpone(interaction.id, interaction.turn, interaction.due_at)
        return Received(interaction, pinned, ())

    async def _again(self, interaction: Interaction, pinned: Pinned, record: TurnRecord, event: Replied) -> Received:
        """Answer a message that was received before: the same again, or a conflict when it says something else."""
        first = transcript.trace(record.trace).event
        if not isinstance(first, Replied) or (first.text, first.value) != (event.text, event.value):
            raise MessageConflict(message_id=event.message_id)
        lines: list[str] = []
        for turn in await self._store.turns(interaction.id, record.first_entry - 1):
            if turn.message_id not in {None, event.message_id}:
                break
            lines.extend(turn.entries.split("\n") if turn.entries else ())
        return Received(interaction, pinned, tuple(lines), repeated=True)

    def _lock(self, uuid: str) -> asyncio.Lock:
        lock = self._locks.get(uuid)
        if lock is None:
            lock = self._locks[uuid] = asyncio.Lock()
        return lock


def _changed(turn: Turn) -> dict[str, Datum | None]:
    now = turn.interaction.data
    return {effect.name: now.get(effect.name) for effect in turn.effects if isinstance(effect, DataSet)}


def _note(after: Interaction, event: AnyEvent, took: float, *, settled: bool) -> None:
    meters.turn(after.bot, type(event).__name__, took)
    if Traced.spans is not None or Traced.turns_logged:
        _tell(after, event, took)
    if settled:
        _count(after.bot, event)


def _tell(after: Interaction, event: AnyEvent, took: float) -> None:
    name = type(event).__name__
    if Traced.spans is not None:
        attributes: dict[str, str | int] = {
            "branchline.bot": after.bot,
            "branchline.interaction": after.uuid,
            "branchline.turn": after.turn,
        }
        parent = tracing.parent(after.traceparent, after.uuid)
        Traced.spans.turn(parent, name, took, attributes)
    if Traced.turns_logged:
        log.debug(
            "turn", interaction=after.uuid, turn=after.turn, bot=after.bot, event_kind=name, took_ms=int(took * 1000)
        )


def _count(bot: str, event: AnyEvent) -> None:
    if isinstance(event, FulfillmentFailed):
        meters.fulfillment(bot, event.reason, event.took_ms / 1000)
    elif isinstance(event, FulfillmentReturned):
        meters.fulfillment(bot, "ok", event.took_ms / 1000)


def _nobody_calls(_owed: Owed, _request: Request) -> None:
    raise RuntimeError("no carrier is connected")

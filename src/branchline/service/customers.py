"""What is known about one customer: found by interaction data or by interaction, handed out, or erased.

An interaction is a customer's when it holds a piece of data that only they have, such as an e-mail address. What was
only said, or was overridden since, is not found by that: name the interaction then.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from branchline.errors import CallerError
from branchline.interaction import transcript
from branchline.interaction.document import RELATIONSHIPS, document
from branchline.interaction.effects import FulfillmentRequested
from branchline.interaction.events import Closed
from branchline.interaction.record import Interaction
from branchline.service.asking import action_of
from branchline.service.beside import cleaning_beside
from branchline.service.bots import Bots
from branchline.service.calls import calls
from branchline.service.clock import Clock
from branchline.service.converse import Converse
from branchline.service.refusals import InteractionUnknown
from branchline.store.port import Query, Store, Taken
from branchline.store.tables import deliveries
from branchline.store.tables.deliveries import Delivery

PAGE = 100


class CustomerUnasked(CallerError):
    """Say whose interactions: at least one piece of data, such as email=mira@shop.example, or an interaction's uuid."""

    code = "customer.unasked"
    status = 422


class Erased(Struct, frozen=True):
    """What came of one interaction. `active`: it goes on, and was left as it is. `told`: who was sent its content
    before, by endpoint or target, and how often: they have to be asked to erase it too.
    """

    uuid: str
    outcome: Literal["erased", "erased_before", "active"]
    taken: Taken | None = None
    told: dict[str, int] = {}


class Customers:
    """Finds, exports and erases. `base`: the server's address, for links."""

    def __init__(self, store: Store, bots: Bots, converse: Converse, clock: Clock, base: str) -> None:
        self._store = store
        self._bots = bots
        self._converse = converse
        self._clock = clock
        self._base = base

    async def find(self, data: Sequence[tuple[str, str]], uuids: Iterable[str] = ()) -> list[Interaction]:
        """Give the interactions that hold all of the data, and those that are named, newest first, each once.

        Raises CustomerUnasked, and InteractionUnknown for a uuid that is not there.
        """
        named = list(uuids)
        if not data and not named:
            raise CustomerUnasked()
        found: dict[int, Interaction] = {}
        for uuid in named:
            loaded = await self._store.load(uuid)
            if loaded is None:
                raise InteractionUnknown()
            found[loaded.interaction.id] = loaded.interaction
        cursor = None
        while data:
            page = await self._store.page(Query(size=PAGE, after=cursor, data=tuple(data)))
            found |= {one.id: one for one in page.interactions}
            cursor = page.after
            if cursor is None:
                break
        return sorted(found.values(), key=lambda one: one.id, reverse=True)

    async def export(self, interaction: Interaction) -> dict[str, Any]:
        """Give everything that is kept about an interaction: its document, its turns as traced, what endpoints were
        asked, its files with their content in base64, its deliveries with every attempt, and who was sent it."""
        turns = await self._store.turns(interaction.id)
        rows = [(turn.first_entry, turn.entries) for turn in turns]
        files = []
        for bare in await self._store.files_of(interaction.id):
            file = await self._store.file(bare.id)
            if file is not None:
                named = {"id": file.id, "name": file.name, "media_type": file.media_type}
                files.append({**named, "content": b64encode(file.content).decode()})
        pinned, tables = await self._bots.pinned(interaction.bot, interaction.version), self._store.tables
        return {
            "interaction": msgspec.json.decode(document(interaction, self._base, frozenset(RELATIONSHIPS), rows)),
            "turns": [{"number": turn.number, **msgspec.json.decode(turn.trace)} for turn in turns],
            "calls": msgspec.to_builtins(calls(pinned.bot, turns)),
            "files": files,
            "deliveries": [
                await self._delivery(one) for one in await deliveries.of_interaction(tables, interaction.id)
            ],
            "told": await self._told(interaction),
        }

    async def _delivery(self, delivery: Delivery) -> dict[str, Any]:
        tried = await deliveries.attempts(self._store.tables, delivery)
        return {
            "id": delivery.id,
            "created_at": delivery.created_at,
            "state": delivery.state,
            "attempts": msgspec.to_builtins(tried),
        }

    async def erase(self, interaction: Interaction, *, end: bool = False) -> Erased:
        """Take the content of an interaction out, now and for good; once more changes nothing.

        One that goes on is left as it is, unless `end` ends it first: its visitor sees that it is over.
        """
        if interaction.cleaned_at is not None:
            return Erased(interaction.uuid, "erased_before")
        if not interaction.ended:
            if not end:
                return Erased(interaction.uuid, "active")
            await self._converse.receive(interaction.uuid, Closed(self._clock()))
        told = await self._told(interaction)
        now = self._clock()
        taken = await self._store.clean(interaction.id, now, "erasure", cleaning_beside(interaction.id, now))
        if taken is None:  # someone else was faster
            return Erased(interaction.uuid, "erased_before")
        return Erased(interaction.uuid, "erased", taken, told)

    async def _told(self, interaction: Interaction) -> dict[str, int]:
        """Count the calls to endpoints that its turns asked for, and the attempts to deliver it to targets."""
        told: Counter[str] = Counter()
        pinned = await self._bots.pinned(interaction.bot, interaction.version)
        for turn in await self._store.turns(interaction.id):
            for effect in transcript.trace(turn.trace).effects:
                if isinstance(effect, FulfillmentRequested):
                    action = action_of(pinned.bot, effect.node, effect.action)
                    told[f"{interaction.bot}/{action.endpoint if action else effect.node}"] += 1
        return {**told, **await deliveries.told(self._store.tables, interaction.id)}

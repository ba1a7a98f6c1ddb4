"""Brings what other processes wrote to those who listen here.

The store hints at it; whoever listens is then told what the store holds. Hints may be lost, so now and then the store is
asked about everything that somebody listens to: a lost hint costs seconds, and no entry.
"""

import asyncio
from contextlib import suppress
from time import monotonic

import structlog

from branchline.errors import Refusal
from branchline.interaction.transcript import after
from branchline.service.hub import Hub, News
from branchline.store.port import Interactions

LOOK_EVERY_S = 3.0
"""How often the store is asked about everything that is listened to."""
AT_ONCE = 16
"""Interactions that are read at the same time."""

log = structlog.get_logger()


class Follow:
    """Follows the other processes, for the listeners of this one."""

    def __init__(self, store: Interactions, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._hinted: dict[str, None] = {}
        self._something = asyncio.Event()
        store.follow(self.hint)
        hub.behind = self.hint

    def hint(self, uuid: str) -> None:
        """Take note that an interaction may have moved on."""
        self._hub.stir(uuid)
        if self._hub.known(uuid) is not None:
            self._hinted[uuid] = None
            self._something.set()

    async def run(self) -> None:
        """Follow until cancelled. A failing store is waited for."""
        looked = monotonic()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._something.wait()
            try:
                look = monotonic() - looked >= LOOK_EVERY_S
                await self.once(look=look)
                looked = monotonic() if look else looked
            except Refusal as refusal:
                log.warning("follow.failed", code=refusal.code)
                await asyncio.sleep(LOOK_EVERY_S)
            except Exception:
                log.exception("follow.failed")
                await asyncio.sleep(LOOK_EVERY_S)

    async def once(self, *, look: bool) -> None:
        """Tell what was hinted at; `look`: and whatever else the listeners were not told."""
        self._something.clear()
        hinted, self._hinted = list(self._hinted), {}
        if look and not self._store.embedded:
            listened = self._hub.turns()
            hinted = list(dict.fromkeys([*hinted, *(await self._store.moved(listened) if listened else ())]))
        for start in range(0, len(hinted), AT_ONCE):
            await asyncio.gather(*(self._tell(uuid) for uuid in hinted[start : start + AT_ONCE]))

    async def _tell(self, uuid: str) -> None:
        known = self._hub.known(uuid)
        loaded = await self._store.load(uuid) if known is not None else None
        if known is None or loaded is None or loaded.interaction.turn <= known[0]:
            return
        interaction, number = loaded.interaction, known[1]
        lines: list[str] = []
        for turn in await self._store.turns(interaction.id, number) if interaction.entries > number else ():
            lines.extend(after(turn.entries, turn.first_entry, number + len(lines)))
        # What was saved while the turns were read comes with its own news, or the next hint.
        self._hub.tell(uuid, News(interaction, number + 1, tuple(lines[: interaction.entries - number])))

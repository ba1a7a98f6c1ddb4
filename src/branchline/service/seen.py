"""Notes on which sites a bot's chat is shown. It takes what browsers say, so it is a help and never a proof."""

import asyncio
from contextlib import suppress

from branchline.errors import HostError
from branchline.store.port import Store
from branchline.store.tables import seen as table

AGAIN_MS = 60_000
"""How soon the same site is written again."""
APART_MS = 1_000
"""How far apart writes are, whatever is asked: whoever invents sites costs no more than that."""
KEPT = 30
"""Sites that are kept of one bot, the last ones."""
_ORIGIN_LIMIT = 200
_WAITING_LIMIT = 20
_KNOWN_LIMIT = 500


class Seen:
    """Notes sites in memory, and writes them now and then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, str], int] = {}
        self._waiting: dict[tuple[str, str], int] = {}
        self._wrote_at = 0
        self._writing: asyncio.Task[None] | None = None

    def note(self, bot: str, origin: str, now: int) -> None:
        """Take note of a site; it is written beside the request, if it is written at all."""
        key = (bot, origin)
        if not origin.startswith(("http://", "https://")) or len(origin) > _ORIGIN_LIMIT:
            return
        if now - self._known.get(key, -AGAIN_MS) >= AGAIN_MS and len(self._waiting) < _WAITING_LIMIT:
            self._waiting[key] = now
        if not self._waiting or now - self._wrote_at < APART_MS or (self._writing and not self._writing.done()):
            return
        self._wrote_at = now
        if len(self._known) >= _KNOWN_LIMIT:
            self._known.clear()
        self._known |= self._waiting
        waiting, self._waiting = self._waiting, {}
        self._writing = asyncio.get_running_loop().create_task(self._write(waiting))

    async def _write(self, waiting: dict[tuple[str, str], int]) -> None:
        statements = [one for (bot, origin), at in waiting.items() for one in table.note(bot, origin, at, KEPT)]
        with suppress(HostError):  # it is noted again in a minute
            await self._store.tables.write(*statements)

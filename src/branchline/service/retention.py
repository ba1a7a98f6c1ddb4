"""Retention: interactions lose their content some days after their end, as the newest version of their bot says."""

import asyncio
from time import monotonic

import msgspec
import structlog
from msgspec import Struct

from branchline.duration import milliseconds
from branchline.errors import Refusal
from branchline.service.beside import cleaning_beside
from branchline.service.clock import Clock
from branchline.store.port import Store

EVERY_S = 600.0
"""A day's promise may be late by minutes; reading every bot's newest version more often is not worth it."""
AT_ONCE = 20
PAUSE_S = 0.02
"""Between two cleanings: turns of visitors come first."""
DAY_MS = 86_400_000

log = structlog.get_logger()


class _Said(Struct, frozen=True):
    retention: str | None = None


_said = msgspec.json.Decoder(_Said)


class Retention:
    """Cleans what is due. `most_days`: the host's upper bound for every bot, 0 for none."""

    def __init__(self, store: Store, clock: Clock, most_days: int = 0) -> None:
        self._store = store
        self._clock = clock
        self._most_ms = most_days * DAY_MS
        self._compacted: float | None = None

    async def run(self) -> None:
        """Clean until cancelled. A failing store is waited for: what is due stays due."""
        while True:
            try:
                await self.once()
            except Refusal as refusal:
                log.warning("retention.failed", code=refusal.code)
            except Exception:
                log.exception("retention.failed")
            await asyncio.sleep(EVERY_S)

    async def once(self) -> int:
        """Clean everything that is due now; gives how many interactions that were."""
        count = 0
        for version in await self._store.versions():
            keep_ms = self._keep_ms(version.definition)
            if keep_ms is not None:
                count += await self._clean(version.bot, keep_ms)
        if count:
            await self._compact()
        return count

    async def overdue(self) -> list[str]:
        """Give the bots with interactions that should have lost their content more than a day ago."""
        found = []
        for version in await self._store.versions():
            keep_ms = self._keep_ms(version.definition)
            if keep_ms is not None and await self._due(version.bot, keep_ms + DAY_MS):
                found.append(version.bot)
        return found

    async def _clean(self, bot: str, keep_ms: int) -> int:
        """Clean what is due of one bot. What cannot be cleaned is left for the next time and holds up no other."""
        count = 0
        while due := await self._due(bot, keep_ms):
            done = 0
            for interaction_id in due:
                done += await self._clean_one(interaction_id)
                await asyncio.sleep(PAUSE_S)
            count += done
            if not done:
                break
        if count:
            log.info("retention.cleaned", bot=bot, interactions=count)
        return count

    async def _clean_one(self, interaction_id: int) -> bool:
        now = self._clock()
        try:
            beside = cleaning_beside(interaction_id, now)
            return await self._store.clean(interaction_id, now, "retention", beside) is not None
        except Refusal:
            raise
        except Exception:
            log.exception("retention.not_cleaned", interaction=interaction_id)
            return False

    async def _compact(self) -> None:
        """Let what was cleaned leave the search index and the log too; once a day, since all of the index is read for it."""
        if self._compacted is None or monotonic() - self._compacted > DAY_MS / 1000:
            self._compacted = monotonic()
            await self._store.compact()

    async def _due(self, bot: str, keep_ms: int) -> list[int]:
        return await self._store.uncleaned(bot, self._clock() - keep_ms, AT_ONCE)

    def _keep_ms(self, definition: bytes) -> int | None:
        """Say how long the interactions of a bot keep their content; None for ever."""
        said = _said.decode(definition).retention
        limits = [milliseconds(said)] if said is not None else []
        if self._most_ms:
            limits.append(self._most_ms)
        return min(limits, default=None)

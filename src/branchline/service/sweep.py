"""What happens by itself: deadlines that have passed, and calls that a stopped process left owed."""

import asyncio
from time import monotonic

import structlog

from branchline import tracing
from branchline.errors import Refusal
from branchline.interaction.events import TimedOut
from branchline.meters import meters
from branchline.service.carriers import Carriers
from branchline.service.clock import Clock
from branchline.service.converse import Converse
from branchline.service.lease import Lease
from branchline.store.port import Store

EVERY_S = 0.5
AT_ONCE = 100
TOGETHER = 20
"""Deadlines that are kept at the same time, so that their turns share a commit."""

log = structlog.get_logger()


class Sweep:
    """Looks into the store twice a second: the store is the only timer, so a restart loses none.

    Each of several processes has a share of the deadlines. When two keep one all the same, the second finds it kept.
    """

    def __init__(self, store: Store, converse: Converse, carriers: Carriers, clock: Clock, lease: Lease) -> None:
        self._store = store
        self._converse = converse
        self._carriers = carriers
        self._clock = clock
        self._lease = lease
        self.beat = monotonic()
        """When it last came round, on the monotonic clock (s)."""

    async def run(self) -> None:
        """Sweep until cancelled. A failing store is waited for: what is due stays due."""
        while True:
            self.beat = monotonic()
            try:
                busy = await self.once()
            except Refusal as refusal:
                log.warning("sweep.failed", code=refusal.code)
                busy = False
            except Exception:
                log.exception("sweep.failed")
                busy = False
            if not busy:
                began = monotonic()
                await asyncio.sleep(EVERY_S)
                meters.loop_lag.note(monotonic() - began - EVERY_S)

    async def once(self) -> bool:
        """Do what is due now; True when there was as much as fits into one go."""
        now = self._clock()
        due = await self._store.due(now, AT_ONCE, self._lease.share)
        kept = 0
        for start in range(0, len(due), TOGETHER):
            kept += sum(await asyncio.gather(*(self._time_out(uuid, now) for uuid in due[start : start + TOGETHER])))
        owed = await self._store.owed(now, self._lease.holder, AT_ONCE)
        await asyncio.gather(*(self._carriers.take_over(call) for call in owed))
        tracing.current.set("")
        return kept == AT_ONCE or len(owed) == AT_ONCE

    async def _time_out(self, uuid: str, now: int) -> bool:
        """Keep one deadline. One that cannot be kept holds up no other: it stays due, and is tried again."""
        try:
            await self._converse.receive(uuid, TimedOut(now))
        except Refusal as refusal:
            log.warning("sweep.not_kept", interaction=uuid, code=refusal.code)
            return False
        except Exception:
            log.exception("sweep.not_kept", interaction=uuid)
            return False
        return True

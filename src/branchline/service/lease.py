"""Which process this is, and whether the others still count on it.

A process says again and again that it is alive. The calls that it owes bear its name; when it falls silent for longer
than `LEASE_MS`, another process takes them over. So a process that was paused and comes back must not go on with them:
after every lapse it has a new name, and a call that bears the old one sends nothing any more.
"""

import asyncio
import os
import socket
from time import monotonic

import structlog

from branchline.errors import Refusal
from branchline.service.identity import new_token
from branchline.store.port import ALL, Share, Store

LEASE_MS = 10_000
"""How long a process may be silent before its calls are taken over."""
EVERY_S = 2.5
MARGIN_S = 1.0
"""So much before the end of its lease a process sends nothing more."""

log = structlog.get_logger()


class Lease:
    """The lease of this process. `holder` is its name, which changes when the lease was lost; `share` is the part of
    what is due by itself that this process looks after.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._place = f"{socket.gethostname()}.{os.getpid()}"
        self._until = 0.0
        self.holder = self._new_name()
        self.share: Share = ALL

    def holds(self, holder: str) -> bool:
        """Say whether what bears this name is still this process's own: asked right before the first byte of a call."""
        return holder == self.holder and (self._store.embedded or monotonic() < self._until)

    async def open(self) -> None:
        """Take up the lease. Beside an embedded store, whatever is held was left by a stopped process, and is free then."""
        await self._beat()

    async def run(self) -> None:
        """Stay alive until cancelled. While the database is away, the lease may run out; then it is taken up anew."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._beat()
            except Refusal as refusal:
                log.warning("lease.not_renewed", code=refusal.code)
            except Exception:
                log.exception("lease.not_renewed")

    async def leave(self) -> None:
        """Hand back what is held, so that others need not wait for it."""
        self._until = 0.0
        await self._store.leave(self.holder)

    async def _beat(self) -> None:
        asked = monotonic()
        if self._until and asked >= self._until and not self._store.embedded:
            self._rename()
        alive = await self._store.beat(self.holder, LEASE_MS)
        if alive.lapsed and self._until:
            self._rename()  # taken for gone by the others, perhaps: what bears the name may be theirs by now
            alive = await self._store.beat(self.holder, LEASE_MS)
        self._until = asked + LEASE_MS / 1000 - MARGIN_S
        mine = alive.holders.index(self.holder) if self.holder in alive.holders else 0
        self.share = (mine, max(1, len(alive.holders)))

    def _rename(self) -> None:
        log.warning("lease.lost", holder=self.holder)
        self._until = 0.0
        self.holder = self._new_name()

    def _new_name(self) -> str:
        return f"{self._place}.{new_token()[:12]}"

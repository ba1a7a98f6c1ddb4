"""Whether this process can do its work now: said to load balancers, and to whoever looks."""

import asyncio
from time import monotonic

from msgspec import Struct

from branchline.errors import Refusal
from branchline.service.clock import Clock
from branchline.service.sweep import Sweep
from branchline.store.port import Store
from branchline.store.tables.marks import WRITABLE, mark

AGAIN_S = 1.0
"""An answer is given for so long without asking the database again: who asks often costs nothing."""
WAIT_S = 8.0
"""A database that has not answered within that is not there."""
SWEEP_S = 30.0
"""A sweep that has not come round for so long is dead: deadlines and calls that are owed wait for it."""


class Check(Struct, frozen=True):
    """One thing that must hold. `problem`: why it does not, one sentence and what to do; empty when it does."""

    name: str
    problem: str = ""


class Health:
    """Asks the parts of a server that has started: the database is open and migrated by then."""

    def __init__(self, store: Store, sweep: Sweep, clock: Clock) -> None:
        self._store = store
        self._sweep = sweep
        self._clock = clock
        self._known: tuple[float, tuple[Check, ...]] | None = None
        self._asking = asyncio.Lock()

    async def checks(self) -> tuple[Check, ...]:
        """Give every check with what is wrong, at most `AGAIN_S` old."""
        async with self._asking:
            if self._known is None or monotonic() - self._known[0] > AGAIN_S:
                found = (await self._database(), self._sweeping())
                self._known = (monotonic(), found)
            return self._known[1]

    async def _database(self) -> Check:
        """Really write: a disk that is full, or was made read-only, answers every question."""
        try:
            async with asyncio.timeout(WAIT_S):
                await mark(self._store.tables, WRITABLE, self._clock())
        except Refusal as refusal:
            return Check("database", str(refusal))
        except TimeoutError:
            return Check(
                "database", f"The database did not answer within {WAIT_S:.0f} s. Look whether it is overloaded."
            )
        return Check("database")

    def _sweeping(self) -> Check:
        late = monotonic() - self._sweep.beat
        if late > SWEEP_S:
            return Check("sweep", f"The sweep has not come round for {late:.0f} s. Restart the server, and report it.")
        return Check("sweep")

"""How many calls may be in flight: per endpoint and in all, so that one slow endpoint never starves another.

A call takes a slot of its endpoint first and one of the whole process second: those that wait in the second line are
never more than one endpoint's share. Waiting costs the call's own deadline; the caller bounds it.
"""

import asyncio
from collections import deque
from contextlib import suppress

QUEUE_FACTOR = 8
"""How many calls may wait for each slot; past that a call is refused at once instead of growing a queue."""


class Gate:
    """A number of slots and a line of those who wait, first come, first served."""

    __slots__ = ("_line", "_longest", "limit", "taken")

    def __init__(self, limit: int, queue_factor: int = QUEUE_FACTOR) -> None:
        self.limit = limit
        self.taken = 0
        self._longest = limit * queue_factor
        self._line: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        return len(self._line)

    @property
    def idle(self) -> bool:
        return not self.taken and not self._line

    def take(self) -> bool:
        """Take a slot if one is free and nobody waits; never blocks."""
        if self.taken >= self.limit or self._line:
            return False
        self.taken += 1
        return True

    async def wait(self) -> bool:
        """Wait for a slot; False, at once, if too many wait already. When cancelled, no slot is held."""
        if self.take():
            return True
        if len(self._line) >= self._longest:
            return False
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give()
            else:
                with suppress(ValueError):  # `give` may have met it already
                    self._line.remove(turn)
            raise
        return True

    def give(self) -> None:
        """Give a slot back: to the first who waits, if any."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.taken -= 1


class Slots:
    """The slots of one client: `per_endpoint` for each endpoint, `in_all` for all of them together."""

    def __init__(self, per_endpoint: int = 64, in_all: int = 512) -> None:
        self._per_endpoint = per_endpoint
        self._all = Gate(in_all)
        self._gates: dict[str, Gate] = {}

    def in_flight(self, endpoint: str) -> int:
        """Count the calls of an endpoint that hold a slot of its own."""
        gate = self._gates.get(endpoint)
        return 0 if gate is None else gate.taken

    async def enter(self, endpoint: str) -> bool:
        """Take a slot for the endpoint and one of all; False if a line is full. Pair True with `leave`."""
        gate = self._gates.get(endpoint)
        if gate is None:
            gate = self._gates[endpoint] = Gate(self._per_endpoint)
        if not gate.take():
            try:
                if not await gate.wait():
                    return False
            finally:
                self._forget(endpoint, gate)
        if self._all.take():
            return True
        entered = False
        try:
            entered = await self._all.wait()
        finally:
            if not entered:
                gate.give()
                self._forget(endpoint, gate)
        return entered

    def leave(self, endpoint: str) -> None:
        """Give both slots back."""
        gate = self._gates[endpoint]
        gate.give()
        self._forget(endpoint, gate)
        self._all.give()

    def _forget(self, endpoint: str, gate: Gate) -> None:
        if gate.idle and self._gates.get(endpoint) is gate:
            del self._gates[endpoint]

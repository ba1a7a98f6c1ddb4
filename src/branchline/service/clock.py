"""The one clock: milliseconds since the Unix epoch, UTC. Tests bring their own."""

import time
from collections.abc import Callable
from time import clock_gettime_ns, time_ns

import structlog

from branchline.store.port import Store

Clock = Callable[[], int]
SET_MS = 2_000
"""A clock that is further off than that was set; what is less, NTP does all the time."""
_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

log = structlog.get_logger()


def system_clock() -> int:
    return time_ns() // 1_000_000


def machine_clock() -> int:
    """Milliseconds that have passed since some moment, whatever the clock is set to; time asleep counts where it can."""
    return clock_gettime_ns(_SINCE_BOOT) // 1_000_000


class SteadyClock:
    """The system's clock, except when it is set: then time goes on from where it was, and catches up bit by bit.

    A day forward at once would end every silent conversation and let every token expire; a day back would let no deadline
    come for a day. So time never goes faster than twice, or slower than half as fast as it passes, and every deadline
    comes within half to twice its time. `wall` and `machine` give milliseconds.
    """

    def __init__(self, wall: Clock = system_clock, machine: Clock = machine_clock) -> None:
        self._wall = wall
        self._machine = machine
        self._at, self._since = wall(), machine()
        self._off = self._at - self._since
        """By how much the wall clock was ahead of the machine's when somebody last looked."""

    def __call__(self) -> int:
        wall, machine = self._wall(), self._machine()
        stepped = wall - machine - self._off
        if not -SET_MS <= stepped <= SET_MS:
            self._at, self._since = self._shown(machine + self._off, machine), machine
            log.warning("clock.stepped", by_ms=stepped)
        self._off = wall - machine
        return self._shown(wall, machine)

    def _shown(self, wall: int, machine: int) -> int:
        passed = machine - self._since
        steady = self._at + passed
        apart = wall - steady
        return steady + (min(apart, passed) if apart > 0 else max(apart, -(passed // 2)))


def clock_for(store: Store) -> Clock:
    """Choose the clock: many processes on one database share that of their machines, which NTP keeps together."""
    return SteadyClock() if store.embedded else system_clock

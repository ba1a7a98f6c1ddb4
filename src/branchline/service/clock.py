"""The one clock: milliseconds since the Unix epoch, UTC. Tests bring their own."""

from collections.abc import Callable
from time import time_ns

Clock = Callable[[], int]


def system_clock() -> int:
    return time_ns() // 1_000_000

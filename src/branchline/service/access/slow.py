"""Slowing down who guesses: after a few failures each further one waits twice as long."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from branchline.errors import CallerError

KEYS_LIMIT = 10_000
FREE = 5
"""Failures of one account, or of one code, before waiting begins."""
FREE_OF_ADDRESS = 30
"""Failures from one address before waiting begins: a whole office may share it."""
LONGEST_S = 300.0
FORGOTTEN_S = 3_600.0


class TooManyTries(CallerError):
    """Too many tries. Try again in {retry_after_s} s."""

    code = "tries.exceeded"
    status = 429


class SlowDown:
    """Counts failures by key, in this process. An attacker pays with time; somebody who mistyped hardly notices."""

    def __init__(self, free: int = FREE, longest_s: float = LONGEST_S, clock: Callable[[], float] = monotonic) -> None:
        self._free = free
        self._longest_s = longest_s
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, *keys: str) -> None:
        """TooManyTries while one of the keys has to wait."""
        now = self._clock()
        for key in keys:
            failures, at = self._failures.get(key, (0, 0.0))
            wait = at + self._wait(failures) - now
            if wait > 0:
                raise TooManyTries(retry_after_s=int(wait) + 1)

    def failed(self, *keys: str) -> None:
        """Count a failure of each key."""
        now = self._clock()
        for key in keys:
            failures, at = self._failures.pop(key, (0, now))
            self._failures[key] = (1 if now - at > FORGOTTEN_S else failures + 1, now)
        while len(self._failures) > KEYS_LIMIT:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        self._failures.pop(key, None)

    def _wait(self, failures: int) -> float:
        return 0.0 if failures < self._free else min(self._longest_s, 2.0 ** min(failures - self._free, 20))

"""Rates per address and per interaction: token buckets in this process."""

from time import monotonic

from branchline.errors import CallerError

KEYS_LIMIT = 10_000
"""Buckets that are kept; past it the full ones are forgotten, since a new bucket starts full."""


class RateExceeded(CallerError):
    """Too many calls: at most {limit} a minute. Try again in {retry_after_s} s."""

    code = "rate.exceeded"
    status = 429


class Rate:
    """At most `per_minute` calls of one key in a minute, in bursts of as many."""

    def __init__(self, per_minute: int) -> None:
        self._limit = per_minute
        self._per_second = per_minute / 60
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> None:
        """Count a call; RateExceeded when it is one too many."""
        now = monotonic()
        left, then = self._buckets.get(key, (float(self._limit), now))
        left = min(self._limit, left + (now - then) * self._per_second)
        if left < 1:
            self._buckets[key] = (left, now)
            raise RateExceeded(limit=self._limit, retry_after_s=max(1, round((1 - left) / self._per_second)))
        self._buckets[key] = (left - 1, now)
        if len(self._buckets) > KEYS_LIMIT:
            self._forget(now)

    def _forget(self, now: float) -> None:
        missing = {
            key: self._limit - left - (now - then) * self._per_second for key, (left, then) in self._buckets.items()
        }
        kept = sorted(missing, key=lambda key: missing[key], reverse=True)[: KEYS_LIMIT // 2]
        self._buckets = {key: self._buckets[key] for key in kept if missing[key] > 0}

"""What this process counts, as plain numbers: a turn pays a few hundred nanoseconds for it. Pure.

One process counts for itself, so there is one `meters`; whoever has something to count imports it. The numbers only
grow; `branchline.api.ops` writes them down for Prometheus.
"""

from bisect import bisect_left

KEYS_LIMIT = 1_000
"""Different labels that a tally keeps apart; past it everything new is counted as `OTHER`."""
OTHER = "other"

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)

Key = tuple[str, ...]


class Histogram:
    """How often a number fell between two bounds, both in the unit of the name that it is kept under."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def note(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Tally:
    """How often something happened, by labels; the number of labels is bounded."""

    __slots__ = ("counts",)

    def __init__(self) -> None:
        self.counts: dict[Key, int] = {}

    def add(self, key: Key) -> None:
        counts = self.counts
        if key in counts:
            counts[key] += 1
        elif len(counts) < KEYS_LIMIT:
            counts[key] = 1
        else:
            other = (OTHER,) * len(key)
            counts[other] = counts.get(other, 0) + 1


class Meters:
    """Everything that is counted."""

    def __init__(self) -> None:
        self.turns = Tally()
        """(bot, event)"""
        self.turn_seconds = Histogram()
        """From the loaded interaction to the saved turn."""
        self.turns_missed = 0
        """Turns that were run again because someone else had moved the interaction."""
        self.fulfillments = Tally()
        """(bot, reason), the reason `ok` for an answer"""
        self.fulfillment_seconds = Histogram()
        self.commits = Histogram()
        """Seconds a commit took, the disk included."""
        self.commit_sizes = Histogram(SIZES)
        """Pieces of work, such as turns, that shared a commit."""
        self.commits_failed = 0
        self.loop_lag = Histogram()
        """Seconds by which the event loop was late."""
        self.refusals = Tally()
        """(code,) of the errors that callers heard"""
        self.incidents = 0

    def turn(self, bot: str, event: str, seconds: float) -> None:
        self.turns.add((bot, event))
        self.turn_seconds.note(seconds)

    def fulfillment(self, bot: str, reason: str, seconds: float) -> None:
        self.fulfillments.add((bot, reason))
        self.fulfillment_seconds.note(seconds)


meters = Meters()

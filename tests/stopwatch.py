"""How long something took by its own doing: what a busy machine kept it waiting for a core does not count."""

import time
from collections.abc import Callable
from pathlib import Path


def _kept_waiting(thread: str) -> float:
    try:
        return int(Path(f"/proc/{thread}/schedstat").read_text().split()[1]) / 1e9
    except FileNotFoundError:  # not Linux: every second counts
        return 0.0


def stopwatch(*processes: int) -> Callable[[], float]:
    """Start a watch that tells the seconds since, without those in which this thread waited for a core.

    :param processes: ids of processes whose main threads took part; their waiting does not count either.
    """
    threads = ("thread-self", *map(str, processes))
    started, before = time.monotonic(), sum(map(_kept_waiting, threads))
    return lambda: time.monotonic() - started - (sum(map(_kept_waiting, threads)) - before)

"""When a delivery that failed is tried again (contract §6). Pure: the same delivery and rung give the same time."""

from hashlib import sha256
from typing import Final

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000

LADDER_MS: Final = (
    5 * SECOND_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    24 * HOUR_MS,
)
"""Waits after the first failure, the second, and so on; after the last one's failure the delivery is dead."""
JITTER: Final = 0.2
"""Share by which a wait is shorter or longer, so that what failed together does not come back together."""
RETRY_AFTER_MAX_MS: Final = 24 * HOUR_MS
"""The longest wait that a target may ask for: the longest rung."""


def wait_ms(delivery_id: str, failed: int, retry_after_ms: int | None = None) -> int | None:
    """Give the wait after the `failed`-th failure, counted from 1; None when there is no further attempt.

    A target that asked for a longer wait gets it, up to a day; a shorter one changes nothing.
    """
    if failed > len(LADDER_MS):
        return None
    wait = round(LADDER_MS[failed - 1] * (1 + JITTER * _swing(f"{delivery_id}/{failed}")))
    return max(wait, min(retry_after_ms or 0, RETRY_AFTER_MAX_MS))


def _swing(key: str) -> float:
    """Give a number from -1 to 1 that is always the same for a key."""
    return int.from_bytes(sha256(key.encode()).digest()[:6]) / 2**47 - 1

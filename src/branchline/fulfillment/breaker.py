"""The circuit breaker of one endpoint, as a value: when to leave it alone, when to try again. Pure.

Closed: calls pass. After `THRESHOLD` unavailable outcomes in a row it opens: no call passes for `FIRST_PAUSE_MS`.
Then half-open: one probe passes; its success closes the breaker, its failure doubles the pause, up to `LAST_PAUSE_MS`.
"""

from msgspec import Struct

THRESHOLD = 5
"""Unavailable outcomes in a row that open the breaker."""
FIRST_PAUSE_MS = 30_000
LAST_PAUSE_MS = 300_000


class Breaker(Struct, frozen=True, omit_defaults=True):
    """`failures` in a row; `pause_ms`, 0 while closed; `until`, when the next probe may go (Unix ms)."""

    failures: int = 0
    pause_ms: int = 0
    until: int = 0
    probing: bool = False


def is_open(state: Breaker) -> bool:
    """Whether calls are held back (open or half-open)."""
    return state.pause_ms > 0


def allows(state: Breaker, now: int) -> tuple[bool, Breaker]:
    """Say whether a call may go at `now` (Unix ms), and give the state to keep.

    A probe moves `until` on, so that only one goes; one whose outcome is never told (a crash) holds back the next no
    longer than `FIRST_PAUSE_MS`, which is as long as a call may take.
    """
    if not is_open(state):
        return True, state
    if now < state.until:
        return False, state
    return True, Breaker(state.failures, state.pause_ms, now + FIRST_PAUSE_MS, probing=True)


def after(state: Breaker, ok: bool, now: int) -> Breaker:
    """Give the state after a call that came back at `now` (Unix ms); `ok`: the endpoint was there.

    A late failure of a call that left before the breaker opened does not lengthen the pause.
    """
    if ok:
        return Breaker()
    failures = state.failures + 1
    if not is_open(state):
        pause = FIRST_PAUSE_MS if failures >= THRESHOLD else 0
        return Breaker(failures, pause, now + pause if pause else 0)
    if not state.probing:
        return Breaker(failures, state.pause_ms, state.until)
    pause = min(state.pause_ms * 2, LAST_PAUSE_MS)
    return Breaker(failures, pause, now + pause)

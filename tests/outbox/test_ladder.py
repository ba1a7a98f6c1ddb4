"""When a delivery that failed is tried again."""

from hypothesis import given
from hypothesis import strategies as st

from branchline.outbox.ladder import HOUR_MS, JITTER, LADDER_MS, RETRY_AFTER_MAX_MS, wait_ms

IDS = st.text(min_size=1, max_size=40)
RUNGS = st.integers(1, len(LADDER_MS))


def test_the_ladder_is_that_of_the_contract() -> None:
    seconds = [ms // 1000 for ms in LADDER_MS]
    assert seconds == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]


@given(IDS, RUNGS)
def test_a_wait_is_that_of_its_rung_give_or_take_a_fifth_and_always_the_same(delivery: str, failed: int) -> None:
    wait, rung = wait_ms(delivery, failed), LADDER_MS[failed - 1]
    assert wait is not None
    assert rung * (1 - JITTER) - 1 <= wait <= rung * (1 + JITTER) + 1
    assert wait == wait_ms(delivery, failed)


def test_waits_of_what_failed_together_lie_apart() -> None:
    waits = {wait_ms(f"d{n}", 5) for n in range(200)}
    assert len(waits) > 190
    assert min(waits, key=lambda one: one or 0) or LADDER_MS[4] * 0.85 > 0
    assert (max(waits, key=lambda one: one or 0) or 0) > LADDER_MS[4] * 1.15


def test_after_the_last_rung_there_is_no_further_attempt() -> None:
    assert wait_ms("d", len(LADDER_MS)) is not None
    assert wait_ms("d", len(LADDER_MS) + 1) is None


@given(IDS, RUNGS, st.integers(0, 400 * HOUR_MS))
def test_a_target_may_ask_for_a_longer_wait_up_to_a_day_and_never_for_a_shorter_one(
    delivery: str, failed: int, asked: int
) -> None:
    own, wait = wait_ms(delivery, failed), wait_ms(delivery, failed, asked)
    assert own is not None
    assert wait == max(own, min(asked, RETRY_AFTER_MAX_MS))

"""The clock goes on evenly when the machine's is set."""

from hypothesis import given
from hypothesis import strategies as st

from branchline.service.clock import SET_MS, SteadyClock, machine_clock

DAY_MS = 86_400_000
START = 1_764_000_000_000


class Machine:
    """A machine whose clock is set by hand; time passes by hand too."""

    def __init__(self) -> None:
        self.passed = 0
        self.off = 0
        self.clock = SteadyClock(lambda: START + self.passed + self.off, lambda: self.passed)

    def wait(self, ms: int, every: int = 0) -> int:
        """Let time pass, looking at the clock every so often; gives what it shows."""
        for _ in range(ms // every if every else 0):
            self.passed += every
            self.clock()
        self.passed += ms % every if every else ms
        return self.clock()

    @property
    def wall(self) -> int:
        return START + self.passed + self.off


def test_a_clock_that_is_not_set_is_the_systems() -> None:
    machine = Machine()
    for off in (0, 5, -5, 900, -900, SET_MS - 1_000):
        machine.off = off
        assert machine.wait(1_234) == machine.wall


def test_a_day_forward_is_caught_up_in_a_day_and_a_day_back_in_two() -> None:
    for day, slow in ((DAY_MS, 1), (-DAY_MS, 2)):
        machine = Machine()
        before = machine.clock()
        machine.off = day
        assert machine.clock() == before
        assert machine.wait(60_000, every=7) - before == (120_000 if day > 0 else 30_000)
        machine.wait(DAY_MS * slow - 61_000)
        assert machine.clock() != machine.wall
        assert machine.wait(1_000) == machine.wall


def test_a_step_and_its_undoing_leave_nothing() -> None:
    machine = Machine()
    before = machine.clock()
    machine.off = DAY_MS
    machine.wait(10_000)
    machine.off = 0
    shown = machine.wait(1_000)
    assert before + 11_000 <= shown <= before + 22_000
    assert machine.wait(30_000) == machine.wall


@given(
    st.lists(
        st.tuples(st.integers(0, 3_600_000), st.integers(-2 * DAY_MS, 2 * DAY_MS), st.integers(1, 400_000)),
        max_size=12,
    )
)
def test_whatever_the_machine_is_set_to_time_goes_half_to_twice_as_fast(told: list[tuple[int, int, int]]) -> None:
    machine = Machine()
    shown, passed = machine.clock(), machine.passed
    for wait, off, then in told:
        machine.off = off
        for ms in (wait, then):
            now = machine.wait(ms)
            ran, took = now - shown, machine.passed - passed
            assert took // 2 - 2 * SET_MS <= ran <= took * 2 + 2 * SET_MS
            shown, passed = now, machine.passed


def test_time_that_passes_on_this_machine_is_seen() -> None:
    assert 0 <= machine_clock() - machine_clock() + 1 <= 1_000

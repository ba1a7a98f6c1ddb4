"""A fixed share of a core for a process, kept by the kernel (control groups): so a machine of two cores can show whether a
second server process brings as much as the first, without the load generator or the database being what is measured.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from bench.processes import BenchFailed

PERIOD_US = 10_000
_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")


@contextlib.contextmanager
def shares() -> Iterator["Shares"]:
    """Processes get shares until the block ends."""
    made = Shares()
    try:
        yield made
    finally:
        made.remove()


class Shares:
    """The control groups of one measurement."""

    def __init__(self) -> None:
        self._groups: list[Path] = []

    def give(self, pid: int, share: float) -> None:
        """Give a process so much of a core at most. BenchFailed where that cannot be done."""
        quota = int(PERIOD_US * share)
        try:
            if (_V1 / "cpu.cfs_quota_us").parent.is_dir() and (_V1 / "cgroup.procs").exists():
                group = _V1 / f"branchline-bench-{os.getpid()}-{pid}"
                group.mkdir()
                self._groups.append(group)
                (group / "cpu.cfs_period_us").write_text(f"{PERIOD_US}")
                (group / "cpu.cfs_quota_us").write_text(f"{quota}")
            else:
                group = _V2 / f"branchline-bench-{os.getpid()}-{pid}"
                group.mkdir()
                self._groups.append(group)
                (group / "cpu.max").write_text(f"{quota} {PERIOD_US}")
            (group / "cgroup.procs").write_text(f"{pid}")
        except OSError as error:
            problem = f"A process could not be given a share of a core ({error.strerror}): control groups need rights."
            raise BenchFailed(problem) from error

    def remove(self) -> None:
        """Take the groups away; their processes are gone by now."""
        for group in self._groups:
            with contextlib.suppress(OSError):
                group.rmdir()

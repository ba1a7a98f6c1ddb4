"""What a measurement leaves behind, and how numbers are taken from processes and disks."""

import os
import statistics
import time
from pathlib import Path

import msgspec


class Kind(msgspec.Struct):
    """One kind of turn: how many, and how long each took from request to answer."""

    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    p95_ms: float


class Figures(msgspec.Struct):
    """One run of the load generator. `bad` counts answers that were not the expected ones; it must be 0."""

    seconds: float
    turns: int
    p50_ms: float
    p99_ms: float
    cpu_ms_per_turn: float
    bad: int
    first_bad: str
    kinds: dict[str, Kind]

    @property
    def turns_per_s(self) -> float:
        return self.turns / self.seconds


class Conversation(msgspec.Struct):
    """A conversation a visitor had: its key, and how many messages were acknowledged (both senders)."""

    uuid: str
    token: str
    said: int = 0
    messages: int = 0


class Readback(msgspec.Struct):
    """Acknowledged messages beside those that a restarted server gives back."""

    conversations: int
    acknowledged: int
    found: int


def percentile(sorted_values: list[float], share: float) -> float:
    """The value below which `share` of the sorted values lie; 0 without values."""
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))] if sorted_values else 0.0


def kind_of(latencies_s: list[float]) -> Kind:
    """Latencies in seconds as a row of figures."""
    ordered = sorted(latencies_s)
    return Kind(len(ordered), *(percentile(ordered, share) * 1000 for share in (0.5, 0.99, 1, 0.95)))


def cpu_s(pids: list[int]) -> float:
    """CPU seconds these processes have used, to the nanosecond: the kernel's clock of each process."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    children = [
        int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()
    ]
    return [pid, *(each for child in children for each in family(child))]


def memory_mb(pids: list[int]) -> tuple[float, float]:
    """Resident and proportional memory (RSS, PSS) of these processes, in MB of 10^6 bytes."""
    totals = {"Rss:": 0, "Pss:": 0}
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, *rest = line.split()
            if name in totals:
                totals[name] += int(rest[0])
    return totals["Rss:"] * 1024 / 1e6, totals["Pss:"] * 1024 / 1e6


def forget_peak(pid: int) -> None:
    """Let the process's peak of memory start again at what it holds now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_mb(pid: int) -> float:
    """The most resident memory the process has held since `forget_peak`, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError(f"/proc/{pid}/status does not name a peak.")


def fsync_ms(folder: Path, times: int = 200) -> float:
    """The disk's own price of durability: median of writing 4 KiB and `fdatasync`."""
    path = folder / "fsync.probe"
    took = []
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        for _ in range(times):
            begun = time.perf_counter()
            os.write(handle, b"x" * 4096)
            os.fdatasync(handle)
            took.append(time.perf_counter() - begun)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(took) * 1000

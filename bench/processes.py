"""Starting, watching and stopping the processes of a measurement, each by its own id and for a bounded time."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
SERVER_CORE = 0
LOAD_CORE = 1
READY_S = 30.0
COMMAND_S = 300.0


class BenchFailed(Exception):
    """A measurement could not be made; the text says why."""


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder on the repository's own disk (a memory disk would make durability free), removed at the end."""
    base = ROOT / ".branchline"
    base.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _pin(pid: int, core: int) -> None:
    """Keep a process that was just started (its threads come later, and inherit) on one core, where there are two."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) > 1:
        os.sched_setaffinity(pid, {allowed[core % len(allowed)]})


class Process:
    """A process of ours, in a process group of its own, with its words in `log`."""

    def __init__(
        self, command: Sequence[str], core: int, log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._log = log
        with log.open("ab") as words:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        self.pid = self._process.pid
        _pin(self.pid, core)

    def wait_until_ready(self, port: int) -> None:
        """Return when it listens on the port."""
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                return
            time.sleep(0.02)
        self.stop()
        words = self._log.read_text(errors="replace")[-2000:]
        raise BenchFailed(f"{self._process.args!r} did not listen within {READY_S:g} s. Its last words:\n{words}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it and everything it started; after 10 s the hard way."""
        for signal_ in (how, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal_)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
                return

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def python_module(name: str, *arguments: object) -> list[str]:
    """The command line of one of our own modules."""
    return [sys.executable, "-m", name, *map(str, arguments)]


def run_to_end(command: Sequence[str], core: int | None = None, environment: Mapping[str, str] | None = None) -> bytes:
    """Run a command to its end, within `COMMAND_S`; what it printed. BenchFailed when it says no."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        if core is not None:
            _pin(process.pid, core)
        try:
            printed, complaints = process.communicate(timeout=COMMAND_S)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise BenchFailed(f"{command!r} was not done after {COMMAND_S:g} s.") from error
    if process.returncode:
        words = (printed + complaints).decode(errors="replace")[-3000:]
        raise BenchFailed(f"{command!r} ended with {process.returncode}:\n{words}")
    return printed


def run_load(script: str, **options: object) -> bytes:
    """Run the load generator to its end; the JSON it printed. Options are those of `bench.load`."""
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return run_to_end(python_module("bench.load", script, *words), LOAD_CORE)

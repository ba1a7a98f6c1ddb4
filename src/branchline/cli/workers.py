"""Several server processes on one machine: one parent that holds the address, starts the workers and passes signals on.

The workers share the listening socket; the system gives each connection to one of them. A worker that dies is started
again, while the others go on. The parent does nothing else: it opens no database and answers no request.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

import structlog

from branchline.errors import HostError

SOCKET = "BRANCHLINE_WORKER_SOCKET"
"""Environment variable of a worker: the number of the listening socket that it was given."""
NUMBER = "BRANCHLINE_WORKER_NUMBER"
"""Environment variable of a worker: which one it is, from 1."""
STOP_S = 25.0
"""How long workers may take to stop; what is still there then is killed."""
PAUSES_S = (0.0, 0.5, 1.0, 2.0, 5.0)
"""Seconds before a worker that died is started again, by how often it died right after its start."""
STEADY_S = 30.0
"""A worker that lived for so long did not die of its start."""
LOOK_EVERY_S = 0.1

log = structlog.get_logger()


class WorkersNeedServer(HostError):
    """Several workers cannot share the database {database}: it is embedded in one process. Leave out --workers, or put the database into PostgreSQL with --database postgresql://user:password@host/name."""

    code = "workers.embedded"


class WorkerFailed(HostError):
    """No worker could start; the first one ended with exit code {code}. What stopped it stands above."""

    code = "workers.failed"


class _Worker:
    """One place for a worker, and the process in it."""

    def __init__(self, number: int, command: Sequence[str], listener: socket.socket) -> None:
        self._command = command
        self._descriptor = listener.fileno()
        self._environment = {**os.environ, SOCKET: str(self._descriptor), NUMBER: str(number)}
        self._deaths = 0
        self._again_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._started_at = time.monotonic()
        # Ctrl C reaches the parent alone, which asks the workers to stop; by the pipe they notice that it is gone.
        self.process = subprocess.Popen(  # noqa: S603 our own program
            self._command,
            stdin=subprocess.PIPE,
            pass_fds=[self._descriptor],
            env=self._environment,
            start_new_session=True,
        )

    def look(self) -> int | None:
        """Start the process again when it died; gives its exit code when it died at its start, for the first time."""
        if self.process is None:
            if time.monotonic() >= self._again_at:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        lived = time.monotonic() - self._started_at
        self._deaths = 0 if lived > STEADY_S else self._deaths + 1
        pause = PAUSES_S[min(self._deaths, len(PAUSES_S) - 1)]
        log.error("worker.died", pid=self.process.pid, code=code, lived_s=round(lived, 1), again_in_s=pause)
        self.process = None
        self._again_at = time.monotonic() + pause
        return code

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait_until(self, end: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("worker.killed", pid=self.process.pid)
            self.process.kill()
            self.process.wait()


def run_workers(count: int, listener: socket.socket, arguments: Sequence[str]) -> None:
    """Run workers until asked to stop. Raises WorkerFailed when none of them comes up: trying again would not help."""
    command = [sys.executable, "-m", "branchline", *arguments]
    workers = [_Worker(number, command, listener) for number in range(1, count + 1)]
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopping.append(received))
    for worker in workers:
        worker.start()
    began = time.monotonic()
    try:
        while not stopping:
            time.sleep(LOOK_EVERY_S)
            codes = [worker.look() for worker in workers]
            died = [code for code in codes if code is not None]
            if len(died) == count and time.monotonic() - began < STEADY_S:
                raise WorkerFailed(code=died[0])
    finally:
        end = time.monotonic() + STOP_S
        for worker in workers:
            worker.ask_to_stop()
        for worker in workers:
            worker.wait_until(end)
    log.info("server.stopped")


def given_socket() -> socket.socket | None:
    """Give the listening socket that a worker was started with; None in any other process."""
    descriptor = os.environ.get(SOCKET)
    if descriptor is None:
        return None
    listener = socket.socket(fileno=int(descriptor))
    listener.setblocking(False)
    return listener


def number() -> int:
    """Say which worker this process is, from 1; a server without workers is the first."""
    return int(os.environ.get(NUMBER, "1"))


def is_first() -> bool:
    """Say whether this process speaks for all: it is the only one, or the first worker."""
    return number() == 1


def stop_with_parent() -> None:
    """In a worker: stop when the parent is gone, however it went. On the running event loop."""

    def look() -> None:
        if not os.read(sys.stdin.fileno(), 1):
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            os.kill(os.getpid(), signal.SIGTERM)

    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), look)

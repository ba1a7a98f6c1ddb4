"""What is tortured: a database, the server processes on it, and the company's systems beside them."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from tools.postgres import Postgres, running

from bench.processes import ROOT, free_port, run_to_end, scratch_folder
from bench.torture.bots import NAME, bot

UP_S = 30.0
LOOK_S = 0.01


class Server:
    """One server process, started again and again on its port."""

    def __init__(self, database: str, environment: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self._child = 0
        with log.open("ab") as words:
            self._starter = subprocess.Popen(
                [sys.executable, "-m", "bench.torture.server", database, str(self.port)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
                env={**os.environ, **environment},
            )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        if self._child:
            try:
                os.kill(self._child, 0)
            except ProcessLookupError:
                self._child = 0
        return self._child != 0

    async def start(self, ahead_ms: int, fault: str = "") -> None:
        """Start it with a clock that is ahead and perhaps a fault; comes back when it listens or is dead already."""
        assert self._starter.stdin is not None
        assert self._starter.stdout is not None
        self._starter.stdin.write(f"{ahead_ms} {fault}\n")
        self._starter.stdin.flush()
        self._child = int(await asyncio.to_thread(self._starter.stdout.readline))
        until = asyncio.get_running_loop().time() + UP_S
        while self.running and asyncio.get_running_loop().time() < until:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(LOOK_S)
        if self.running:
            raise AssertionError(f"The server did not listen within {UP_S:g} s.")

    async def dies(self, seconds: float) -> bool:
        """Wait for it to end by itself; False when it has not within so many seconds."""
        until = asyncio.get_running_loop().time() + seconds
        while self.running and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(LOOK_S)
        return not self.running

    async def kill(self) -> None:
        """Stop it like a power cut."""
        self.signal(signal.SIGKILL)
        await self.dies(UP_S)

    def signal(self, number: signal.Signals) -> None:
        if self.running:
            os.kill(self._child, number)

    def close(self) -> None:
        """End it and what starts it."""
        self.signal(signal.SIGKILL)
        self._starter.kill()
        self._starter.communicate()


class Site:
    """Everything that runs. `postgres` is None with SQLite."""

    def __init__(self, database: str, servers: Sequence[Server], endpoint: str, postgres: Postgres | None) -> None:
        self.database = database
        self.servers = servers
        self.postgres = postgres
        self._endpoint = endpoint

    def addresses(self) -> list[str]:
        return [server.address for server in self.servers]

    async def noted(self) -> list[tuple[str, str, str, str]]:
        """Ask the company's systems what they were sent."""

        def ask() -> Any:
            with urllib.request.urlopen(self._endpoint + "/noted", timeout=60) as answer:
                return answer.read()

        return msgspec.json.decode(await asyncio.to_thread(ask), type=list[tuple[str, str, str, str]])


@contextlib.contextmanager
def site(store: str) -> Iterator[Site]:
    """Set everything up on a store, `sqlite` or `postgresql`; nothing is left at the end."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(scratch_folder())
        postgres: Postgres | None = None
        if store == "postgresql":
            postgres = stack.enter_context(running())
            postgres.create(NAME)
            database = postgres.tcp_url(NAME)
        else:
            database = f"sqlite:///{folder / 'branchline.db'}"
        endpoint = stack.enter_context(_systems())
        environment = {
            "BRANCHLINE_DATABASE": database,
            "BRANCHLINE_SECRET_KEY": "YnJhbmNobGluZS10b3J0dXJlLWtleS0wMTIzNDU2Nzg=",
            "BRANCHLINE_ALLOW_HTTP": "true",
            "BRANCHLINE_OPEN_HOSTS": "127.0.0.1",
            "BRANCHLINE_STARTS_PER_MINUTE": "1000000",
            "BRANCHLINE_MESSAGES_PER_MINUTE": "1000000",
            "BRANCHLINE_LOG_LEVEL": "error",
        }
        file = folder / "torture.yaml"
        file.write_text(bot(endpoint))
        program = [sys.executable, "-m", "branchline"]
        run_to_end([*program, "publish", str(file)], environment=environment)
        wanted = ["target", "add", f"{NAME}/crm", f"{endpoint}/crm", "--send", "all"]
        run_to_end([*program, *wanted], environment=environment)
        count = 2 if postgres is not None else 1
        servers = [Server(database, environment, folder / f"server-{n}.log") for n in range(count)]
        try:
            yield Site(database, servers, endpoint, postgres)
        finally:
            for server in servers:
                server.close()


@contextlib.contextmanager
def _systems() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.torture.endpoint"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().rsplit(" ", 1)[-1].strip()
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

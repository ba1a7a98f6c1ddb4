"""The contenders on PostgreSQL: floor and product, each block on a database of its own in one server."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.postgres import Postgres, running

from bench import bots
from bench.processes import LOAD_CORE, python_module
from bench.servers import MakeBot, ProductServer, branchline

OPTIONS = ("shared_buffers = '256MB'", "max_wal_size = '2GB'")
"""What a host would set; what makes commits durable is as PostgreSQL comes."""


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A server on the folder's disk, on the core of the load generator: its backends inherit that."""
    folder.parent.chmod(0o755)
    folder.chmod(0o755)
    with running(OPTIONS, folder) as server:
        allowed = sorted(os.sched_getaffinity(0))
        if len(allowed) > 1:
            _pin_all(server.pid, allowed[LOAD_CORE % len(allowed)])
        yield server


def _pin_all(pid: int, core: int) -> None:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, children)):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(each, {core})


def database_name(folder: Path) -> str:
    return folder.name.replace("-", "_")


def database_of(server: Postgres, folder: Path) -> str:
    """Give the address of the folder's database, made when it is asked for first."""
    name = database_name(folder)
    if server.run(f"select 1 from pg_database where datname = '{name}'") != "1":
        server.create(name)
    return server.url(name)


class PostgresFloor:
    """`bench.floor_postgres`."""

    name = "floor"

    def __init__(self, server: Postgres) -> None:
        self._server = server

    def prepare(self, folder: Path, endpoint_port: int) -> None:
        """Nothing: the floor makes its own tables."""

    def command(self, folder: Path, port: int, endpoint_port: int) -> list[str]:
        database = database_of(self._server, folder)
        return python_module(
            "bench.floor_postgres", "--port", port, "--database", database, "--endpoint-port", endpoint_port
        )

    def environment(self, folder: Path) -> dict[str, str]:
        return {}


class PostgresProduct(ProductServer):
    """`branchline serve` on PostgreSQL, with so many workers."""

    def __init__(
        self, server: Postgres, make_bots: Sequence[MakeBot] = (bots.order_bot,), *, workers: int = 1, name: str = ""
    ) -> None:
        super().__init__(make_bots)
        self._server = server
        self._workers = workers
        self.name = name or "product"

    def command(self, folder: Path, port: int, endpoint_port: int) -> list[str]:
        more = ["--workers", str(self._workers)] if self._workers > 1 else []
        return [branchline(), "serve", "--port", str(port), *more]

    def environment(self, folder: Path) -> dict[str, str]:
        return {**super().environment(folder), "BRANCHLINE_DATABASE": database_of(self._server, folder)}

"""The two servers that are compared, each started on its own database."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from bench.processes import LOAD_CORE, SERVER_CORE, Process, free_port, python_module


class Contender(Protocol):
    """A server that can do the job."""

    name: str

    def prepare(self, folder: Path, endpoint_port: int) -> None:
        """Make the folder ready, once, before the first start."""

    def command(self, folder: Path, port: int, endpoint_port: int) -> list[str]:
        """How it is started on this folder's database."""

    def environment(self, folder: Path) -> dict[str, str]:
        """What it finds in its environment."""


class FloorServer:
    """`bench.floor`."""

    name = "floor"

    def prepare(self, folder: Path, endpoint_port: int) -> None:
        """Nothing: the floor makes its own tables."""

    def command(self, folder: Path, port: int, endpoint_port: int) -> list[str]:
        return python_module(
            "bench.floor", "--port", port, "--database", folder / "floor.db", "--endpoint-port", endpoint_port
        )

    def environment(self, folder: Path) -> dict[str, str]:
        return {}


@contextlib.contextmanager
def started(contender: Contender, folder: Path, endpoint_port: int) -> Iterator[tuple[Process, int]]:
    """The server, listening; and its port."""
    port = free_port()
    command = contender.command(folder, port, endpoint_port)
    with Process(command, SERVER_CORE, folder / "server.log", contender.environment(folder)) as process:
        process.wait_until_ready(port)
        yield process, port


@contextlib.contextmanager
def stub(folder: Path) -> Iterator[int]:
    """The order service, listening; its port."""
    port = free_port()
    with Process(python_module("bench.stub", "--port", port), LOAD_CORE, folder / "stub.log") as process:
        process.wait_until_ready(port)
        yield port

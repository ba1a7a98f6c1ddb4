"""The two servers that are compared, each started on its own database."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from bench import bots
from bench.processes import LOAD_CORE, SERVER_CORE, Process, free_port, python_module, run_to_end

MakeBot = Callable[[int], bots.Bot]


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
        database = folder / "floor.db"
        return python_module("bench.floor", "--port", port, "--database", database, "--endpoint-port", endpoint_port)

    def environment(self, folder: Path) -> dict[str, str]:
        return {}


class ProductServer:
    """`branchline serve`, with rates and inside addresses opened for one machine that talks to itself."""

    name = "product"

    def __init__(self, make_bots: Sequence[MakeBot] = (bots.order_bot,)) -> None:
        self._make_bots = make_bots

    def prepare(self, folder: Path, endpoint_port: int) -> None:
        """Publish the bots."""
        for make in self._make_bots:
            self.run(folder, "publish", str(bots.write(make(endpoint_port), folder)))

    def command(self, folder: Path, port: int, endpoint_port: int) -> list[str]:
        return [branchline(), "serve", "--port", str(port), "--database", database_url(folder)]

    def environment(self, folder: Path) -> dict[str, str]:
        return {
            "BRANCHLINE_DATABASE": database_url(folder),
            "BRANCHLINE_ALLOW_HTTP": "true",
            "BRANCHLINE_OPEN_HOSTS": "127.0.0.1",
            "BRANCHLINE_STARTS_PER_MINUTE": "1000000",
            "BRANCHLINE_MESSAGES_PER_MINUTE": "1000000",
            "BRANCHLINE_LOG_LEVEL": "warning",
        }

    def run(self, folder: Path, *words: str) -> str:
        """Run a one-shot command on this folder's database; what it printed."""
        return run_to_end([branchline(), *words], environment=self.environment(folder)).decode()


def database_url(folder: Path) -> str:
    """The product's database in this folder."""
    return f"sqlite:///{folder / 'branchline.db'}"


def branchline() -> str:
    """The command, of this environment."""
    return str(Path(sys.executable).with_name("branchline"))


@contextlib.contextmanager
def started(contender: Contender, folder: Path, endpoint_port: int) -> Iterator[tuple[Process, int]]:
    """The server, listening; and its port."""
    port = free_port()
    command = contender.command(folder, port, endpoint_port)
    with Process(command, SERVER_CORE, folder / "server.log", contender.environment(folder)) as process:
        process.wait_until_ready(port)
        yield process, port


@contextlib.contextmanager
def stub(folder: Path, behaviour: str = "answer") -> Iterator[int]:
    """The order service, listening; its port."""
    port = free_port()
    command = python_module("bench.stub", "--port", port, "--behaviour", behaviour)
    with Process(command, LOAD_CORE, folder / f"stub-{behaviour}.log") as process:
        process.wait_until_ready(port)
        yield port

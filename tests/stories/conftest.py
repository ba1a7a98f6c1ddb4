"""What stories share: a scratch folder with a published bot, endpoints in other processes, a running server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from endpoints import Endpoint
from running import ROOT, Publish, Server, command, first_line, inside, order_desk, serving


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "branchline.db"


@pytest.fixture
def order_service(tmp_path: Path) -> Iterator[str]:
    """The example order service in a process of its own; gives its address."""
    process = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "examples/order-desk/service.py"),
            "--port",
            "0",
            "--database",
            str(tmp_path / "orders.db"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=dict(os.environ),
    )
    try:
        yield first_line(process).rsplit(" ", 1)[-1]
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def publish(database: Path, tmp_path: Path) -> Publish:
    """Publish a bot file's text."""

    def run(text: str) -> None:
        file = tmp_path / "bot.yaml"
        file.write_text(text)
        done = command("publish", str(file), "--database", f"sqlite:///{database}")
        assert done.returncode == 0, done.stderr

    return run


@pytest.fixture
def order_desk_server(database: Path, order_service: str, publish: Publish) -> Iterator[Server]:
    publish(order_desk(order_service))
    with serving(database, inside(order_service)) as server:
        yield server


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()

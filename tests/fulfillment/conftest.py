"""Real endpoints on loopback, each bounded and stopped."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def hostile_port() -> Iterator[int]:
    """The misbehaving endpoint, in a process of its own."""
    program = Path(__file__).with_name("hostile.py")
    process = subprocess.Popen([sys.executable, str(program), "--port", "0"], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(5)
        process.stdout.close()

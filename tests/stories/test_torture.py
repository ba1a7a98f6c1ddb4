"""A short form of `./dev torture`: each place to be killed at comes at least once, on both durable stores."""

import re
import subprocess
import sys

import pytest

from branchline.faults import POINTS
from running import ROOT

pytestmark = pytest.mark.story


def tortured(store: str, rounds: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.torture", "--store", store, "--rounds", str(rounds)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3_000:]
    return done.stdout


def test_killed_at_every_place_sqlite_loses_doubles_and_forgets_nothing() -> None:
    printed = tortured("sqlite", 24)
    assert set(re.findall(r"^ +\d+  (\S+)$", printed, re.MULTILINE)) >= set(POINTS) - {
        "delivery.sent",
        "delivery.written",
    }


def test_two_processes_on_postgresql_lose_double_and_forget_nothing() -> None:
    assert "0  acknowledged messages lost" in tortured("postgresql", 14)

"""The process that checks large drafts: its answers are those of a check inside, and nothing that befalls it is felt."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from branchline.bot.checked import checked
from branchline.service.checker import Checker

LARGE = 300
BEGINNING = """
import asyncio
from branchline.service.checker import Checker
async def main():
    checker = Checker()
    await checker.check({"branchline": 1, "nodes": {"a": "x" * 100_000}}, None)
    print(checker.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def faulty(nodes: int, target: str = "nowhere") -> dict[str, Any]:
    said = [{"do": "send_message", "text": "Hello {{ nobody }}, and a few words more to be long enough."}]
    drawn = {f"n{number}": {"actions": said, "exit": {"do": "go_to", "node": target}} for number in range(nodes)}
    return {"branchline": 1, "bot": "faulty", "start": "n0", "nodes": drawn}


@pytest.mark.parametrize("nodes", [1, LARGE])
async def test_a_document_has_the_same_issues_whoever_checks_it(nodes: int) -> None:
    checker = Checker()
    sends_file = faulty(nodes)
    sends_file["nodes"]["n0"]["actions"] = [{"do": "send_file", "path": path} for path in ("a.png", "b.png")]
    try:
        for document, files in ((faulty(nodes), None), (sends_file, {"a.png"})):
            assert await checker.check(document, files) == checked(document, files)
        assert (checker.pid is None) == (nodes == 1), "small ones are checked inside"
    finally:
        await checker.close()
    assert checker.pid is None


async def test_a_check_is_answered_although_its_process_was_killed() -> None:
    checker = Checker()
    try:
        for _ in range(3):
            assert await checker.check(faulty(LARGE), None) == checked(faulty(LARGE), None)
            if checker.pid is not None:
                os.kill(checker.pid, signal.SIGKILL)
    finally:
        await checker.close()


async def test_the_answer_of_a_cancelled_check_is_given_to_nobody() -> None:
    checker = Checker()
    other = faulty(LARGE, "elsewhere")
    try:
        given_up = asyncio.create_task(checker.check(faulty(LARGE), None))
        await asyncio.sleep(0.05)
        given_up.cancel()
        with suppress(asyncio.CancelledError):
            await given_up
        assert await checker.check(other, None) == checked(other, None)
    finally:
        await checker.close()


def test_the_process_ends_with_the_server_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", BEGINNING], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        server.kill()
    for _ in range(600):
        if not running(pid):
            return
        time.sleep(0.05)
    raise AssertionError(f"The process {pid} stayed.")


def running(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False

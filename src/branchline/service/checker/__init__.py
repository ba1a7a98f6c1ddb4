"""Checking drafts without keeping visitors waiting: a large one is checked in a process of its own.

A thread would not do. Python runs one thread at a time, so whoever saves a draft of a thousand nodes again and again
would take half of the server's time from everybody who chats.
"""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Collection
from contextlib import suppress
from typing import Any

import msgspec

from branchline.bot.checked import Seen, checked

INSIDE_LIMIT = 16 * 1024
"""Bytes of a document as JSON up to which it is checked inside, in a thread: that takes a few milliseconds."""
IDLE_S = 60.0
"""How long the process stays after the last check: it holds about 40 MB."""
SIZE_BYTES = 4
"""What goes before each message between the processes: its length, the highest byte first."""

_answer = msgspec.json.Decoder(tuple[Seen, ...]).decode


class Asked(msgspec.Struct):
    """What the process is asked: see `branchline.bot.checked.checked`."""

    document: msgspec.Raw
    files: list[str] | None


class Checker:
    """Checks documents. Its process begins at the first large one, and ends by itself, also when this process is killed."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return None if self._process is None else self._process.pid

    async def check(self, document: Any, files: Collection[str] | None) -> tuple[Seen, ...]:
        """Give what is wrong with a document; see `checked`."""
        text = msgspec.json.encode(document)
        if len(text) > INSIDE_LIMIT:
            asked = msgspec.json.encode(Asked(msgspec.Raw(text), None if files is None else list(files)))
            async with self._one:
                # where no process can be had, visitors wait a little rather than the author for ever
                with suppress(OSError, asyncio.IncompleteReadError):
                    return _answer(await self._ask(asked))
        return await asyncio.to_thread(checked, document, files)

    async def close(self) -> None:
        """End the process."""
        async with self._one:
            process = self._process
            self._end()
            if process is not None:
                await process.wait()

    async def _ask(self, asked: bytes) -> bytes:
        process = self._process or await self._begin()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(len(asked).to_bytes(SIZE_BYTES) + asked)
            await process.stdin.drain()
            size = int.from_bytes(await process.stdout.readexactly(SIZE_BYTES))
            answer = await process.stdout.readexactly(size)
        except BaseException:  # whoever asked is gone too: the next one must not be given this one's answer
            self._end()
            raise
        self._stay()
        return answer

    async def _begin(self) -> Process:
        words = (sys.executable, "-P", "-m", "branchline.service.checker")
        self._process = await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
        return self._process

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._end)

    def _end(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process = None

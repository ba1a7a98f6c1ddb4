"""The writer of this process. Turns that arrive while a commit is under way share the next one: one statement, one commit.

A connection that is lost in the middle of a commit leaves open whether it happened. Then the same statement is sent
again: the turn numbers keep it from happening twice, and each turn bears the number of the save that wrote it, so what
the first commit wrote is told apart from what another process wrote. Nobody hears yes or no before that is known.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

import asyncpg

from branchline.errors import HostError
from branchline.faults import passed
from branchline.meters import meters
from branchline.store.port import Change
from branchline.store.postgres import turns
from branchline.store.postgres.connect import Connection, Link, again, explain, lost, refused, stale
from branchline.store.postgres.queries import SQL
from branchline.store.postgres.tables import run

BATCH_LIMIT = 256
"""The most turns that share a commit: bounds what one fault makes run again."""
PATIENCE_S = 4
"""Seconds for which a lost connection is made again before callers hear that the database is away."""
PAUSE_S = 0.2
_SAVE, _WRITTEN = SQL["save"], SQL["written"]


class _Work:
    __slots__ = ("change", "done", "row")

    def __init__(self, change: Change, row: tuple[Any, ...], done: "asyncio.Future[bool]") -> None:
        self.change = change
        self.row = row
        self.done = done


class Writer:
    """Groups turns into statements, in the order in which they came. `saved` hears the uuids of each commit."""

    def __init__(self, link: Link, url: str, saved: Callable[[list[str]], None]) -> None:
        self._link = link
        self._url = url
        self._saved = saved
        self._waiting: deque[_Work] = deque()
        self._task: asyncio.Task[None] | None = None
        self._save = secrets.randbits(62)

    async def save(self, change: Change) -> bool:
        """Write a turn durably; False when the turn before it is not the stored one. Raises Duplicate, StoreAway."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()
        self._save = (self._save + 1) & (2**62 - 1)
        self._waiting.append(_Work(change, turns.row(change, self._save), done))
        if self._task is None:
            self._task = loop.create_task(self._run())
        return await done

    async def close(self) -> None:
        """Finish what was asked."""
        while self._task is not None:
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._write(self._take())
        finally:
            self._task = None

    def _take(self) -> list[_Work]:
        """Take a batch with one turn of an interaction at most; the others keep their order."""
        batch: list[_Work] = []
        left: list[_Work] = []
        taken: set[int] = set()
        while self._waiting and len(batch) < BATCH_LIMIT:
            work = self._waiting.popleft()
            if work.change.interaction.id in taken:
                left.append(work)
            else:
                taken.add(work.change.interaction.id)
                batch.append(work)
        self._waiting.extendleft(reversed(left))
        return batch

    async def _write(self, batch: list[_Work]) -> None:
        began = monotonic()
        try:
            written = await self._certainly(batch)
        except Exception as problem:  # turns of any kind may fail in any way; their callers get to know
            refusal = explain(problem, self._url)
            meters.commits_failed += 1
            if len(batch) == 1 or isinstance(refusal, HostError):
                error = refused(problem) if isinstance(problem, asyncpg.UniqueViolationError) else refusal or problem
                for work in batch:
                    if not work.done.done():
                        work.done.set_exception(error)
                return
            half = len(batch) // 2  # one of them is at fault: the others are written without it
            await self._write(batch[:half])
            await self._write(batch[half:])
        else:
            meters.commits.note(monotonic() - began)
            meters.commit_sizes.note(len(batch))
            for work in batch:
                if not work.done.done():
                    work.done.set_result(work.change.interaction.id in written)
            if written:
                self._saved([w.change.interaction.uuid for w in batch if w.change.interaction.id in written])

    async def _certainly(self, batch: list[_Work]) -> set[int]:
        """Write a batch; gives the ids of the interactions whose turns are on disk. Sure of each, or raises."""
        until = monotonic() + PATIENCE_S
        rows = sorted(work.row for work in batch)  # by id: two processes lock in one order
        columns = [list(column) for column in zip(*rows, strict=True)]
        unsure = False
        while True:
            try:
                db = await self._link.get()
                passed("turn.before_commit")
                written = await _send(db, columns, batch)
                passed("turn.after_commit")
                if unsure and len(written) < len(batch):
                    written |= {row[0] for row in await db.fetch(_WRITTEN, columns[0], columns[3], columns[16])}
                return written
            except Exception as problem:
                if stale(problem):
                    self._link.drop()
                if monotonic() > until or not (lost(problem) or again(problem)):
                    raise
                if lost(problem):
                    unsure = True
                    self._link.drop()
                    await asyncio.sleep(PAUSE_S)


async def _send(db: Connection, columns: Sequence[Sequence[object]], batch: Sequence[_Work]) -> set[int]:
    beside = [work for work in batch if work.change.alongside]
    if not beside:
        return {row[0] for row in await db.fetch(_SAVE, *columns)}
    async with db.transaction():
        written = {row[0] for row in await db.fetch(_SAVE, *columns)}
        for work in beside:
            if work.change.interaction.id in written:
                for statement in work.change.alongside:
                    await run(db, statement)
        return written

"""The one writer. Work that arrives while a commit is under way shares the next one.

Statements run on the event loop, COMMIT in a thread of its own: the loop does other things while the disk is flushed.
Work is called with the connection inside a transaction; it may be called twice (see `_replay`), so it must do nothing
but statements.
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter
from typing import Any, TypeVar

from branchline.errors import HostError
from branchline.faults import passed
from branchline.meters import meters
from branchline.store.problems import StoreUnavailable
from branchline.store.sqlite.connect import BUSY_MS, RETRY_S, explain
from branchline.store.sqlite.place import Place

BATCH_LIMIT = 256
"""The most pieces of work that share a commit: bounds what one fault makes run again."""

T = TypeVar("T")
Run = Callable[[sqlite3.Connection], Any]


class _Work:
    __slots__ = ("done", "heavy", "run")

    def __init__(self, run: Run, done: "asyncio.Future[Any]", heavy: bool) -> None:
        self.run = run
        self.done = done
        self.heavy = heavy


class _Failed:
    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Writer:
    """Groups work into transactions, in the order in which it came."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._path = path
        self._place = Place(path)
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Work] = deque()
        self._busy = False
        self._closed = False
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="branchline-commit", daemon=True)
        self._thread.start()
        db.execute("pragma busy_timeout = 0")  # the loop never waits for another process; the thread does

    async def do(self, run: Callable[[sqlite3.Connection], T], *, heavy: bool = False) -> T:
        """Run work durably: when this returns, it is on disk. `heavy` work runs in the thread, in a commit of its own.

        Raises what the work raised, or StoreUnavailable; then nothing of the work is stored.
        """
        if self._closed:
            raise StoreUnavailable(path=self._path, problem="it is closed", retry_after_s=RETRY_S)
        done: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append(_Work(run, done, heavy))
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._next)
        return await done

    async def close(self) -> None:
        """Finish what was asked, then stop."""
        self._closed = True
        while self._busy:
            last: asyncio.Future[None] = self._loop.create_future()
            self._waiting.append(_Work(lambda db: None, last, heavy=False))
            await last
            await asyncio.sleep(0)
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._db.close()

    def _next(self) -> None:
        batch = self._take()
        if not batch:
            self._busy = False
        elif batch[0].heavy or not self._begun():
            self._jobs.put(lambda: self._whole(batch))
        else:
            # looked at here: each call of the system in the thread would cost it another wait for the interpreter
            outcomes = self._still_there(self._run(batch))
            self._jobs.put(lambda: self._finish(batch, outcomes))

    def _take(self) -> list[_Work]:
        waiting = self._waiting
        batch: list[_Work] = []
        while waiting and len(batch) < BATCH_LIMIT and not (batch and waiting[0].heavy):
            batch.append(waiting.popleft())
            if batch[0].heavy:
                break
        return batch

    def _begun(self) -> bool:
        """Begin on the loop; False when another process holds the file, or something is wrong: the thread finds out."""
        try:
            self._db.execute("begin immediate")
        except sqlite3.Error:
            return False
        return True

    def _run(self, batch: list[_Work]) -> list[Any]:
        try:
            return [work.run(self._db) for work in batch]
        except Exception as problem:  # work of any kind may fail in any way; its caller gets to know
            self._roll_back()
            refusal = explain(problem, self._path)
            if refusal is not None:
                return [_Failed(refusal)] * len(batch)
            return self._replay(batch)

    def _replay(self, batch: list[_Work]) -> list[Any]:
        """Run a batch again, each work alone: only the one that fails is left out."""
        outcomes: list[Any] = []
        try:
            self._db.execute("begin immediate")
            for work in batch:
                self._db.execute("savepoint work")
                try:
                    outcomes.append(work.run(self._db))
                except Exception as problem:
                    if explain(problem, self._path) is not None:
                        raise
                    self._db.execute("rollback to work")
                    outcomes.append(_Failed(problem))
                self._db.execute("release work")
        except Exception as problem:
            self._roll_back()
            return [_Failed(explain(problem, self._path) or problem)] * len(batch)
        return outcomes

    def _still_there(self, outcomes: list[Any]) -> list[Any]:
        """Look whether the file is the one that was opened, before the commit; if not, nothing is kept."""
        if self._db.in_transaction:
            try:
                self._place.check()
            except HostError as problem:
                self._roll_back()
                meters.commits_failed += 1
                return [_Failed(problem)] * len(outcomes)
        return outcomes

    def _serve(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            job()

    def _whole(self, batch: list[_Work]) -> None:
        """In the thread: begin, waiting for another process if need be, run and commit."""
        try:
            self._db.execute(f"pragma busy_timeout = {BUSY_MS}")
            self._db.execute("begin immediate")
        except sqlite3.Error as problem:
            outcomes: list[Any] = [_Failed(explain(problem, self._path) or problem)] * len(batch)
        else:
            outcomes = self._still_there(self._run(batch))
        self._db.execute("pragma busy_timeout = 0")
        self._finish(batch, outcomes)

    def _finish(self, batch: list[_Work], outcomes: list[Any]) -> None:
        """In the thread: commit, and let the loop tell the callers."""
        began = perf_counter()
        try:
            if self._db.in_transaction:
                passed("turn.before_commit")
                self._db.execute("commit")
                passed("turn.after_commit")
                meters.commits.note(perf_counter() - began)
                meters.commit_sizes.note(len(batch))
        except sqlite3.Error as problem:
            self._roll_back()
            meters.commits_failed += 1
            outcomes = [_Failed(explain(problem, self._path) or problem)] * len(batch)
        self._loop.call_soon_threadsafe(self._tell, batch, outcomes)

    def _tell(self, batch: list[_Work], outcomes: list[Any]) -> None:
        for work, outcome in zip(batch, outcomes, strict=True):
            if work.done.done():
                continue
            if type(outcome) is _Failed:
                work.done.set_exception(outcome.error)
            else:
                work.done.set_result(outcome)
        # after those who were told have gone on: the thread then finds the interpreter free, and their next work is in
        self._loop.call_soon(self._next)

    def _roll_back(self) -> None:
        """Undo; a full disk may have undone it already."""
        try:
            if self._db.in_transaction:
                self._db.execute("rollback")
        except sqlite3.Error:
            if self._db.in_transaction:
                raise

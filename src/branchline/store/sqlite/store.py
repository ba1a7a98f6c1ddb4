"""The embedded store behind the port."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec

from branchline.errors import HostError
from branchline.interaction.events import CleanedBy
from branchline.store.port import (
    ALL,
    Alive,
    Alongside,
    Backlog,
    Change,
    Loaded,
    Owed,
    Page,
    Query,
    Share,
    StoredFile,
    Taken,
    TurnRecord,
    Version,
    nothing_alongside,
)
from branchline.store.sqlite import pages, search, turns
from branchline.store.sqlite.cleaning import clean, merge_words
from branchline.store.sqlite.connect import connect, explain, prepare
from branchline.store.sqlite.lock import Lock
from branchline.store.sqlite.queries import SQL
from branchline.store.sqlite.tables import SqliteTables, run
from branchline.store.sqlite.writer import Writer
from branchline.store.tables import Statement

T = TypeVar("T")

HOLD_MS = 60_000
"""Milliseconds for which `owed` holds a call."""
_INLINE_TURNS = 100
"""Turns read on the event loop; a longer transcript goes on in a thread."""
_FREE_OTHERS = ("free_calls_of_others", "free_deliveries_of_others")
_READERS = 2
"""Threads, each with its own connection, for reads that take long."""
_INDEX_EVERY_S = 1.0
_BUSY_TURNS = 500
"""Turns that came in a second above which indexing waits for a quieter one..."""
_BACKLOG = 50_000
"""...unless so many turns wait for it that the next search would take more than a second."""


class SqliteStore:
    """A store in one SQLite file. `exclusive`: the server, of which there is one for a file; else a passing command,
    which publishes or makes a key beside a running server and starts no interactions.
    """

    def __init__(self, path: Path, *, exclusive: bool = True) -> None:
        self.path = path
        self._exclusive = exclusive
        self._lock = Lock(path)
        self._last_id = 0
        self.tables = SqliteTables(self._read, self._write)

    async def open(self) -> None:
        await asyncio.to_thread(prepare, self.path, self._lock, exclusive=self._exclusive)
        try:
            self._reader = connect(self.path, reader=True, cache_kib=4_000)
            self._last_id = self._reader.execute(SQL["highest_id"]).fetchone()[0]
            self._writer = Writer(connect(self.path, cache_kib=8_000), self.path)
        except sqlite3.Error as problem:
            self._lock.release()
            raise explain(problem, self.path) or problem from None
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="branchline-read")
        self._idle_readers: list[sqlite3.Connection] = []
        self._indexing = asyncio.create_task(self._index_now_and_then()) if self._exclusive else None

    async def close(self) -> None:
        if self._indexing is not None:
            self._indexing.cancel()
            await asyncio.gather(self._indexing, return_exceptions=True)
        await self._writer.close()
        await asyncio.to_thread(self._threads.shutdown)
        for db in (*self._idle_readers, self._reader):
            db.close()
        self._lock.release()

    # interactions

    async def reserve_id(self) -> int:
        if not self._exclusive:
            raise RuntimeError("A passing command starts no interactions: open the store with exclusive=True.")
        self._last_id += 1
        return self._last_id

    async def load(self, uuid: str, message_id: str | None = None) -> Loaded | None:
        return self._look(lambda db: turns.load(db, uuid, message_id))

    async def load_by_id(self, interaction_id: int) -> Loaded | None:
        return self._look(lambda db: turns.load_by_id(db, interaction_id))

    async def save(self, change: Change) -> bool:
        state = turns.encode(change.interaction)
        return await self._writer.do(lambda db: turns.write(db, change, state))

    async def postpone(self, interaction_id: int, turn: int, due_at: int | None) -> None:
        await self._writer.do(lambda db: _none(db.execute(SQL["postpone"], (due_at, interaction_id, turn))))

    async def turns(self, interaction_id: int, after_entry: int = 0, limit: int | None = None) -> list[TurnRecord]:
        most = -1 if limit is None else limit
        now = _INLINE_TURNS if limit is None else min(limit, _INLINE_TURNS)
        if after_entry > 0:
            found = self._look(lambda db: turns.turns_after(db, interaction_id, after_entry, now))
            if len(found) < now or now == limit:
                return found
            return await self._read(lambda db: turns.turns_after(db, interaction_id, after_entry, most))
        found = self._look(lambda db: turns.turns(db, interaction_id, 0, now))
        if len(found) < now or now == limit:
            return found
        left = most if limit is None else limit - now
        return found + await self._read(lambda db: turns.turns(db, interaction_id, found[-1].number, left))

    async def latest_turns(self, interaction_id: int, limit: int) -> list[TurnRecord]:
        return await self._maybe_long(lambda db: turns.latest_turns(db, interaction_id, limit), limit)

    async def due(self, now: int, limit: int, share: Share = ALL) -> list[str]:
        mine, of = share
        return self._look(lambda db: [row[0] for row in db.execute(SQL["due"], (now, of, mine, limit))])

    async def page(self, query: Query) -> Page:
        if query.text is not None:
            await self._index_all()
        return await self._read(lambda db: pages.page(db, query))

    # cleaning

    async def uncleaned(self, bot: str, ended_before: int, limit: int) -> list[int]:
        return await self._read(lambda db: [row[0] for row in db.execute(SQL["uncleaned"], (bot, ended_before, limit))])

    async def clean(
        self, interaction_id: int, at: int, by: CleanedBy, alongside: Sequence[Statement] = ()
    ) -> Taken | None:
        return await self._writer.do(lambda db: clean(db, interaction_id, at, by, alongside), heavy=True)

    async def compact(self) -> None:
        while await self._writer.do(merge_words, heavy=True):
            pass
        await self._read(lambda db: _none(db.execute("pragma wal_checkpoint(truncate)").fetchall()))

    # several processes

    @property
    def embedded(self) -> bool:
        return True

    async def beat(self, holder: str, for_ms: int) -> Alive:
        if self._look(lambda db: db.execute(SQL["any_of_others"], {"holder": holder}).fetchall()):
            await self._writer.do(lambda db: _none([db.execute(SQL[name], (holder,)) for name in _FREE_OTHERS]))
        return Alive((holder,))

    async def leave(self, holder: str) -> None:
        await self.release(holder)

    def follow(self, hear: Callable[[str], None]) -> None:
        """There is no other process to hear of."""

    async def moved(self, turns: Mapping[str, int]) -> list[str]:
        def read(db: sqlite3.Connection) -> list[str]:
            return [uuid for uuid, turn in turns.items() if db.execute(SQL["moved"], (uuid, turn)).fetchall()]

        return await self._read(read)

    # calls owed

    async def owed(self, now: int, holder: str, limit: int) -> list[Owed]:
        if not self._look(lambda db: db.execute(SQL["any_owed"], (now,)).fetchall()):
            return []

        def hold(db: sqlite3.Connection) -> list[Owed]:
            until = now + HOLD_MS
            calls = [Owed(*row) for row in db.execute(SQL["owed"], (now, limit)).fetchall()]
            for call in calls:
                db.execute(SQL["hold"], (holder, until, call.token))
            return [msgspec.structs.replace(call, holder=holder, held_until=until) for call in calls]

        return await self._writer.do(hold)

    async def owed_of(self, interaction_id: int) -> list[Owed]:
        return [Owed(*row) for row in self._look(lambda db: db.execute(SQL["owed_of"], (interaction_id,)).fetchall())]

    async def release(self, holder: str) -> int:
        return await self._writer.do(lambda db: db.execute(SQL["release"], (holder,)).rowcount)

    async def backlog(self, now: int) -> Backlog:
        def read(db: sqlite3.Connection) -> Backlog:
            overdue, overdue_since = db.execute(SQL["overdue"], (now,)).fetchone()
            owed, unheld_since = db.execute(SQL["owed_in_all"], (now,)).fetchone()
            return Backlog(overdue, overdue_since, owed, unheld_since, search.highest_row(db) - search.position(db))

        return await self._read(read)

    # bots

    async def publish(
        self,
        bot: str,
        definition: bytes,
        source: bytes,
        at: int,
        note: str,
        files: Sequence[StoredFile],
        by: str = "",
        alongside: Alongside = nothing_alongside,
    ) -> int:
        def write(db: sqlite3.Connection) -> int:
            number: int = db.execute(SQL["next_version"], (bot,)).fetchone()[0]
            db.execute(SQL["insert_version"], (bot, number, definition, source, at, note, by))
            for file in files:
                _put(db, msgspec.structs.replace(file, bot=bot, version=number))
            for statement in alongside(number):
                run(db, statement)
            return number

        return await self._writer.do(write, heavy=True)

    async def version(self, bot: str, number: int | None = None) -> Version | None:
        def read(db: sqlite3.Connection) -> Version | None:
            if number is None:
                row = db.execute(SQL["newest_version"], (bot,)).fetchone()
            else:
                row = db.execute(SQL["version"], (bot, number)).fetchone()
            return Version(*row) if row else None

        return await self._read(read)

    async def versions(self, bot: str | None = None) -> list[Version]:
        def read(db: sqlite3.Connection) -> list[Version]:
            rows = db.execute(SQL["newest_versions"]) if bot is None else db.execute(SQL["versions"], (bot,))
            return [Version(*row) for row in rows]

        return await self._read(read)

    async def running(self, bot: str) -> dict[int, int]:
        return await self._read(lambda db: dict(db.execute(SQL["running"], (bot,)).fetchall()))

    async def version_files(self, bot: str, number: int) -> list[StoredFile]:
        return await self._read(
            lambda db: [StoredFile(*row) for row in db.execute(SQL["files_of_version"], (bot, number))]
        )

    # files

    async def put_file(self, file: StoredFile) -> None:
        await self._writer.do(lambda db: _put(db, file), heavy=True)

    async def file(self, file_id: str) -> StoredFile | None:
        def read(db: sqlite3.Connection) -> StoredFile | None:
            row = db.execute(SQL["file"], (file_id,)).fetchone()
            return StoredFile(*row) if row else None

        return await self._read(read)

    async def files_of(self, interaction_id: int) -> list[StoredFile]:
        return await self._read(
            lambda db: [StoredFile(*row) for row in db.execute(SQL["files_of_interaction"], (interaction_id,))]
        )

    # secrets, breakers

    async def set_secret(self, name: str, sealed: bytes) -> None:
        await self._writer.do(lambda db: _none(db.execute(SQL["set_secret"], (name, sealed))))

    async def secrets(self) -> dict[str, bytes]:
        return self._look(lambda db: dict(db.execute(SQL["secrets"]).fetchall()))

    async def remove_secret(self, name: str) -> bool:
        return await self._writer.do(lambda db: db.execute(SQL["remove_secret"], (name,)).rowcount == 1)

    async def breakers(self) -> dict[str, bytes]:
        return self._look(lambda db: dict(db.execute(SQL["breakers"]).fetchall()))

    async def set_breaker(self, endpoint: str, state: bytes) -> None:
        await self._writer.do(lambda db: _none(db.execute(SQL["set_breaker"], (endpoint, state))))

    # reading

    def _look(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read on the event loop: for what takes microseconds. Every statement must be read to its end."""
        try:
            return read(self._reader)
        except sqlite3.Error as problem:
            raise self._explained(problem) from None

    async def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Read in a thread: for what may take longer."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read_apart, read)

    def _read_apart(self, read: Callable[[sqlite3.Connection], T]) -> T:
        try:
            db = self._idle_reader()
            try:
                return read(db)
            finally:
                self._idle_readers.append(db)
        except sqlite3.Error as problem:
            raise self._explained(problem) from None

    def _idle_reader(self) -> sqlite3.Connection:
        try:
            return self._idle_readers.pop()
        except IndexError:
            return connect(self.path, reader=True)

    async def _write(self, run: Callable[[sqlite3.Connection], T]) -> T:
        return await self._writer.do(run)

    async def _maybe_long(self, read: Callable[[sqlite3.Connection], T], rows: int) -> T:
        return self._look(read) if rows <= _INLINE_TURNS else await self._read(read)

    def _explained(self, problem: sqlite3.Error) -> Exception:
        return explain(problem, self.path) or problem

    # the search index

    async def _index_all(self) -> None:
        """Bring the search index up to every turn that is stored now."""
        goal = self._look(search.highest_row)
        while self._look(search.position) < goal:
            if await self._writer.do(search.index, heavy=True) == 0:
                return

    async def _index_now_and_then(self) -> None:
        seen = self._look(search.highest_row)
        while True:
            await asyncio.sleep(_INDEX_EVERY_S)
            try:
                highest = self._look(search.highest_row)
                came, seen = highest - seen, highest
                if came <= _BUSY_TURNS or highest - self._look(search.position) > _BACKLOG:
                    await self._index_all()
            except HostError:
                continue  # the disk is full or so: turns say it to their callers, and a search would too


def _none(_: object) -> None:
    return None


def _unique(db: sqlite3.Connection, statement: str, row: Sequence[str | int | bytes | None]) -> None:
    try:
        db.execute(statement, row)
    except sqlite3.IntegrityError as problem:
        raise turns.refused(problem) from None


def _put(db: sqlite3.Connection, file: StoredFile) -> None:
    _unique(db, SQL["insert_file"], msgspec.structs.astuple(file))

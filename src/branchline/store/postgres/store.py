"""The store for many processes behind the port."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import asyncpg
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
from branchline.store.postgres import pages, search, turns
from branchline.store.postgres.cleaning import TABLES, clean
from branchline.store.postgres.connect import Connection, Link, connect, explain, findable, pool, refused, stale
from branchline.store.postgres.ids import Ids
from branchline.store.postgres.loads import Loads
from branchline.store.postgres.migrations import prepare
from branchline.store.postgres.news import News
from branchline.store.postgres.queries import SQL
from branchline.store.postgres.tables import PostgresTables, run
from branchline.store.postgres.writer import Writer
from branchline.store.problems import StoreAway, StoreUnreached
from branchline.store.tables import Statement

T = TypeVar("T")

HOLD_MS = 60_000
"""Milliseconds for which `owed` holds a call."""
POOL = 6
"""Connections of a process for everything but loading and saving turns and news, which have one each."""
VACUUM_S = 3_600.0
_INDEX_EVERY_S = 1.0
_BUSY_TURNS = 500
"""Turns that this process saved in a second above which it leaves indexing for a quieter one..."""
_INDEX_AT_LEAST_EVERY_S = 60.0
"""...but never for longer than this."""


class PostgresStore:
    """A store in one PostgreSQL database, shared by any number of processes. `serves`: a server; else a passing command."""

    def __init__(self, url: str, *, serves: bool = True) -> None:
        self._url = url
        self._serves = serves
        self.tables = PostgresTables(self._use)
        self._links = {name: Link(self._connect) for name in ("load", "save", "listen", "tell")}
        self._writer = Writer(self._links["save"], url, self._saved)
        self._loads = Loads(self._links["load"], url)
        self._news = News(self._links["listen"], self._links["tell"], url, secrets.token_hex(8))
        self._ids = Ids(self._next_ids)
        self._owed_one_by_one = asyncio.Lock()
        self._saved_turns = 0
        self._closing = asyncio.Event()
        self._indexing: asyncio.Task[None] | None = None

    async def _connect(self) -> Connection:
        return await connect(self._url)

    async def open(self) -> None:
        try:
            db = await connect(self._url)
            try:
                await prepare(db, self._url)
            finally:
                await db.close()
        except Exception as problem:
            said = explain(problem, self._url) or problem
            if isinstance(said, StoreAway):
                said = StoreUnreached(path=said.fields["path"], problem=said.fields["problem"])
            raise said from None
        self._pool = pool(self._url, POOL)
        await self._pool
        if self._serves:
            self._news.open()
            self._indexing = asyncio.create_task(self._index_now_and_then())

    async def close(self) -> None:
        self._closing.set()
        if self._indexing is not None:
            await self._indexing
        await self._writer.close()
        await self._news.close()
        for link in self._links.values():
            await link.close()
        try:
            await self._pool.close()
        except Exception as problem:
            if explain(problem, self._url) is None:
                raise
            self._pool.terminate()
        await asyncio.sleep(0)  # connections that were let go of close with the next tick

    # interactions

    async def reserve_id(self) -> int:
        return await self._ids.next()

    async def load(self, uuid: str, message_id: str | None = None) -> Loaded | None:
        return await self._loads.load(uuid, message_id)

    async def load_by_id(self, interaction_id: int) -> Loaded | None:
        rows = await self._rows(SQL["load_by_id"], interaction_id)
        return Loaded(turns.decode(rows[0][0]), rows[0][1]) if rows else None

    async def save(self, change: Change) -> bool:
        return await self._writer.save(change)

    async def postpone(self, interaction_id: int, turn: int, due_at: int | None) -> None:
        await self._rows(SQL["postpone"], due_at, interaction_id, turn)

    async def turns(self, interaction_id: int, after_entry: int = 0, limit: int | None = None) -> list[TurnRecord]:
        if after_entry > 0:
            rows = await self._rows(SQL["turns_after"], interaction_id, after_entry, limit)
        else:
            rows = await self._rows(SQL["turns"], interaction_id, limit)
        return [TurnRecord(*row) for row in rows]

    async def latest_turns(self, interaction_id: int, limit: int) -> list[TurnRecord]:
        return [TurnRecord(*row) for row in await self._rows(SQL["latest_turns"], interaction_id, limit)]

    async def due(self, now: int, limit: int, share: Share = ALL) -> list[str]:
        mine, of = share
        return [row[0] for row in await self._rows(SQL["due"], now, limit, of, mine)]

    async def page(self, query: Query) -> Page:
        if query.text is not None:
            await self._index_all()
        return await self._use(lambda db: pages.page(db, query))

    # several processes

    @property
    def embedded(self) -> bool:
        return False

    async def beat(self, holder: str, for_ms: int) -> Alive:
        lapsed = not (await self._rows(SQL["beat"], holder, for_ms))[0][0]
        if not lapsed:
            await self._rows(SQL["gone"])
        alive = Alive(tuple(row[0] for row in await self._rows(SQL["alive"])), lapsed)
        self._news.alone = len(alive.holders) < 2
        return alive

    async def leave(self, holder: str) -> None:
        await self._rows(SQL["leave"], holder)
        await self.release(holder)

    def follow(self, hear: Callable[[str], None]) -> None:
        self._news.follow(hear)

    async def moved(self, turns: Mapping[str, int]) -> list[str]:
        return [row[0] for row in await self._rows(SQL["moved"], [*map(findable, turns)], list(turns.values()))]

    # calls owed

    async def owed(self, now: int, holder: str, limit: int) -> list[Owed]:
        async with self._owed_one_by_one:
            rows = await self._use(lambda db: db.fetch(SQL["owed"], now, limit, holder, now + HOLD_MS))
        return [Owed(*row) for row in rows]

    async def owed_of(self, interaction_id: int) -> list[Owed]:
        return [Owed(*row) for row in await self._found(SQL["owed_of"], interaction_id)]

    async def release(self, holder: str) -> int:
        return await self._count(SQL["release"], holder)

    async def backlog(self, now: int) -> Backlog:
        async def read(db: Connection) -> Backlog:
            overdue = await db.fetchrow(SQL["overdue"], now)
            owed = await db.fetchrow(SQL["owed_in_all"], now)
            assert overdue is not None
            assert owed is not None
            return Backlog(overdue[0], overdue[1], owed[0], owed[1], await db.fetchval(SQL["unindexed"]))

        return await self._use(read)

    # cleaning

    async def uncleaned(self, bot: str, ended_before: int, limit: int) -> list[int]:
        return [row[0] for row in await self._found(SQL["uncleaned"], bot, ended_before, limit)]

    async def clean(
        self, interaction_id: int, at: int, by: CleanedBy, alongside: Sequence[Statement] = ()
    ) -> Taken | None:
        return await self._unique(lambda db: clean(db, interaction_id, at, by, alongside))

    async def compact(self) -> None:
        await self._use(lambda db: db.execute(f"vacuum {TABLES}", timeout=VACUUM_S))

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
        async def write(db: Connection) -> int:
            async with db.transaction():
                await db.execute(SQL["one_publisher"], bot)
                number: int = await db.fetchval(SQL["next_version"], bot)
                await db.execute(SQL["insert_version"], bot, number, definition, source, at, note, by)
                for file in files:
                    await _put(db, msgspec.structs.replace(file, bot=bot, version=number))
                for statement in alongside(number):
                    await run(db, statement)
                return number

        return await self._unique(write)

    async def version(self, bot: str, number: int | None = None) -> Version | None:
        if number is None:
            rows = await self._found(SQL["newest_version"], bot)
        else:
            rows = await self._found(SQL["version"], bot, number)
        return Version(*rows[0]) if rows else None

    async def versions(self, bot: str | None = None) -> list[Version]:
        rows = await (self._rows(SQL["newest_versions"]) if bot is None else self._found(SQL["versions"], bot))
        return [Version(*row) for row in rows]

    async def version_files(self, bot: str, number: int) -> list[StoredFile]:
        return [StoredFile(*row) for row in await self._found(SQL["files_of_version"], bot, number)]

    async def running(self, bot: str) -> dict[int, int]:
        return _pairs(await self._found(SQL["running"], bot))

    # files

    async def put_file(self, file: StoredFile) -> None:
        await self._unique(lambda db: _put(db, file))

    async def file(self, file_id: str) -> StoredFile | None:
        rows = await self._found(SQL["file"], file_id)
        return StoredFile(*rows[0]) if rows else None

    async def files_of(self, interaction_id: int) -> list[StoredFile]:
        return [StoredFile(*row) for row in await self._rows(SQL["files_of_interaction"], interaction_id)]

    # secrets, breakers

    async def set_secret(self, name: str, sealed: bytes) -> None:
        await self._rows(SQL["set_secret"], name, sealed)

    async def secrets(self) -> dict[str, bytes]:
        return _pairs(await self._rows(SQL["secrets"]))

    async def remove_secret(self, name: str) -> bool:
        return bool(await self._use(lambda db: db.fetch(SQL["remove_secret"], name)))

    async def breakers(self) -> dict[str, bytes]:
        return _pairs(await self._rows(SQL["breakers"]))

    async def set_breaker(self, endpoint: str, state: bytes) -> None:
        await self._rows(SQL["set_breaker"], endpoint, state)

    async def _next_ids(self) -> int:
        first: int = (await self._rows(SQL["next_ids"]))[0][0]
        return first

    # using connections

    async def _use(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do work with a connection of the pool. Raises StoreAway when the database is at fault."""
        try:
            async with self._pool.acquire() as db:
                return await work(db)  # type: ignore[arg-type]
        except Exception as problem:
            if stale(problem):
                await self._pool.expire_connections()
            raise explain(problem, self._url) or problem from None

    async def _unique(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Do work that may meet what is unique and there already: Duplicate then."""
        try:
            return await self._use(work)
        except asyncpg.UniqueViolationError as problem:
            raise refused(problem) from None

    async def _found(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Look something up."""
        return await self._rows(statement, *map(findable, values))

    async def _rows(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Run a statement that may run twice: once more over a new connection when one is lost."""
        try:
            return await self._use(lambda db: db.fetch(statement, *values))
        except StoreAway:
            return await self._use(lambda db: db.fetch(statement, *values))

    async def _count(self, statement: str, *values: object) -> int:
        done: str = await self._use(lambda db: db.execute(statement, *values))
        return int(done.rsplit(" ", 1)[-1])

    # the search index

    def _saved(self, uuids: list[str]) -> None:
        self._saved_turns += len(uuids)
        self._news.tell(uuids)

    async def _index_all(self) -> None:
        """Bring the search index up to every turn that is stored now."""
        while await self._use(search.index) and not self._closing.is_set():
            pass

    async def _index_now_and_then(self) -> None:
        waited = 0.0
        while not self._closing.is_set():
            before = self._saved_turns
            with suppress(TimeoutError):
                async with asyncio.timeout(_INDEX_EVERY_S):
                    await self._closing.wait()
            waited += _INDEX_EVERY_S
            if self._closing.is_set():
                return
            if self._saved_turns - before > _BUSY_TURNS and waited < _INDEX_AT_LEAST_EVERY_S:
                continue
            waited = 0.0
            try:
                if await self._rows(SQL["any_to_index"]):
                    await self._index_all()
            except HostError:
                continue  # turns say it to their callers, and a search would too


async def _put(db: Connection, file: StoredFile) -> None:
    await db.execute(SQL["insert_file"], *msgspec.structs.astuple(file))


def _pairs(rows: Iterable[asyncpg.Record]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in rows}

"""What other processes wrote, as hints: LISTEN and NOTIFY, some uuids in each. Losing one loses nothing: see `moved`.

A notification is sent beside the turns, not with them: PostgreSQL lets those who notify commit one after the other.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from branchline.store.postgres.connect import Connection, Link, explain

CHANNEL = "branchline"
GATHER_S = 0.02
"""Seconds for which uuids are gathered into one notification."""
UUIDS_LIMIT = 200
"""The most uuids in one notification: its payload holds 8,000 bytes."""
RETRY_S = 1.0
CHECK_S = 5.0
"""Seconds after which a quiet connection is tried."""

log = structlog.get_logger()

Hear = Callable[[str], None]


class News:
    """Tells other processes, and hears them. `sender` stands before the uuids, so that a process skips its own."""

    def __init__(self, listening: Link, telling: Link, url: str, sender: str) -> None:
        self._listening = listening
        self._telling = telling
        self._url = url
        self._sender = sender
        self._hear: Hear | None = None
        self._pending: dict[str, None] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._something = asyncio.Event()
        self.alone = True
        """No other process is known: nobody is told."""

    def follow(self, hear: Hear) -> None:
        """Call `hear` with the uuid of every interaction that another process moved on."""
        self._hear = hear

    def open(self) -> None:
        self._tasks = [asyncio.create_task(self._tell_others()), asyncio.create_task(self._listen())]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tell(self, uuids: Sequence[str]) -> None:
        """Let the others know, soon."""
        if not self.alone:
            self._pending.update(dict.fromkeys(uuids))
            self._something.set()

    async def _tell_others(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHER_S)
            self._something.clear()
            uuids, self._pending = list(self._pending), {}
            try:
                db = await self._telling.get()
                for first in range(0, len(uuids), UUIDS_LIMIT):
                    text = " ".join([self._sender, *uuids[first : first + UUIDS_LIMIT]])
                    await db.execute("select pg_notify($1, $2)", CHANNEL, text)
            except Exception as problem:
                self._failed(problem)
                self._telling.drop()

    async def _listen(self) -> None:
        heard: Connection | None = None
        while True:
            try:
                db = await self._listening.get()
                if db is not heard:
                    await db.add_listener(CHANNEL, self._heard)
                    heard = db
                await asyncio.sleep(CHECK_S)
                await db.execute("select 1")
            except Exception as problem:
                self._failed(problem)
                self._listening.drop()
                await asyncio.sleep(RETRY_S)

    def _heard(self, _connection: object, _process: int, _channel: str, payload: object) -> None:
        sender, *uuids = str(payload).split(" ")
        if sender != self._sender and self._hear is not None:
            for uuid in uuids:
                self._hear(uuid)

    def _failed(self, problem: Exception) -> None:
        refusal = explain(problem, self._url)
        log.warning("news.lost", problem=str(refusal or problem))

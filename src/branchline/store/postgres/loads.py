"""Reading interactions for turns: those that are asked for while one reading is under way share the next."""

import asyncio
from collections.abc import Sequence

from branchline.store.port import Loaded
from branchline.store.postgres.connect import Link, again, explain, findable, lost
from branchline.store.postgres.queries import SQL
from branchline.store.postgres.turns import loaded

BATCH_LIMIT = 256
_LOAD = SQL["load"]

_Asked = tuple[str, str | None, "asyncio.Future[Loaded | None]"]


class Loads:
    """Reads interactions by uuid, in batches."""

    def __init__(self, link: Link, url: str) -> None:
        self._link = link
        self._url = url
        self._waiting: list[_Asked] = []
        self._task: asyncio.Task[None] | None = None

    async def load(self, uuid: str, message_id: str | None) -> Loaded | None:
        """Read an interaction as it is after everything that was acknowledged before this call."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Loaded | None] = loop.create_future()
        self._waiting.append((findable(uuid), findable(message_id), done))
        if self._task is None:
            self._task = loop.create_task(self._run())
        return await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH_LIMIT], self._waiting[BATCH_LIMIT:]
                try:
                    found = await self._read(batch)
                except Exception as problem:  # each caller gets to know
                    refusal = explain(problem, self._url) or problem
                    for _, _, done in batch:
                        if not done.done():
                            done.set_exception(refusal)
                else:
                    for (_, _, done), one in zip(batch, found, strict=True):
                        if not done.done():
                            done.set_result(one)
        finally:
            self._task = None

    async def _read(self, batch: Sequence[_Asked]) -> list[Loaded | None]:
        asked = [uuid for uuid, _, _ in batch], [message_id for _, message_id, _ in batch]
        try:
            rows = await (await self._link.get()).fetch(_LOAD, *asked)
        except Exception as problem:
            if isinstance(problem, TimeoutError):
                self._link.drop()  # it was silent for long enough: nobody waits for it twice
            if isinstance(problem, TimeoutError) or not (lost(problem) or again(problem)):
                raise
            self._link.drop()  # once more over a new connection: a server that was restarted costs nobody an error
            rows = await (await self._link.get()).fetch(_LOAD, *asked)
        found: list[Loaded | None] = [None] * len(batch)
        for row in rows:
            found[row[0] - 1] = loaded(row)
        return found

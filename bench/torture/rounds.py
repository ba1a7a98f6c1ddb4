"""The rounds: servers are started with a fault, die of it or are killed, and are started again, while visitors talk."""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence

from bench.torture.site import Server, Site
from bench.torture.verdict import Verdict, judge
from bench.torture.visitors import Crowd
from branchline.faults import POINTS
from branchline.store import open_store
from branchline.store.tables.statement import Sql, sql

VISITORS = 24
MANY_VISITORS = 80
"""Beside several servers: the call of one that was killed is taken over only when its lease has run out."""
LIFE_S = 2.5
"""A server that has not come to its fault by then is killed where it stands."""
AHEAD_MS = 45_000
"""By how much the clock moves on when every server is down."""
FINALLY_MS = 360_000
"""So much at a time after the last kill: past the time after which an interaction is finalized, and every lease."""
TOGETHER_EVERY = 6
"""Every so many rounds all servers are killed at once, where there are several."""
DATABASE_EVERY = 25
"""Every so many rounds the database server is stopped like a crash too."""
ANYWHERE = "anywhere"
DATABASE = "database"
_OFTEN = {"turn": 60, "call": 6, "answer": 6, "delivery": 3}
"""How many times at most a place is passed before its fault: early and late ones are both wanted."""

OWED = sql("owed", "select count(*) from delivery where state = 'owed'")


class Rounds:
    """Kills by place, and how far the clock is."""

    def __init__(self, site: Site, seed: int, points: Sequence[str], tell: Callable[[str], None]) -> None:
        self._site = site
        self._chance = random.Random(seed)
        self._points = points
        self._tell = tell
        self._ahead_ms = 0
        self.kills: Counter[str] = Counter()

    async def run(self, rounds: int, seed: int) -> Verdict:
        """Kill so many times, let everything come to its end, and judge."""
        crowd = Crowd(self._site.addresses, seed)
        for server in self._site.servers:
            await server.start(self._ahead_ms)
        talking = asyncio.create_task(crowd.talk(MANY_VISITORS if len(self._site.servers) > 1 else VISITORS))
        began = time.monotonic()
        number = 0
        while self.kills.total() - self.kills[DATABASE] < rounds:
            await self._round(number)
            number += 1
            if number % 50 == 0:
                self._tell(f"{self.kills.total()} kills in {time.monotonic() - began:.0f} s")
            if talking.done():
                talking.result()
        for server in self._site.servers:
            if not server.running:
                await server.start(self._ahead_ms)
        crowd.stop()
        await talking
        await self._finish()
        verdict = await judge(self._site.database, crowd.kept, await self._site.noted())
        verdict.longest_s = crowd.longest_s
        for server in self._site.servers:
            server.signal(signal.SIGTERM)
            if not await server.dies(20):
                verdict.wrong("broken", "a server did not stop when it was asked to")
        return verdict

    async def _round(self, number: int) -> None:
        servers = self._site.servers
        if self._site.postgres is not None and number % DATABASE_EVERY == DATABASE_EVERY - 1:
            await asyncio.to_thread(self._site.postgres.stop, signal.SIGQUIT)
            await asyncio.to_thread(self._site.postgres.start)
            self.kills[DATABASE] += 1
        victim = servers[number % len(servers)]
        point = self._points[number // len(servers) % len(self._points)]
        if len(servers) == 1 or number % TOGETHER_EVERY == 0:
            for server in servers:
                await self._kill(server)
            self._ahead_ms += AHEAD_MS
            for server in servers:
                if server is not victim:
                    await server.start(self._ahead_ms)
        else:
            await self._kill(victim)
        await victim.start(self._ahead_ms, self._fault(point))
        if point == "shutdown":
            await victim.dies(self._chance.uniform(0.1, 0.6))
            victim.signal(signal.SIGTERM)
        elif point == ANYWHERE:
            await victim.dies(self._chance.uniform(0.0, 0.8))
        if point != ANYWHERE and await victim.dies(LIFE_S):
            self.kills[point] += 1

    async def _kill(self, server: Server) -> None:
        if server.running:
            await server.kill()
            self.kills[ANYWHERE] += 1

    def _fault(self, point: str) -> str:
        most = _OFTEN.get(point.split(".", maxsplit=1)[0], 1)
        return "" if point == ANYWHERE else f"{point}:{self._chance.randint(1, most)}"

    async def _finish(self) -> None:
        """Let deadlines, leases and waits of minutes pass, until nothing is owed to the target any more."""
        for _ in range(12):
            self._ahead_ms += FINALLY_MS
            for server in self._site.servers:
                server.signal(signal.SIGTERM)
                await server.dies(20)
                await server.start(self._ahead_ms)
            for _ in range(20):
                await asyncio.sleep(0.5)
                if await self._owed() == 0 and await self._unfinalized() == 0:
                    return

    async def _owed(self) -> int:
        return await _count(self._site.database, OWED)

    async def _unfinalized(self) -> int:
        return await _count(self._site.database, UNFINALIZED)


UNFINALIZED = sql("unfinalized", "select count(*) from interaction where status = 1")


async def _count(database: str, statement: Sql) -> int:
    store = open_store(database, exclusive=False)
    await store.open()
    try:
        [[count]] = await store.tables.read(statement())
        return int(count)
    finally:
        await store.close()


def places(only: str) -> list[str]:
    """Give the places to kill at, in turn: all of them, each followed by any moment; or one of them alone."""
    if only:
        return [only]
    return [place for point in POINTS for place in (point, ANYWHERE)]

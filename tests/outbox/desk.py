"""An outbox on a real store with a clock that is moved by hand, and a target that listens on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from msgspec.structs import replace

from branchline.fulfillment.addresses import opened as opened_addresses
from branchline.fulfillment.client import Client
from branchline.interaction.effects import MessageSent
from branchline.interaction.events import Started
from branchline.interaction.record import Feedback, Interaction
from branchline.interaction.transcript import write
from branchline.outbox import Outbox, owed
from branchline.service.exports import Exports, Wanted
from branchline.service.secrets import Secrets
from branchline.store.port import Store
from branchline.store.tables.deliveries import Delivery, Search
from branchline.store.tables.targets import Target
from store.samples import NOW, opened, save_all, started

LOCAL = opened_addresses(("127.0.0.1",), (), http=True)
BASE = "https://bots.example"
HOUR_MS = 3_600_000


class Posted(NamedTuple):
    """One request: its headers with names in lower case, and its body."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["idempotency-key"].strip('"')


class Receiver:
    """A target. `status` and `headers` are what it answers; `go_on` cleared makes it wait before."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.posted: list[Posted] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.most = 0
        self._now = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = [line.partition(":") for line in head.split("\r\n")[1:] if line]
            headers = {name.lower(): value.strip() for name, _, value in lines}
            self.posted.append(Posted(headers, await reader.readexactly(int(headers.get("content-length", 0)))))
            self._now += 1
            self.most = max(self.most, self._now)
            await self.go_on.wait()
            self._now -= 1
            more = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
            writer.write(f"HTTP/1.1 {self.status} X\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n".encode())
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/crm"
        finally:
            self.go_on.set()
            server.close()


class Desk:
    """Everything around an outbox."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.client = Client(LOCAL)
        self.environment = {"BRANCHLINE_SECRET_CRM": "a-token", "BRANCHLINE_SECRET_SIGN": "whsec_" + "A" * 32}
        self.exports = Exports(store, self.client, Secrets(store, "", self.environment), lambda: self.now, LOCAL)
        self.outbox = self.another("one")
        self.finalized = 0

    def another(self, holder: str, **limits: int) -> Outbox:
        """Another process's outbox on the same store."""
        return Outbox(self.store, self.client, self.exports.request, lambda: self.now, lambda: holder, **limits)

    async def target(self, url: str, name: str = "crm", **more: Any) -> Target:
        """Save a target as its owner would, with the test post."""
        if await self.store.version("order-desk") is None:
            await self.store.publish("order-desk", b"{}", b"", self.now, "", [])
        return await self.exports.save(Wanted(**{"bot": "order-desk", "name": name, "url": url, **more}))

    async def finalize(self, count: int = 1, *, ended_by: str = "bot", **fields: Any) -> list[Interaction]:
        """Finalize interactions, in the transactions that owe their deliveries."""
        made = []
        for _ in range(count):
            self.finalized += 1
            change = started(
                self.finalized,
                "Hello",
                data={"order": "BR-1"},
                ended_at=self.now,
                ended_by=ended_by,
                finalized_at=self.now,
                tags=("late",),
                feedback=Feedback(5, "fine"),
                **fields,
            )
            interaction = change.interaction
            written = write(Started(self.now), (MessageSent("Hello"),), 1)
            turn = replace(change.turn, entries=written.entries, trace=written.trace)
            await save_all(self.store, replace(change, turn=turn, alongside=owed(interaction, BASE)))
            made.append(interaction)
        return made

    async def go(self, outbox: Outbox | None = None) -> int:
        """Attempt all that is due now; gives how many attempts those were."""
        outbox, made = outbox or self.outbox, 0
        await outbox.settled()
        while begun := await outbox.once():
            made += begun
            await outbox.settled()
        return made

    async def deliveries(self, **asked: Any) -> list[Delivery]:
        return await self.exports.deliveries(Search(**asked))

    async def only(self) -> Delivery:
        [delivery] = await self.deliveries()
        return delivery

    async def state(self, name: str = "crm") -> tuple[str, str]:
        found = await self.exports.target("order-desk", name)
        return found.state, found.why


@asynccontextmanager
async def desk(kind: str) -> AsyncIterator[Desk]:
    async with opened(kind) as store:
        made = Desk(store)
        try:
            yield made
        finally:
            await made.outbox.drain(0)
            await made.client.close()


def read(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found

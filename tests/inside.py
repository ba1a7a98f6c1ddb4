"""A whole server inside the test's own process: real store, real calls out, a clock that the test may bring."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from branchline.bot.parse import read
from branchline.main import Parts, build
from branchline.service.clock import system_clock
from branchline.settings import Settings


@asynccontextmanager
async def started(
    database: str = "memory:", clock: Callable[[], int] = system_clock, **settings: Any
) -> AsyncIterator[Parts]:
    """Start a server as uvicorn would, and stop it."""
    parts = build(Settings(database=database, **settings), "", lambda: "http://branchline", clock, {})
    told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    heard: asyncio.Queue[Any] = asyncio.Queue()
    await told.put({"type": "lifespan.startup"})
    running = asyncio.ensure_future(parts.app({"type": "lifespan"}, told.get, heard.put))
    assert (await heard.get())["type"] == "lifespan.startup.complete"
    try:
        yield parts
    finally:
        await told.put({"type": "lifespan.shutdown"})
        await running


async def publish(parts: Parts, text: str) -> None:
    found = read(text.encode(), "bot.yaml")
    assert found.bot is not None, found.issues
    await parts.store.publish(found.bot.bot, msgspec.json.encode(found.bot), text.encode(), 1, "", [])


async def ask(
    parts: Parts, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], Any]:
    """Make one request of the application; gives status, headers and JSON."""
    sent: list[Any] = []
    content = json.dumps(body).encode() if body is not None else b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    route, _, query = path.partition("?")
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": route, "query_string": query.encode(), "headers": raw}
    await parts.app(scope, receive, send)
    got = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, json.loads(got or b"null")


class Talker:
    """A visitor of a server inside this process."""

    def __init__(self, parts: Parts, opened: Any) -> None:
        self.parts = parts
        self.uuid = opened["interaction"]["uuid"]
        self.token = opened["interaction"]["token"]
        self._messages = 0

    @classmethod
    async def start(cls, parts: Parts, bot: str = "asker") -> "Talker":
        status, _, opened = await ask(parts, "POST", f"/api/chat/v1/bots/{bot}/interactions", {})
        assert status == 201, opened
        return cls(parts, opened)

    async def call(self, what: str, body: Any = None, method: str = "POST", **headers: str) -> tuple[int, Any]:
        path = f"/api/chat/v1/interactions/{self.uuid}/{what}"
        status, _, got = await ask(self.parts, method, path, body, authorization=f"Bearer {self.token}", **headers)
        return status, got

    async def say(self, text: str, **headers: str) -> list[str]:
        """Write a message; gives what the bot said."""
        self._messages += 1
        status, got = await self.call("messages", {"id": f"m{self._messages}", "text": text}, **headers)
        assert status == 200, got
        return [one["text"] for one in got["entries"] if one["kind"] == "message" and one["sender"] == "bot"]

"""Calls for tests, and small honest or dishonest servers for what the table of hostile cases cannot say."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from branchline.fulfillment.addresses import opened
from branchline.fulfillment.call import Answered, Call, Failed
from branchline.fulfillment.client import Client
from fulfillment.hostile import GOOD

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOCAL = opened(("127.0.0.1", "localhost"), (), http=True)


def call(url: str, **changes: Any) -> Call:
    parts: dict[str, Any] = {
        "id": "it-7-3-0",
        "endpoint": "order-desk/orders",
        "method": "POST",
        "url": url,
        "headers": (),
        "body": b'{"data":{}}',
        "deadline_ms": 1_000,
    }
    return Call(**(parts | changes))


def outcome(result: Answered | Failed) -> str:
    return "ok" if isinstance(result, Answered) else result.reason.value


async def request(reader: asyncio.StreamReader) -> bytes:
    """Read one request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(one.partition(b":")[2]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")), 0
    )
    return head + await reader.readexactly(length)


@contextlib.asynccontextmanager
async def serving(serve: Serve, **options: Any) -> AsyncIterator[int]:
    """Serve on a free port; connections end with the test."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def client(*args: Any, **options: Any) -> AsyncIterator[Client]:
    made = Client(*(args or (LOCAL,)), **options)
    try:
        yield made
    finally:
        await made.close()


def answers(*data: bytes, seen: list[bytes] | None = None) -> Serve:
    """Answer each request on a connection with the next of `data` (or GOOD), then close."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for one in data or (GOOD,) * 100:
            got = await request(reader)
            if seen is not None:
                seen.append(got)
            writer.write(one)
            await writer.drain()

    return serve

"""A keep-alive HTTP/1.1 client connection with nothing in it that a benchmark could trip over."""

import asyncio
from collections.abc import Callable
from typing import cast

import httptools

OnAnswer = Callable[[int, bytes], None]


def post(port: int, path: str, body: bytes, headers: str = "") -> bytes:
    """One whole POST request; `headers` are extra header lines, each ending in CRLF."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(port: int, path: str, headers: str = "") -> bytes:
    """One whole GET request; `headers` are extra header lines, each ending in CRLF."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n{headers}\r\n".encode()


class Connection(asyncio.Protocol):
    """One request in flight at a time; `on_answer(status, body)` is called once for each.

    A connection that ends while an answer is owed reports status 0.
    """

    def __init__(self, on_answer: OnAnswer | None = None) -> None:
        self.on_answer = on_answer
        self.is_open = False
        self._owed = False
        self._parts: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True

    def send(self, request: bytes) -> None:
        self._owed = True
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts = []
        self._owed = False
        if self.on_answer:
            self.on_answer(self._parser.get_status_code(), body)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._owed and self.on_answer:
            self._owed = False
            self.on_answer(0, b"")

    def close(self) -> None:
        self._owed = False
        self._transport.close()

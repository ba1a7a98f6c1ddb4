"""The endpoint of the benchmark: the thinnest HTTP server that answers every POST with two pairs.

`python -m bench.stub --port P [--delay-ms N] [--behaviour answer|drip|gigabyte]`. `GET /posts` answers how many POSTs
there were. The behaviours `drip` (a byte every 50 ms, for ever) and `gigabyte` are for the measurement of limits.
"""

import argparse
import asyncio
import re
from collections.abc import Callable
from typing import cast

import httptools
import uvloop

from bench.job import FULLNAME, status_of

ORDER = re.compile(rb"BR-\d+")
GIGABYTE = 10**9
CHUNK = b" " * 65_536
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
"""A head that does not say how much follows: one that did would be refused at once, and cost nothing."""


def _head(length: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % length


def _answer(body: bytes) -> bytes:
    return _head(len(body)) + body


def _pairs(status: str) -> bytes:
    fullname = FULLNAME.encode()
    return _answer(b'[{"name":"fullname","data":"%s"},{"name":"status","data":"%s"}]' % (fullname, status.encode()))


ANSWERS = {status: _pairs(status) for status in ("SHIPPED", "DELIVERED")}
NO_ORDER = _answer(b"[]")


class Stub(asyncio.Protocol):
    """One connection of the endpoint."""

    posts = 0
    delay_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._parser = httptools.HttpRequestParser(self)
        self._body = b""

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        body, self._body = self._body, b""
        if self._parser.get_method() == b"GET":
            self._transport.write(_answer(b'{"posts":%d}' % Stub.posts))
            return
        Stub.posts += 1
        self.posted(body)

    def posted(self, body: bytes) -> None:
        # the bot itself never says "BR-", so the first one found is the visitor's
        found = ORDER.search(body)
        answer = ANSWERS[status_of(found[0].decode())] if found else NO_ORDER
        if Stub.delay_s:
            asyncio.get_running_loop().call_later(Stub.delay_s, self._transport.write, answer)
        else:
            self._transport.write(answer)


class Drip(Stub):
    """Never done: a byte every 50 ms."""

    def posted(self, body: bytes) -> None:
        self._transport.write(ENDLESS)
        self._drop()

    def _drop(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b" ")
            asyncio.get_running_loop().call_later(0.05, self._drop)


class Gigabyte(Stub):
    """As fast as the other side reads: a gigabyte."""

    def posted(self, body: bytes) -> None:
        self._left = GIGABYTE
        self._paused = False
        self._transport.write(ENDLESS)
        self._pour()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._pour()

    def _pour(self) -> None:
        while self._left > 0 and not self._paused and not self._transport.is_closing():
            self._transport.write(CHUNK[: self._left])
            self._left -= len(CHUNK)


BEHAVIOURS: dict[str, Callable[[], Stub]] = {"answer": Stub, "drip": Drip, "gigabyte": Gigabyte}


async def serve(port: int, behaviour: str) -> None:
    """Answer on 127.0.0.1 until the process is stopped."""
    server = await asyncio.get_running_loop().create_server(BEHAVIOURS[behaviour], "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay-ms", type=int, default=0)
    parser.add_argument("--behaviour", choices=list(BEHAVIOURS), default="answer")
    options = parser.parse_args()
    Stub.delay_s = options.delay_ms / 1000
    uvloop.run(serve(options.port, options.behaviour))

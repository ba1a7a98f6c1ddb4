"""The endpoint of the benchmark: the thinnest HTTP server that answers every POST with two pairs.

`python -m bench.stub --port P [--delay-ms N]`. `GET /posts` answers how many POSTs there were.
"""

import argparse
import asyncio
import re
from typing import cast

import httptools
import uvloop

from bench.job import FULLNAME, status_of

ORDER = re.compile(rb"BR-\d+")


def _answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def _pairs(status: str) -> bytes:
    return _answer(
        b'[{"name":"fullname","data":"%s"},{"name":"status","data":"%s"}]' % (FULLNAME.encode(), status.encode())
    )


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
        # the bot itself never says "BR-", so the first one found is the visitor's
        found = ORDER.search(body)
        answer = ANSWERS[status_of(found[0].decode())] if found else NO_ORDER
        if Stub.delay_s:
            asyncio.get_running_loop().call_later(Stub.delay_s, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def serve(port: int) -> None:
    """Answer on 127.0.0.1 until the process is stopped."""
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay-ms", type=int, default=0)
    options = parser.parse_args()
    Stub.delay_s = options.delay_ms / 1000
    uvloop.run(serve(options.port))

"""One connection to an endpoint, with bounds on what it may send before, around and after its answer.

The HTTP itself is aiohttp's; this adds what a client of strangers needs and aiohttp leaves open: a limit on interim
responses and on the size of the head and of the framing, no reuse of a connection that said something unasked (the next
visitor would get this visitor's answer), and never a polite close that waits for the other side.
"""

import asyncio
import select
from functools import partial
from typing import Any, cast

from aiohttp import ClientConnectionError, TCPConnector
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError

from branchline.faults import passed
from branchline.fulfillment.guard import Trail, trail
from branchline.fulfillment.reasons import Reason

HEAD_LIMIT = 32_768
"""Bytes of all heads up to and with the final one."""
INTERIM_LIMIT = 16
"""Interim responses (1xx) before the final one."""
RAW_LIMIT = 2_097_152
"""Bytes of one response with its framing: an answer in chunks of one byte takes six times its size."""


class OutOfBounds(ClientConnectionError):
    """The endpoint sent more, or other, than an answer may be; the trail has the reason."""


class Connection(ResponseHandler):
    """The protocol of one connection; `Trail` hears of what is wrong."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._trail: Trail | None = None
        self._head_size = 0
        self._raw_size = 0
        self._interim = 0
        self._answered = False

    def set_response_params(self, **parameters: Any) -> None:
        """Get ready for one request and its response; called right before the request is written."""
        self._trail = trail.get()
        may_send = self._trail.may_send
        held = may_send is None or may_send()
        self._trail.sent = held
        self._head_size = self._raw_size = self._interim = 0
        self._answered = False
        early, self._tail = self._tail, b""
        super().set_response_params(**parameters)
        if not held:
            self._stop(Reason.TIMEOUT, "Nothing was sent: by then the call was no longer this process's to make.")
        elif early:
            self._stop(Reason.BAD_HTTP, "The endpoint sent data before it was asked.")

    def data_received(self, data: bytes) -> None:
        """Take bytes from the wire; none, when a paused parser is to go on."""
        if self._trail is None or not data:
            super().data_received(data)
            return
        passed("answer.middle" if self._answered else "call.after_send")
        if self._exception is not None:
            return
        if self._answered and (self._payload is None or self._payload.is_eof()):
            self._spoil()
            return
        self._raw_size += len(data)
        if self._raw_size > RAW_LIMIT:
            self._stop(Reason.TOO_LARGE, f"The answer takes more than {RAW_LIMIT:,} bytes with its framing.")
            return
        while data and not self._answered and self._exception is None:
            part = data[: HEAD_LIMIT - self._head_size]
            if not part:
                self._head_too_large()
                return
            data = data[len(part) :]
            self._head_size += len(part)
            super().data_received(part)
        if data and self._exception is None:
            super().data_received(data)

    def feed_data(self, data: Any, size: int = 0) -> None:
        """Queue a response that was parsed; interim ones are counted and dropped, a second final one is unasked."""
        status = data[0].code
        if 100 <= status <= 199 and status != 101:
            self._interim += 1
            if self._interim > INTERIM_LIMIT:
                self._stop(Reason.HTTP_1XX_ABUSE, f"The endpoint sent more than {INTERIM_LIMIT} interim responses.")
        elif self._answered:
            self._should_close = True
        else:
            self._answered = True
            super().feed_data(data, size)

    def set_exception(self, exc: BaseException, *cause: BaseException) -> None:
        """Note that the connection is of no use any more."""
        if self._trail is not None and isinstance(exc, HttpProcessingError):
            first = (exc.message.strip().splitlines() or ["it cannot be parsed"])[0].rstrip(":")
            self._trail.blame(Reason.BAD_HTTP, f"The endpoint's response is not valid HTTP: {first[:200]}.")
            if self._payload is not None:
                self._payload.set_exception(OutOfBounds(first))
        super().set_exception(exc, *cause)

    def is_connected(self) -> bool:
        """Whether a pooled connection can take a request: open, nothing unasked in it, no end of it in the socket."""
        return super().is_connected() and not self._tail and not self._buffer and not self._readable()

    def close(self) -> None:
        """End the connection at once: what is unsent stays unsent, what is unread is not drained."""
        self.abort()

    def _readable(self) -> bool:
        assert self.transport is not None
        wire = self.transport.get_extra_info("socket")
        if wire is None or wire.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(wire.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(0))

    def _head_too_large(self) -> None:
        if self._interim:
            self._stop(Reason.HTTP_1XX_ABUSE, f"The endpoint sent interim responses of more than {HEAD_LIMIT:,} bytes.")
        else:
            self._stop(Reason.BAD_HTTP, f"The head of the response is larger than {HEAD_LIMIT:,} bytes.")

    def _spoil(self) -> None:
        self._should_close = True
        self.abort()

    def _stop(self, reason: Reason, detail: str) -> None:
        assert self._trail is not None
        self._trail.blame(reason, detail)
        error = OutOfBounds(detail)
        self.set_exception(error)
        if self._payload is not None:
            self._payload.set_exception(error)
        if self.transport is not None:
            self.transport.abort()


class Connector(TCPConnector):
    """A pool of `Connection`s."""

    def __init__(self, **parameters: Any) -> None:
        super().__init__(**parameters)
        # The pool offers no public way to choose its protocol; tests fail if this stops being the one.
        self._factory = cast("partial[ResponseHandler]", partial(Connection, loop=asyncio.get_running_loop()))

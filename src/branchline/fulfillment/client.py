"""The client: the only way out of the process (contract §3 and §4)."""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from functools import lru_cache

import aiohttp
from aiohttp import ClientResponse, hdrs
from multidict import CIMultiDict
from yarl import URL

from branchline import __version__
from branchline.faults import passed
from branchline.fulfillment import headers as header_check
from branchline.fulfillment import signature
from branchline.fulfillment.addresses import NOTHING_OPENED, Opened
from branchline.fulfillment.answer import Pair, Refused, pairs, shown
from branchline.fulfillment.body import read_body
from branchline.fulfillment.call import SEEN_LIMIT, Answered, Call, Failed, Watch
from branchline.fulfillment.connection import Connector
from branchline.fulfillment.guard import Guard, Lookup, Resolver, Trail, trail
from branchline.fulfillment.mapping import mapped
from branchline.fulfillment.outcome import ON_THE_WIRE, Outcome, broken, unconnected, why
from branchline.fulfillment.reasons import Reason
from branchline.fulfillment.slots import Slots
from branchline.fulfillment.urls import BadUrl, Target, target

DEADLINE_MAX_MS = 30_000
BODY_LIMIT = 1_048_576
"""Bytes of a request's body: the budget of contract §3, for custom requests too."""
RETRY_PAUSE_S = 0.05
"""Between the two attempts: long enough for a service that is being replaced to listen again on the same port."""
LATE_S = 10.0
"""How long past its deadline an answer is still listened for, to be recorded as late."""
LATE_LIMIT = 32
"""Calls that are listened to past their deadline: they hold no slot, so that a slow endpoint keeps nobody waiting."""
KEEP_ALIVE_S = 4.0
"""How long an idle connection is kept: less than the 5 s after which common servers close theirs."""

_BEFORE_S = 0.002
"""How long before its deadline a call is looked at: the deadline itself would end it."""
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_ID = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,255}")
_REPEATABLE = frozenset({Reason.DNS_ERROR, Reason.CONNECT_ERROR, Reason.TLS_ERROR})
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


class _Course:
    """How a call stands: its attempts, whether it has its slots, whether it is listened to past its deadline."""

    __slots__ = ("attempt", "attempts", "entered", "first", "listening")

    def __init__(self) -> None:
        self.attempts = 0
        self.attempt: Trail | None = None
        self.first: Outcome | None = None
        self.entered = False
        self.listening = False

    @property
    def sent(self) -> bool:
        return self.attempt is not None and self.attempt.sent

    def failed(self, why: Outcome, took_ms: int) -> Failed:
        return Failed(why.reason, why.detail, why.status, took_ms, self.attempts, self.sent, why.retry_after_ms)


class Client:
    """Makes calls, on the event loop of the first one. `lookup` and `tls` take the place of the system's."""

    def __init__(
        self,
        opened: Opened = NOTHING_OPENED,
        *,
        in_flight_per_endpoint: int = 64,
        in_flight: int = 512,
        user_agent: str = f"Branchline/{__version__}",
        tls: ssl.SSLContext | None = None,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self._opened = opened
        self._slots = Slots(in_flight_per_endpoint, in_flight)
        self._lookup = lookup
        self._tls = tls
        if tls is not None:
            tls.set_alpn_protocols(["http/1.1"])
        self._session: aiohttp.ClientSession | None = None
        self._late = 0
        self._headers = (
            (hdrs.CONTENT_TYPE, "application/json"),
            (hdrs.ACCEPT, "application/json"),
            (hdrs.ACCEPT_ENCODING, "identity"),
            (hdrs.USER_AGENT, user_agent),
        )

    async def call(self, call: Call, overdue: Callable[[Failed], None] | None = None) -> Answered | Failed:
        """Make a call; never raises for anything that an endpoint, the network or a setting of the owner does.

        Comes back within `deadline_ms` and 250 ms. One more attempt is made only after one that sent nothing.

        With `overdue`, a request that was sent and is not answered at its deadline is listened to for `LATE_S` more:
        `overdue` is told the outcome, in time, and what comes back from here is late. `LATE_LIMIT` calls at once are;
        the others end at their deadline.
        """
        if call.method not in _METHODS or not _ID.fullmatch(call.id):
            raise ValueError(f"{call.method} {call.id!r} is not a call: the method or the id is not one that is sent.")
        loop = asyncio.get_running_loop()
        started = loop.time()
        until = started + min(call.deadline_ms, DEADLINE_MAX_MS) / 1000
        limit = asyncio.timeout_at(until)
        course = _Course()

        def listen_on() -> None:
            if overdue is not None and course.sent and not limit.expired() and self._late < LATE_LIMIT:
                limit.reschedule(until + LATE_S)
                self._late += 1
                self._slots.leave(call.endpoint)
                course.listening = True
                overdue(course.failed(_expired(call, course), _ms(loop, started)))

        deadline = None if overdue is None else loop.call_at(until - _BEFORE_S, listen_on)
        try:
            where, headers = self._prepared(call)
            async with limit:
                status, found, body = await self._ask(call, where, headers, course)
            return Answered(found, status, _ms(loop, started), course.attempts, body)
        except Outcome as outcome:
            last = outcome
        except TimeoutError:
            last = _expired(call, course)
        finally:
            if deadline is not None:
                deadline.cancel()
            if course.listening:
                self._late -= 1
            elif course.entered:
                self._slots.leave(call.endpoint)
        return course.failed(last, _ms(loop, started))

    async def close(self) -> None:
        """Close every connection. The client makes no calls after."""
        if self._session is not None:
            await self._session.close()

    async def _ask(
        self, call: Call, where: Target, headers: CIMultiDict[str], course: _Course
    ) -> tuple[int, tuple[Pair, ...], bytes]:
        course.entered = await self._slots.enter(call.endpoint)
        if not course.entered:
            raise Outcome(Reason.BUSY, "Too many calls are waiting already.")
        while True:
            course.attempts += 1
            attempt = course.attempt = Trail(where.host, where.port, call.may_send)
            trail.set(attempt)
            try:
                return await self._attempt(call, where, headers, attempt)
            except Outcome as outcome:
                if course.attempts > 1 or attempt.sent or outcome.reason not in _REPEATABLE:
                    raise
                course.first = outcome
            await asyncio.sleep(RETRY_PAUSE_S)

    def _prepared(self, call: Call) -> tuple[Target, CIMultiDict[str]]:
        try:
            where = target(call.url, self._opened)
        except BadUrl as error:
            raise Outcome(Reason.BLOCKED_ADDRESS, str(error)) from None
        if len(call.body) > BODY_LIMIT:
            detail = f"The request's body has {len(call.body):,} bytes; at most {BODY_LIMIT:,} are sent."
            raise Outcome(Reason.DISABLED, detail)
        headers = CIMultiDict(self._headers)
        headers[hdrs.CONTENT_TYPE] = call.content_type
        if call.traceparent:
            headers["traceparent"] = call.traceparent
        if call.headers:
            wrong = header_check.problems(call.headers)
            if wrong:
                raise Outcome(Reason.DISABLED, " ".join(wrong)[:500])
            headers.update(call.headers)
        headers["Idempotency-Key"] = f'"{call.id}"'
        if call.signing_secrets:
            at = int(time.time())
            try:
                signed = signature.signature(call.id, at, call.body, call.signing_secrets)
            except ValueError as error:
                raise Outcome(Reason.DISABLED, str(error)) from None
            headers["webhook-id"] = call.id
            headers["webhook-timestamp"] = str(at)
            headers["webhook-signature"] = signed
        if call.watch is not None:
            call.watch.url, call.watch.headers = where.url, _plain(headers)
        return where, headers

    async def _attempt(
        self, call: Call, where: Target, headers: CIMultiDict[str], attempt: Trail
    ) -> tuple[int, tuple[Pair, ...], bytes]:
        session = self._session or self._open()
        passed("call.before_connect")
        try:
            response = await session.request(
                call.method,
                _url(where.url),
                data=call.body or None,
                headers=headers,
                allow_redirects=False,
                ssl=self._trusted() if where.scheme == "https" else True,
            )
        except aiohttp.ClientConnectorDNSError as error:
            raise Outcome(Reason.DNS_ERROR, f"{shown(where.host)} could not be resolved: {why(error)}.") from None
        except aiohttp.ClientSSLError as error:
            raise Outcome(Reason.TLS_ERROR, f"TLS with {shown(where.host)} failed: {why(error)}.") from None
        except aiohttp.ClientConnectorError as error:
            raise unconnected(error, where, attempt) from None
        except ON_THE_WIRE as error:
            raise broken(error, attempt) from None
        try:
            if call.watch is not None:
                await _seen(call.watch, response)
            body = await read_body(response, call.mapping == ())
            if call.watch is not None and body:
                call.watch.answer = body[:SEEN_LIMIT]
        except ON_THE_WIRE as error:
            raise broken(error, attempt, response.status) from None
        finally:
            response.release()
        if call.raw:
            return response.status, (), body
        if call.mapping == ():
            return response.status, (), b""
        content_type = response.headers.get(hdrs.CONTENT_TYPE)
        found = pairs(body, content_type) if call.mapping is None else mapped(body, content_type, dict(call.mapping))
        if isinstance(found, Refused):
            raise Outcome(found.reason, found.detail, response.status)
        return response.status, found, b""

    def _trusted(self) -> ssl.SSLContext:
        """Give the context of TLS, made at the first call that needs it: the roots of the system weigh megabytes."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls

    def _open(self) -> aiohttp.ClientSession:
        connector = Connector(
            socket_factory=Guard(self._opened),
            resolver=Resolver(self._lookup),
            use_dns_cache=False,
            limit=0,
            keepalive_timeout=KEEP_ALIVE_S,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_NO_TIMEOUT,  # one deadline around everything takes its place
            auto_decompress=False,
            trust_env=False,
            middlewares=(),
        )
        # A request with an idempotent method would be sent twice when a kept connection breaks under it.
        self._session._retry_connection = False
        return self._session


def _expired(call: Call, course: _Course) -> Outcome:
    """Say what it means that the deadline has passed."""
    within = f"within {call.deadline_ms:,} ms"
    if not course.entered:
        return Outcome(Reason.BUSY, f"No call in flight ended {within}, so this one was not made.")
    if course.sent:
        return Outcome(Reason.TIMEOUT, f"The request was sent, but no complete answer came {within}.")
    return course.first or Outcome(Reason.TIMEOUT, f"No connection could be set up {within}.")


def _plain(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), value) for name, value in headers.items())


async def _seen(watch: Watch, response: ClientResponse) -> None:
    watch.status = response.status
    watch.answer_headers = _plain(response.headers)
    if not 200 <= response.status <= 299:
        watch.answer = await response.content.read(SEEN_LIMIT)


@lru_cache(maxsize=2048)
def _url(text: str) -> URL:
    return URL(text, encoded=True)


def _ms(loop: asyncio.AbstractEventLoop, started: float) -> int:
    return int((loop.time() - started) * 1000)

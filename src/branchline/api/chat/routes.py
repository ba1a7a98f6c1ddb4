"""The routes of the chat API. Every call but the first carries the visitor's token; ids are not secrets."""

from typing import Any
from urllib.parse import parse_qs

from branchline import tracing
from branchline.api.chat import wire
from branchline.api.chat.files import read_upload, send_file
from branchline.api.chat.stream import stream_events, stream_turn
from branchline.api.http import (
    Headers,
    MethodWrong,
    Receive,
    RouteUnknown,
    Scope,
    Send,
    answer,
    bearer,
    client_address,
    header,
    read_json,
)
from branchline.api.origin import check_origin
from branchline.api.rates import Rate
from branchline.api.waiting import until_rest
from branchline.errors import CallerError
from branchline.interaction.events import Closed, DataGiven, FeedbackGiven, Replied, Started
from branchline.interaction.record import Feedback
from branchline.interaction.transcript import after as entries_after
from branchline.interaction.transcript import iso_or_none
from branchline.service.bots import Versions
from branchline.service.clock import Clock
from branchline.service.converse import Converse, Opening, Received
from branchline.service.hub import Hub
from branchline.service.refusals import InteractionEnded, TokenInvalid
from branchline.service.signed import signed_items
from branchline.store.port import Interactions

PREFIX = "/api/chat/v1/"
WAIT_S = 25
WAIT_LIMIT_S = 60
ENTRIES_LIMIT = 1_000

CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"retry-after, traceresponse"),
]
PREFLIGHT: Headers = [
    *CORS,
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"authorization, content-type, accept, last-event-id, traceparent, x-file-name, x-message-id",
    ),
    (b"access-control-max-age", b"86400"),
]


class ParameterInvalid(CallerError):
    """The parameter {name} is {value!r}; it must be {wanted}."""

    code = "parameter.invalid"
    status = 400


class MessageEmpty(CallerError):
    """The message has no text. Send `text`, or the `suggestion` that was chosen."""

    code = "message.empty"
    status = 422


class Chat:
    """ASGI application for everything below `/api/chat/v1/`."""

    def __init__(
        self,
        store: Interactions,
        bots: Versions,
        converse: Converse,
        hub: Hub,
        clock: Clock,
        *,
        starts: Rate,
        messages: Rate,
        trusted_proxies: frozenset[str] = frozenset(),
    ) -> None:
        self._store = store
        self._bots = bots
        self._converse = converse
        self._hub = hub
        self._clock = clock
        self._starts = starts
        self._messages = messages
        self._trusted = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "OPTIONS":
            await answer(send, 204, b"", more=PREFLIGHT)
            return
        parts = scope["path"][len(PREFIX) :].split("/")
        match parts:
            case ["interactions", uuid, "messages"] if method == "POST":
                await self._message(scope, receive, send, uuid)
            case ["bots", bot, "interactions"] if method == "POST":
                await self._start(scope, receive, send, bot)
            case ["interactions", uuid, "entries"] if method == "GET":
                await self._entries(scope, send, uuid)
            case ["interactions", uuid, "events"] if method == "GET":
                await self._events(scope, receive, send, uuid)
            case ["interactions", uuid, "data" | "end" | "feedback" | "files" as what] if method == "POST":
                await self._beside(scope, receive, send, uuid, what)
            case ["files", file_id, *_] if method in {"GET", "HEAD"}:
                await send_file(send, await self._store.file(file_id), more=CORS)
            case ["bots", _, "interactions"] | ["interactions", _, "messages" | "data" | "end" | "feedback" | "files"]:
                raise MethodWrong(path=scope["path"], allowed="POST", method=method)
            case ["interactions", _, "entries" | "events"] | ["files", _]:
                raise MethodWrong(path=scope["path"], allowed="GET", method=method)
            case _:
                raise RouteUnknown(path=scope["path"])

    async def _start(self, scope: Scope, receive: Receive, send: Send, bot: str) -> None:
        self._starts.take(client_address(scope, self._trusted))
        body = await read_json(scope, receive, wire.start_body)
        wire.storable(body.start_url, "/start_url")
        pinned = await self._bots.newest(bot)
        check_origin(scope, pinned.bot)
        signed = signed_items(pinned.bot, body.signed_data)
        event = Started(self._clock(), wire.given(body.data), signed, traceparent=_traceparent(scope))
        received, token = await self._converse.start(Opening(bot, body.locale, body.start_url), event)
        received = await until_rest(self._hub, received, self._wait(scope))
        content = wire.opened(received.lines, received.pinned, received.interaction, token)
        await answer(send, 201, content, more=_headers(received))

    async def _message(self, scope: Scope, receive: Receive, send: Send, uuid: str) -> None:
        token = self._token(scope, uuid)
        body = await read_json(scope, receive, wire.message_body)
        text = body.suggestion if body.suggestion is not None else body.text
        if text is None or not text.strip():
            raise MessageEmpty()
        event = Replied(
            self._clock(), body.id, wire.storable(text, "/text"), body.suggestion, traceparent=_traceparent(scope)
        )
        streams = b"text/event-stream" in header(scope, b"accept")
        wait_s = self._wait(scope)
        received = await self._converse.receive(uuid, event, token)
        if streams:
            await stream_turn(receive, send, self._hub, received, wait_s, _headers(received))
            return
        received = await until_rest(self._hub, received, wait_s)
        await self._answer(send, received)

    async def _beside(self, scope: Scope, receive: Receive, send: Send, uuid: str, what: str) -> None:
        token = self._token(scope, uuid)
        now = self._clock()
        match what:
            case "data":
                event: Any = await self._data(scope, receive, uuid, token, now)
            case "end":
                end_url = (await read_json(scope, receive, wire.end_body)).end_url
                event = Closed(now, end_url=wire.storable(end_url, "/end_url"), traceparent=_traceparent(scope))
            case "feedback":
                given = await read_json(scope, receive, wire.feedback_body)
                event = FeedbackGiven(now, Feedback(given.rating, wire.storable(given.comment, "/comment")))
            case _:
                interaction = await self._converse.look(uuid, token, now)
                if interaction.ended:
                    raise InteractionEnded(ended_at=iso_or_none(interaction.ended_at))
                file = await read_upload(scope, receive, interaction.id, now)
                await self._store.put_file(file.stored)
                event = Replied(now, file.message_id, "", file=file.ref, traceparent=_traceparent(scope))
        received = await self._converse.receive(uuid, event, token)
        if what == "files":
            received = await until_rest(self._hub, received, self._wait(scope))
        await self._answer(send, received)

    async def _data(self, scope: Scope, receive: Receive, uuid: str, token: str, now: int) -> DataGiven:
        body = await read_json(scope, receive, wire.data_body)
        interaction = await self._converse.look(uuid, token, now)
        pinned = await self._bots.pinned(interaction.bot, interaction.version)
        return DataGiven(now, wire.given(body.data), signed=signed_items(pinned.bot, body.signed_data))

    async def _entries(self, scope: Scope, send: Send, uuid: str) -> None:
        interaction = await self._converse.look(uuid, self._token(scope, uuid), self._clock())
        number = self._number(scope, "after", 0, 2**31)
        lines: list[str] = []
        for turn in await self._store.turns(interaction.id, number, ENTRIES_LIMIT):
            lines.extend(entries_after(turn.entries, turn.first_entry, number))
        pinned = await self._bots.pinned(interaction.bot, interaction.version)
        await answer(send, 200, wire.state(lines, pinned, interaction), more=CORS)

    async def _events(self, scope: Scope, receive: Receive, send: Send, uuid: str) -> None:
        interaction = await self._converse.look(uuid, self._token(scope, uuid), self._clock())
        last = header(scope, b"last-event-id").decode("latin-1")
        if last and not (last.isascii() and last.isdigit() and len(last) < 11):
            raise ParameterInvalid(name="Last-Event-ID", value=last[:40], wanted="the number of an entry")
        number = int(last) if last else self._number(scope, "after", 0, 2**31)
        pinned = await self._bots.pinned(interaction.bot, interaction.version)
        await stream_events(receive, send, self._hub, self._store, interaction, pinned, number, CORS)

    async def _answer(self, send: Send, received: Received) -> None:
        await answer(
            send, 200, wire.state(received.lines, received.pinned, received.interaction), more=_headers(received)
        )

    def _token(self, scope: Scope, uuid: str) -> str:
        """Give the visitor's token, and count the call against the interaction's rate."""
        token = bearer(scope)
        if not token:
            raise TokenInvalid()
        self._messages.take(uuid)
        return token

    def _wait(self, scope: Scope) -> float:
        return self._number(scope, "wait", WAIT_S, WAIT_LIMIT_S)

    def _number(self, scope: Scope, name: str, default: int, limit: int) -> int:
        query = scope["query_string"]
        if not query:
            return default
        text = parse_qs(query.decode("latin-1")).get(name, [str(default)])[-1]
        if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= limit):
            raise ParameterInvalid(
                name=name, value=text[:40], wanted=f"a whole number from 0 to {limit}", parameter=name
            )
        return int(text)


def _traceparent(scope: Scope) -> str:
    found = header(scope, b"traceparent")
    return tracing.taken(found.decode("latin-1")) if found else ""


def _headers(received: Received) -> Headers:
    """Give the headers of an answer: which trace it belongs to (W3C Trace Context Level 2, `traceresponse`)."""
    interaction = received.interaction
    its = tracing.response(interaction.traceparent, interaction.uuid, interaction.turn)
    return [*CORS, (b"traceresponse", its.encode())]

"""Dispatch: which route it is, whether the caller may, and what comes back. Nothing is allowed that no route allows."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import msgspec

from branchline.api.admin.cookie import TRIP, TRIP_S, Cookies
from branchline.api.admin.origin import check_origin
from branchline.api.admin.route import PREFIX, Call, Content, Desk, QueryInvalid, Reply, Route, Stream
from branchline.api.admin.table import ROUTES
from branchline.api.http import (
    Headers,
    MediaTypeWrong,
    MethodWrong,
    Receive,
    RouteUnknown,
    Scope,
    Send,
    answer,
    client_address,
    header,
    read_body,
    read_json,
)
from branchline.errors import CallerError
from branchline.service.access.permissions import ANYBODY, NotAllowed, allowed
from branchline.service.access.sign_ins import SignedIn, SignInNeeded, Visit

HEADERS: Final[Headers] = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
]
_QUERY_FIELDS = 30
_encode = msgspec.json.Encoder().encode
_SAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class PreconditionMissing(CallerError):
    """This needs the header If-Match with the revision that you changed, such as "3"."""

    code = "precondition.missing"
    status = 428


class Admin:
    """ASGI application for everything below the prefix. `visit` gives where a request comes from."""

    def __init__(self, desk: Desk, trusted_proxies: frozenset[str] = frozenset()) -> None:
        self._desk = desk
        self._proxies = trusted_proxies
        self._cookies = Cookies(desk.base)
        self._routes = [
            (route, tuple(route.path.split("/")[1:]), msgspec.json.Decoder(route.body) if route.body else None)
            for route in sorted(ROUTES, key=_names)
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route, args, decoder = self._match(scope)
        if not route.navigated:
            check_origin(scope, self._desk.base())
        token = self._cookies.read(scope)
        who = await self._authorised(route, token)
        if route.if_match and not header(scope, b"if-match"):
            raise PreconditionMissing()
        body: Any = None
        if route.raw:
            body = await read_body(scope, receive, route.body_limit)
        elif decoder is not None:
            body = await _body(scope, receive, decoder, route.body_limit)
        call = Call(
            args=args,
            query=_query(scope, route),
            body=body,
            visit=Visit(client_address(scope, self._proxies), header(scope, b"user-agent").decode("latin-1")),
            token=token,
            trip=self._cookies.read(scope, TRIP) if route.navigated else "",
            etag=header(scope, b"if-match").decode("latin-1").strip().removeprefix("W/").strip('"'),
            signed_in=who,
        )
        given = await route.does(self._desk, call)
        if isinstance(given, Stream):
            await _streamed(given, receive, send)
        else:
            await self._answer(send, route, given)

    def _match(self, scope: Scope) -> tuple[Route, Mapping[str, str], Any]:
        raw: str = scope["raw_path"].decode("latin-1").partition("?")[0] if "raw_path" in scope else scope["path"]
        parts = tuple(raw[len(PREFIX) :].split("/")[1:])
        methods = []
        for route, wanted, decoder in self._routes:
            args = _fits(wanted, parts)
            if args is None:
                continue
            if route.method == scope["method"]:
                return route, args, decoder
            methods.append(route.method)
        if methods:
            raise MethodWrong(path=scope["path"], allowed=" or ".join(methods), method=scope["method"])
        raise RouteUnknown(path=scope["path"])

    async def _authorised(self, route: Route, token: str) -> SignedIn | None:
        """Give who calls, if they may call this; for what anybody may call, who calls or None."""
        if route.permission == ANYBODY:
            try:
                return await self._desk.sign_ins.find(token)
            except SignInNeeded:
                return None
        who = await self._desk.sign_ins.find(token)
        if not allowed(who.person.role, route.permission):
            raise NotAllowed(permission=route.permission, role=who.person.role)
        if route.confirmed:
            self._desk.sign_ins.confirmed(who)
        return who

    async def _answer(self, send: Send, route: Route, given: Any) -> None:
        if isinstance(given, Content):
            more = [*HEADERS, _disposition(given.name)]
            await answer(send, route.status, given.body, given.media_type.encode(), more)
            return
        reply = given if isinstance(given, Reply) else Reply(given)
        headers = [*HEADERS, *reply.headers]
        if reply.token is not None:
            headers.append(self._cookies.written(reply.token))
        if reply.trip is not None:
            headers.append(self._cookies.written(reply.trip, TRIP, TRIP_S))
        if reply.to:
            await answer(send, 303, b"", more=[*headers, (b"location", reply.to.encode())])
        elif reply.value is None:
            await answer(send, 204 if route.status == 200 else route.status, b"", more=headers)
        else:
            await answer(send, route.status, _encode(reply.value), more=headers)


async def _streamed(given: Stream, receive: Receive, send: Send) -> None:
    """Send pieces as they come, until they end or the browser goes."""
    headers: Headers = [(b"content-type", given.media_type.encode()), (b"cache-control", b"no-store"), *HEADERS]
    if given.name:
        headers.append(_disposition(given.name))
    await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def pieces() -> None:
        async for piece in given.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    sending = asyncio.create_task(pieces())
    gone = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({sending, gone}, return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
    finally:
        for task in (sending, gone):
            task.cancel()
        await asyncio.gather(sending, gone, return_exceptions=True)
        close = getattr(given.pieces, "aclose", None)
        if close is not None:
            await close()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _disposition(name: str) -> tuple[bytes, bytes]:
    return b"content-disposition", f'attachment; filename="{_SAFE_NAME.sub("-", name)}"'.encode("latin-1")


def _names(route: Route) -> tuple[bool, ...]:
    """What is written out goes before what is any name: /interactions/export is no interaction."""
    return tuple(part.startswith("{") for part in route.path.split("/"))


def _fits(wanted: tuple[str, ...], parts: tuple[str, ...]) -> Mapping[str, str] | None:
    if len(wanted) != len(parts):
        return None
    args = {}
    for name, part in zip(wanted, parts, strict=True):
        if name.startswith("{"):
            text = unquote(part)
            if not text or len(text) > 200 or "\x00" in text:
                return None
            args[name[1:-1]] = text
        elif name != part:
            return None
    return args


def _query(scope: Scope, route: Route) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=_QUERY_FIELDS)
    except ValueError:
        raise QueryInvalid(name="query", value="", wanted=f"at most {_QUERY_FIELDS} parameters") from None
    for name, value in pairs:
        if name not in route.query and not route.navigated:
            known = ", ".join(route.query) or "none"
            raise QueryInvalid(
                name=name[:40], value=value[:40], wanted=f"left out; known here: {known}", parameter=name
            )
    return dict(pairs)


async def _body(scope: Scope, receive: Receive, decoder: msgspec.json.Decoder[Any], limit: int) -> Any:
    media_type = header(scope, b"content-type").split(b";", 1)[0].strip().lower()
    if media_type != b"application/json":  # a form of another site cannot send this without asking first
        raise MediaTypeWrong(media_type=media_type.decode("latin-1")[:60] or "not named", wanted="application/json")
    return await read_json(scope, receive, decoder, limit)

"""The little HTTP that every route shares: read a body within its limit, answer with JSON.

Routes are plain ASGI: a framework's request and response objects would cost as much as the turn itself
(docs/decisions/0002-stack.md).
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeVar

import msgspec

from branchline.errors import CallerError
from branchline.surrogates import lone

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

T = TypeVar("T")

BODY_LIMIT = 16 * 1024
"""Bytes of a JSON body (contract §5)."""
DRAIN_LIMIT = 16 * 1024 * 1024
"""Bytes past a limit that are read and thrown away."""
TEXT_TYPES = frozenset({b"", b"application/json", b"text/plain", b"application/vnd.api+json"})


class BodyTooLarge(CallerError):
    """The body is larger than {limit} bytes. Send less."""

    code = "body.too_large"
    status = 413


class BodyInvalid(CallerError):
    """The body is not what this call takes: {problem}."""

    code = "body.invalid"
    status = 422


class BodyMalformed(CallerError):
    """The body is not JSON: {problem}."""

    code = "body.malformed"
    status = 400


class MediaTypeWrong(CallerError):
    """The body is {media_type}; this call takes {wanted}."""

    code = "media_type.wrong"
    status = 415


class RouteUnknown(CallerError):
    """There is nothing at {path}."""

    code = "route.unknown"
    status = 404


class MethodWrong(CallerError):
    """{path} takes {allowed}, not {method}."""

    code = "method.wrong"
    status = 405


class ClientGone(Exception):
    """The client closed the connection."""


def header(scope: Scope, name: bytes) -> bytes:
    """Give a request header (lower-case name), or nothing."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return b""


def bearer(scope: Scope) -> str:
    """Give the token of `Authorization: Bearer`, or nothing."""
    value = header(scope, b"authorization")
    return value[7:].strip().decode("latin-1") if value[:7].lower() == b"bearer " else ""


def client_address(scope: Scope, proxies: frozenset[str]) -> str:
    """Give the caller's address; a trusted proxy says it in `X-Forwarded-For`, whose last foreign entry counts."""
    client = scope.get("client")
    address = str(client[0]) if client else "?"
    if address in proxies:
        for forwarded in reversed(header(scope, b"x-forwarded-for").decode("latin-1").split(",")):
            if forwarded.strip() and forwarded.strip() not in proxies:
                return forwarded.strip()[:60]
    return address


async def read_body(scope: Scope, receive: Receive, limit: int = BODY_LIMIT) -> bytes:
    """Read the body, keeping at most `limit` bytes; BodyTooLarge past that.

    What is too large is still taken off the wire, up to `DRAIN_LIMIT`, so that the client hears the refusal instead of
    a broken connection.
    """
    length = header(scope, b"content-length")
    if length.isdigit() and int(length) > limit + DRAIN_LIMIT:
        raise BodyTooLarge(limit=limit)
    body, more = await _part(receive)
    if more or len(body) > limit:
        parts, size = [body], len(body)
        while more and size <= limit + DRAIN_LIMIT:
            if size > limit:
                parts.clear()
            part, more = await _part(receive)
            parts.append(part)
            size += len(part)
        if size > limit:
            raise BodyTooLarge(limit=limit)
        body = b"".join(parts)
    return body


async def _part(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)


async def read_json(scope: Scope, receive: Receive, decoder: msgspec.json.Decoder[T], limit: int = BODY_LIMIT) -> T:
    """Read a JSON body of a known shape; an empty body counts as `{}`."""
    media_type = header(scope, b"content-type").split(b";", 1)[0].strip().lower()
    if media_type not in TEXT_TYPES:
        raise MediaTypeWrong(media_type=media_type.decode("latin-1"), wanted="application/json")
    body = await read_body(scope, receive, limit)
    try:
        return decoder.decode(body or b"{}")
    except msgspec.ValidationError as problem:
        raise BodyInvalid(problem=str(problem), pointer=_pointer(str(problem))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        half = lone(body.decode(errors="replace"))
        what = (
            str(problem) if half is None else f"the escape {half[1]} is half of a surrogate pair, which is no character"
        )
        raise BodyMalformed(problem=what) from None


def _pointer(problem: str) -> str | None:
    """Turn the place in a validation message (`... - at `$.data[2].name``) into a JSON pointer (RFC 6901)."""
    _, found, place = problem.rpartition("at `$")
    if not found:
        return None
    return place.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")


async def answer(
    send: Send,
    status: int,
    body: bytes,
    media_type: bytes = b"application/json",
    more: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    """Answer with a whole body."""
    headers: Headers = [
        (b"content-type", media_type),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""An endpoint as an ASGI application (https://asgi.readthedocs.io, HTTP and lifespan)."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol

from branchline_endpoint.refusals import RequestRefused, Response
from branchline_endpoint.request import check_head, too_large

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Responder(Protocol):
    """What the application needs of an endpoint."""

    body_limit: int

    async def respond_async(self, headers: Mapping[str, str], body: bytes) -> Response: ...
    def failed(self, error: Exception) -> Response: ...


class AsgiApp:
    """`uvicorn module:order.asgi` serves it; any framework mounts it."""

    def __init__(self, endpoint: Responder) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP request, or the server's lifespan; a WebSocket is closed."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1003})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope["headers"])
        try:
            check_head(scope["method"], headers, self._endpoint.body_limit)
            body = await _body(receive, self._endpoint.body_limit)
        except RequestRefused as error:
            await _send(send, self._endpoint.failed(error))
            return
        if body is not None:
            await _send(send, await self._endpoint.respond_async(headers, body))


def _headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The whole body; `None` when the client went away before its end."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _send(send: Send, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return

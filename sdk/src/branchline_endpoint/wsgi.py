"""An endpoint as a WSGI application (PEP 3333)."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from branchline_endpoint.refusals import RequestRefused, Response
from branchline_endpoint.request import check_head, too_large


class Responder(Protocol):
    """What the application needs of an endpoint."""

    body_limit: int

    def respond(self, headers: Mapping[str, str], body: bytes) -> Response: ...
    def failed(self, error: Exception) -> Response: ...


class WsgiApp:
    """For gunicorn, mod_wsgi, Flask's and Django's neighbours. An async function gets an event loop per request."""

    def __init__(self, endpoint: Responder) -> None:
        self._endpoint = endpoint

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        headers = _headers(environ)
        limit = self._endpoint.body_limit
        try:
            check_head(environ["REQUEST_METHOD"], headers, limit)
            body = _body(environ, headers, limit)
        except RequestRefused as error:
            response = self._endpoint.failed(error)
        else:
            response = self._endpoint.respond(headers, body)
        start_response(_status(response.status), list(response.headers))
        return [response.body]


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        headers[name.replace("_", "-").lower()] = environ.get(name, "")
    return headers


def _body(environ: WSGIEnvironment, headers: Mapping[str, str], limit: int) -> bytes:
    length = headers["content-length"]
    if length:
        return _read(environ, int(length))
    if not environ.get("wsgi.input_terminated"):
        # Without a length, and without the server's word that the input ends, reading could wait for ever.
        raise RequestRefused(411, "length.missing", "Send Content-Length.")
    body = _read(environ, limit + 1)
    if len(body) > limit:
        raise too_large(limit)
    return body


def _read(environ: WSGIEnvironment, size: int) -> bytes:
    chunks: list[bytes] = []
    while size > 0 and (chunk := environ["wsgi.input"].read(size)):
        chunks.append(chunk)
        size -= len(chunk)
    return b"".join(chunks)


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Refused"

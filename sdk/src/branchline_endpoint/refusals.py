"""What an endpoint says instead of an answer: JSON:API error documents, each with a status and a code."""

import json
from dataclasses import dataclass


class CannotAnswer(Exception):
    """Raise it in your function when the question cannot be answered now, for example when your database is down.

    The bot then takes the action's failure exit, never the branch for "not found". `status` is 400 to 599 and decides
    the reason the bot sees (`http_5xx`, `http_4xx`, `http_429`); `retry_after_s` is in seconds; `detail` is sent.
    """

    def __init__(self, detail: str, *, status: int = 503, retry_after_s: int | None = None) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"status is {status}, but a refusal needs 400 to 599.")
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.retry_after_s = retry_after_s


class RequestRefused(Exception):
    """The request is at fault: wrong method, type, size, signature or document."""

    def __init__(self, status: int, code: str, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out: a status, a JSON body, and the headers that describe them (names in lower case)."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]


def answered(body: bytes) -> Response:
    """200 with a JSON list of pairs."""
    return Response(200, body, _described(body))


def refused(status: int, code: str, detail: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """A JSON:API error document with one error."""
    error = {"status": str(status), "code": code, "title": _TITLES.get(status, "Cannot answer"), "detail": detail}
    # ASCII only, so that a detail that quotes a lone surrogate can still be sent.
    body = json.dumps({"errors": [error]}).encode()
    return Response(status, body, (*_described(body), *headers))


def _described(body: bytes) -> tuple[tuple[str, str], ...]:
    return (("content-type", "application/json"), ("content-length", str(len(body))))


_TITLES = {
    400: "Not an interaction",
    401: "Not signed",
    405: "Only POST",
    411: "Length needed",
    413: "Too large",
    415: "Only JSON",
    500: "The endpoint failed",
    503: "Cannot answer now",
}

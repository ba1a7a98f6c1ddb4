"""Refusals and accidents as JSON:API error documents:
`{"errors": [{"status", "code", "title", "detail", "source", "meta"}]}`."""

from collections.abc import Callable
from secrets import token_hex
from typing import Any

import msgspec
import structlog

from branchline.api.http import ClientGone, Headers, MethodWrong, Receive, Scope, Send, answer
from branchline.errors import Refusal
from branchline.meters import meters

log = structlog.get_logger()

Shown = Callable[[Scope, int, str], tuple[bytes, Headers] | None]
"""How a person sees a refusal in a browser: its page, HTML, for a status and a sentence; None for who is no person."""


def document(refusal: Refusal) -> bytes:
    error: dict[str, Any] = {
        "status": str(refusal.status),
        "code": refusal.code,
        "title": refusal.title,
        "detail": str(refusal),
    }
    if refusal.pointer is not None:
        error["source"] = {"pointer": refusal.pointer}
    elif refusal.parameter is not None:
        error["source"] = {"parameter": refusal.parameter}
    if refusal.meta is not None:
        error["meta"] = refusal.meta
    return msgspec.json.encode({"errors": [error]})


class Problems:
    """ASGI middleware: a Refusal becomes its answer; anything else is ours: 500 with an incident id to look for in the log."""

    def __init__(self, app: Any, more: Headers | None = None, shown: Shown | None = None) -> None:
        self._app = app
        self._more = more or []
        self._shown = shown or _unshown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Any) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientGone:
            return
        except Refusal as refusal:
            meters.refusals.add((refusal.code,))
            if started:
                raise
            retry = [(b"retry-after", str(refusal.retry_after_s).encode())] if refusal.retry_after_s else []
            authenticate = [(b"www-authenticate", b"Bearer")] if refusal.status == 401 else []
            allow = [(b"allow", str(refusal.fields["allowed"]).encode())] if isinstance(refusal, MethodWrong) else []
            more = [*self._more, *retry, *authenticate, *allow]
            page = self._shown(scope, refusal.status, str(refusal))
            if page is not None:
                await answer(send, refusal.status, page[0], b"text/html; charset=utf-8", [*more, *page[1]])
                return
            await answer(send, refusal.status, document(refusal), more=more)
        except Exception:
            incident = token_hex(6)
            meters.incidents += 1
            log.exception("incident", incident=incident, method=scope.get("method"), path=_shown(scope))
            if started:
                raise
            detail = f"Something went wrong on our side. Tell the host incident {incident}."
            page = self._shown(scope, 500, detail)
            if page is not None:
                await answer(send, 500, page[0], b"text/html; charset=utf-8", [*self._more, *page[1]])
                return
            told = {"status": "500", "code": "server.incident", "title": "Server incident", "detail": detail}
            await answer(send, 500, msgspec.json.encode({"errors": [told]}), more=self._more)


def _unshown(_scope: Scope, _status: int, _detail: str) -> None:
    return None


def _shown(scope: Scope) -> str:
    """Give the beginning of a path: what follows an id may be the name of a visitor's file."""
    return "/".join(str(scope.get("path", "")).split("/")[:6])

"""One trace id from the visitor's message through the fulfillment to the export (W3C Trace Context).

The page that sent a message may bring a `traceparent`; then its trace is gone on with. Else the trace is that of the
interaction, whose uuid is the trace id: nothing has to be stored, and whoever has one has the other.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from hashlib import sha256
from typing import Protocol

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16

current: ContextVar[str] = ContextVar("trace_id", default="")
"""The trace id of what this task is doing, for its log lines."""


class Span(Protocol):
    """A piece of work that is under way. `traceparent` names it to others."""

    traceparent: str

    def end(self, attributes: Mapping[str, str | int]) -> None: ...


class Spans(Protocol):
    """Where spans go, when a host wants them: see `branchline.service.otel`."""

    def turn(self, parent: str, event: str, seconds: float, attributes: Mapping[str, str | int]) -> None:
        """Tell of a turn that took so long until now."""

    def begin(self, kind: str, parent: str, attributes: Mapping[str, str | int]) -> Span: ...


class Traced:
    """What this process tells about its work. Without a host's wish it tells nobody, and costs a comparison."""

    spans: Spans | None = None
    turns_logged = False
    """Whether every turn is a line in the log (level debug)."""


def taken(header: str) -> str:
    """Give the `traceparent` of a request as it is gone on with; empty when it is not valid (W3C Trace Context §3.2).

    A later version is read as far as this one knows it, and goes on as version 00.
    """
    found = _TRACEPARENT.fullmatch(header.strip())
    if found is None or found[1] == "ff" or (found[1] == "00" and found[5]):
        return ""
    if found[2] == _NO_TRACE or found[3] == _NO_SPAN:
        return ""
    return f"00-{found[2]}-{found[3]}-{found[4]}"


def parent(traceparent: str, uuid: str) -> str:
    """Give what the work on an interaction belongs to: the trace of the last message that brought one, or its own."""
    if traceparent:
        return traceparent
    its = uuid.replace("-", "")
    return f"00-{its}-{its[16:]}-01"


def trace_of(traceparent: str, uuid: str) -> str:
    """Give the trace id of the work on an interaction: that of `parent`."""
    return traceparent[3:35] if traceparent else uuid.replace("-", "")


def response(traceparent: str, uuid: str, turn: int) -> str:
    """Give what the caller is told: the trace, and the turn as its span."""
    return f"00-{trace_of(traceparent, uuid)}-{turn:016x}-{traceparent[53:] or '01'}"


def child(traceparent: str, its: str) -> str:
    """Give the `traceparent` of work that belongs to another; `its`: what is unique to it. The same again for a repeat."""
    return f"{traceparent[:36]}{sha256(its.encode()).hexdigest()[:16]}{traceparent[52:]}"


def trace_id(traceparent: str) -> str:
    return traceparent[3:35]

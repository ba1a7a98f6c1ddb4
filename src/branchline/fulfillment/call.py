"""A call: what is asked of an endpoint, and what came of it."""

from collections.abc import Callable

import msgspec

from branchline.fulfillment.answer import Pair
from branchline.fulfillment.reasons import Reason

SEEN_LIMIT = 64 * 1024
"""Bytes of an answer that a watched call keeps for people."""


class Watch:
    """What is looked at of a call that is made to be looked at: the request as it goes out, and the answer as it came.

    Of an answer's body at most `SEEN_LIMIT` bytes are kept, of one that is refused for its status too.
    """

    def __init__(self) -> None:
        self.url = ""
        self.headers: tuple[tuple[str, str], ...] = ()
        self.status: int | None = None
        self.answer_headers: tuple[tuple[str, str], ...] = ()
        self.answer = b""


class Call(msgspec.Struct, frozen=True):
    """One call to make. `headers` are the owner's, secrets inserted; `deadline_ms` is total wall time.

    `id` is the idempotency key and the `webhook-id`: visible ASCII, the same on every attempt. `endpoint` is the key
    for slots, such as "order-desk/orders". `mapping` None: the answer is a list of pairs (contract §3); else (name,
    JMESPath) of a custom request, and an empty one wants nothing of the answer but its status. `raw`: the answer's body
    is given as it is.
    """

    id: str
    endpoint: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    deadline_ms: int
    mapping: tuple[tuple[str, str], ...] | None = None
    signing_secrets: tuple[str, ...] = ()
    content_type: str = "application/json"
    raw: bool = False
    may_send: Callable[[], bool] | None = None
    """Asked right before the first byte; at a no nothing is sent."""
    traceparent: str = ""
    """W3C Trace Context; an owner's own header of that name wins."""
    watch: Watch | None = None
    """Told what is sent and what comes back."""


class Answered(msgspec.Struct, frozen=True):
    """The endpoint answered, and all of its answer may be kept."""

    pairs: tuple[Pair, ...]
    status: int
    took_ms: int
    attempts: int
    body: bytes = b""
    """Of a `raw` call."""


class Failed(msgspec.Struct, frozen=True):
    """The endpoint could not be asked. `sent`: whether a byte of the request may have reached it.

    `detail` is a sentence for the owner; it holds no header, no secret and nothing of the answer but names of entries.
    `retry_after_ms`: for how long the endpoint asked to be left alone (RFC 9110 §10.2.3), if it did.
    """

    reason: Reason
    detail: str
    status: int | None
    took_ms: int
    attempts: int
    sent: bool = False
    retry_after_ms: int | None = None

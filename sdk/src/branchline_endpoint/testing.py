"""For tests of an endpoint: documents as Branchline posts them, signed, without a server."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from branchline_endpoint.decorator import Answer, Endpoint
from branchline_endpoint.interaction import Interaction, view
from branchline_endpoint.signature import sign

R = TypeVar("R", bound=Answer | Awaitable[Answer])


def document(
    data: Mapping[str, str] | None = None,
    *,
    messages: Sequence[tuple[str, str]] = (),
    fulfillment_id: str = "test-fulfillment",
    at_s: int | None = None,
) -> dict[str, Any]:
    """An interaction document as the bot posts it (contract, section 1).

    `messages` are pairs of sender and text, oldest first; `at_s` is the time of everything in it, in seconds since the
    Unix epoch, now if left out.
    """
    time_text = datetime.fromtimestamp(_now(at_s), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    link = "https://bots.example/api/core/v1/interactions/4711"
    held = [
        _resource("interactionData", i, name=n, label=n, type="string", data=d) for i, n, d in _numbered(data or {})
    ]
    said = [
        _resource("messages", number, sender=sender, text=text, sent_at=time_text)
        for number, (sender, text) in enumerate(messages, start=1)
    ]
    linkage: dict[str, Any] = {
        "interactionData": [_identifier(one) for one in held],
        "messages": [_identifier(one) for one in said],
        "customer": {"type": "customers", "id": "1"},
    }
    return {
        "data": {
            "type": "interactions",
            "id": "4711",
            "attributes": {
                "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{link}#{fulfillment_id}")),
                "quick_ref": "471100",
                "customer_id": 1,
                "queue_id": None,
                "user_id": None,
                **dict.fromkeys(("voice", "call_me", "video", "cobrowse", "email"), False),
                "chat": True,
                "channel": "Web",
                "qos": dict.fromkeys(("chat", "video", "cobrowse", "voice")),
                "handled": False,
                "ended": False,
                "start_url": "https://shop.example/help",
                "end_url": None,
                "created_at": time_text,
                "updated_at": time_text,
                **dict.fromkeys(("accepted_at", "ended_at", "completed_at", "finalized_at", "cleaned_at")),
            },
            "links": {"self": link},
            "relationships": {
                name: {
                    "links": {"self": f"{link}/relationships/{name}", "related": f"{link}/{name}"},
                    **({"data": linkage[name]} if name in linkage else {}),
                }
                for name in ("user", "customer", "interactionData", "messages", "files", "feedback", "tags")
            },
        },
        "included": [*held, *said, _resource("customers", 1)],
        "meta": {
            "data": dict(data or {}),
            "bot": "test-bot",
            "version": 1,
            "node": "test-node",
            "fulfillment": fulfillment_id,
        },
    }


def interaction(
    data: Mapping[str, str] | None = None,
    *,
    messages: Sequence[tuple[str, str]] = (),
    fulfillment_id: str = "test-fulfillment",
) -> Interaction:
    """The interaction in such a document, to call a function with."""
    return view(document(data, messages=messages, fulfillment_id=fulfillment_id))


def headers(
    body: bytes, *, keys: Sequence[bytes] = (), fulfillment_id: str = "test-fulfillment", at_s: int | None = None
) -> dict[str, str]:
    """The request headers the bot sends with `body`, in lower case; signed with every one of `keys`, if any."""
    sent = {
        "content-type": "application/json",
        "accept": "application/json",
        "content-length": str(len(body)),
        "user-agent": "Branchline/test",
        "idempotency-key": f'"{fulfillment_id}"',
    }
    if keys:
        stamp = _now(at_s)
        sent["webhook-id"] = fulfillment_id
        sent["webhook-timestamp"] = str(stamp)
        sent["webhook-signature"] = " ".join(sign(key, fulfillment_id, stamp, body) for key in keys)
    return sent


def ask(
    endpoint: Endpoint[R],
    data: Mapping[str, str] | None = None,
    *,
    messages: Sequence[tuple[str, str]] = (),
    fulfillment_id: str = "test-fulfillment",
) -> dict[str, str]:
    """What the bot would store: a document is built, signed with the endpoint's own secrets, verified, read, answered.

    Raises what the function raises and `AnswerRefused` for an answer that breaks a limit. Nothing is remembered. In
    a test that is itself async, use `ask_async`.
    """
    asked = _asked(endpoint, data, messages, fulfillment_id)
    result = endpoint(asked)
    answer = asyncio.run(_awaited(result)) if isinstance(result, Awaitable) else cast(Answer, result)
    return dict(answer or {})


async def ask_async(
    endpoint: Endpoint[R],
    data: Mapping[str, str] | None = None,
    *,
    messages: Sequence[tuple[str, str]] = (),
    fulfillment_id: str = "test-fulfillment",
) -> dict[str, str]:
    """`ask` for a test that runs in an event loop."""
    asked = _asked(endpoint, data, messages, fulfillment_id)
    result = endpoint(asked)
    answer = await result if isinstance(result, Awaitable) else cast(Answer, result)
    return dict(answer or {})


def _asked(
    endpoint: Endpoint[R], data: Mapping[str, str] | None, messages: Sequence[tuple[str, str]], fulfillment_id: str
) -> Interaction:
    body = json.dumps(document(data, messages=messages, fulfillment_id=fulfillment_id)).encode()
    return endpoint.read(headers(body, keys=endpoint.keys, fulfillment_id=fulfillment_id), body)


async def _awaited(result: Awaitable[Answer]) -> Answer:
    return await result


def _now(at_s: int | None) -> int:
    return int(time.time()) if at_s is None else at_s


def _numbered(data: Mapping[str, str]) -> list[tuple[int, str, str]]:
    return [(number, name, value) for number, (name, value) in enumerate(data.items(), start=1)]


def _resource(kind: str, number: int, **attributes: object) -> dict[str, Any]:
    return {"type": kind, "id": str(number), "attributes": attributes}


def _identifier(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": resource["type"], "id": resource["id"]}

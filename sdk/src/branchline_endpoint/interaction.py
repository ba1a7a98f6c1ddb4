"""The interaction: a typed, read-only view of the document that Branchline posts (contract, section 1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


class InteractionRefused(ValueError):
    """The document is not an interaction. The text says which part is wrong."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation, oldest first in `Interaction.messages`."""

    sender: str
    """`customer` (the visitor), `bot`, `agent` or `system`."""
    text: str
    sent_at: str | None
    """UTC, second precision, such as `2024-04-23T22:58:00Z`."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One visitor's conversation at the moment the bot asks.

    Reading only: the mappings refuse assignment. What is not offered as a field is in `raw`.
    """

    id: str
    """The numeric id, as text."""
    uuid: str
    quick_ref: str
    """Six digits, for people to read out; empty when the document has none."""
    data: Mapping[str, str]
    """Interaction data by name. Always text: `"007"` stays `"007"`."""
    messages: tuple[Message, ...]
    attributes: Mapping[str, Any]
    """The JSON:API attributes: `channel`, `start_url`, `created_at` and the rest."""
    fulfillment_id: str | None
    """The same on every attempt of one visit to one action: use it as the key of an effect that must happen once."""
    raw: Mapping[str, Any] = field(repr=False)
    """The whole JSON:API document."""


def parse(body: bytes, fulfillment_id: str | None = None) -> Interaction:
    """The interaction in a request's body.

    `fulfillment_id` is what the headers said; without it the document's `meta.fulfillment` is used.
    Raises `InteractionRefused` for anything that is not UTF-8, JSON or an interaction document.
    """
    try:
        document = json.loads(body.decode(), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise InteractionRefused("The body is not UTF-8.") from None
    except RecursionError:
        raise InteractionRefused("The body is nested too deeply to be an interaction.") from None
    except ValueError as error:
        raise InteractionRefused(f"The body is not JSON: {error}.") from None
    return view(document, fulfillment_id)


def view(document: object, fulfillment_id: str | None = None) -> Interaction:
    """The interaction in a parsed JSON:API document. Raises `InteractionRefused`."""
    whole = _object(document, "the document")
    resource = _object(whole.get("data"), "/data")
    if resource.get("type") != "interactions":
        raise InteractionRefused("/data/type is not 'interactions'. This endpoint takes one interaction document.")
    attributes = _object(resource.get("attributes"), "/data/attributes")
    meta = _object(whole.get("meta", {}), "/meta")
    included = whole.get("included", [])
    if not isinstance(included, list):
        raise InteractionRefused("/included is not a list.")
    return Interaction(
        id=_text(resource.get("id"), "/data/id"),
        uuid=_text(attributes.get("uuid"), "/data/attributes/uuid"),
        quick_ref=_text(attributes.get("quick_ref", ""), "/data/attributes/quick_ref"),
        data=MappingProxyType(_data(meta, included)),
        messages=tuple(_messages(included)),
        attributes=MappingProxyType(attributes),
        fulfillment_id=fulfillment_id or _optional_text(meta.get("fulfillment"), "/meta/fulfillment"),
        raw=MappingProxyType(whole),
    )


def _data(meta: dict[str, Any], included: list[Any]) -> dict[str, str]:
    if "data" in meta:
        flat = _object(meta["data"], "/meta/data")
        return {name: _text(value, f"/meta/data/{name}") for name, value in flat.items()}
    # A document without our flat map, as another vendor sends it, still carries the linked resources.
    linked = (_attributes(resource) for resource in included if _type(resource) == "interactionData")
    return {_text(entry.get("name"), "/included name"): _text(entry.get("data"), "/included data") for entry in linked}


def _messages(included: list[Any]) -> list[Message]:
    linked = (_attributes(resource) for resource in included if _type(resource) == "messages")
    return [
        Message(
            sender=_text(entry.get("sender"), "/included sender"),
            text=_text(entry.get("text", ""), "/included text"),
            sent_at=_optional_text(entry.get("sent_at"), "/included sent_at"),
        )
        for entry in linked
    ]


def _type(resource: object) -> object:
    return resource.get("type") if isinstance(resource, dict) else None


def _attributes(resource: dict[str, Any]) -> dict[str, Any]:
    return _object(resource.get("attributes"), "/included attributes")


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InteractionRefused(f"{where} is not an object.")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InteractionRefused(f"{where} is not text.")
    return value


def _optional_text(value: object, where: str) -> str | None:
    return None if value is None else _text(value, where)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number")

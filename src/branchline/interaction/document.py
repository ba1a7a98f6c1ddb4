"""The interaction as a JSON:API document (contract §1): one serializer for the core API, the fulfillment body, the CRM
export and the transcript download.

Entries are kept as the text that goes out, so that a document is a join: nothing of the transcript is decoded here.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from branchline.interaction.record import Interaction
from branchline.interaction.transcript import iso, iso_or_none

RELATIONSHIPS: Final = ("user", "customer", "interactionData", "messages", "files", "feedback", "tags")
FULFILLMENT_INCLUDE: Final = frozenset({"interactionData", "messages", "customer"})
"""What a fulfillment body includes: the full content of the interaction [seed]."""
BODY_BUDGET: Final = 1024 * 1024
"""Bytes of a fulfillment body; past it the oldest messages are left out (contract §3)."""

Rows = Iterable[tuple[int, str]]
"""Transcript rows, oldest first: the number of the first entry, and the entries, one JSON object a line."""

_HEAD_ROOM: Final = 8 * 1024
"""Bytes kept free for the resource object itself."""

_encode = msgspec.json.Encoder().encode
_KIND = {"messages": '{"kind":"message"', "files": '{"kind":"file"'}


class Included(NamedTuple):
    """One included resource: its type and id, and its JSON text."""

    type: str
    id: str
    text: str


def document(
    interaction: Interaction,
    base: str,
    include: frozenset[str] = frozenset(),
    rows: Rows = (),
    fulfillment: str | None = None,
    budget: int | None = None,
    *,
    flat: bool = True,
) -> bytes:
    """Write one interaction. `base` is the server's address; `rows` are needed for messages and files only.

    Without `flat`, `meta.data` is left out: for readers who chose not to have the data.
    """
    parts = list(included(interaction, include, rows))
    meta = _meta(interaction, fulfillment)
    if not flat:
        del meta["data"]
    if budget is not None:
        dropped = _leave_out_oldest(parts, budget - _HEAD_ROOM - len(_encode(meta)))
        if dropped:
            meta["truncated"] = dropped
    head = b'{"data":' + _encode(resource(interaction, base, include, parts))
    return head + _joined(parts, include) + b',"meta":' + _encode(meta) + b"}"


def listing(
    interactions: Sequence[Interaction],
    base: str,
    include: frozenset[str],
    rows: Sequence[Rows],
    links: dict[str, str | None],
) -> bytes:
    """Write a page of interactions; `rows` holds one list of transcript rows an interaction."""
    parts = [list(included(one, include, its)) for one, its in zip(interactions, rows, strict=True)]
    data = _encode([resource(one, base, include, its) for one, its in zip(interactions, parts, strict=True)])
    body = _joined([part for its in parts for part in its], include)
    return b'{"data":' + data + body + b',"links":' + _encode(links) + b"}"


def resource(
    interaction: Interaction, base: str, include: frozenset[str] = frozenset(), parts: Sequence[Included] = ()
) -> dict[str, Any]:
    """Give the JSON:API resource object of an interaction, with linkage to the parts that are included."""
    itself = f"{base}/api/core/v1/interactions/{interaction.id}"
    rating = interaction.feedback.rating if interaction.feedback else None
    return {
        "type": "interactions",
        "id": str(interaction.id),
        "attributes": {
            "uuid": interaction.uuid,
            "quick_ref": interaction.quick_ref,
            "customer_id": None,
            "queue_id": None,
            "user_id": None,
            "chat": True,
            "voice": False,
            "call_me": False,
            "video": False,
            "cobrowse": False,
            "email": False,
            "channel": interaction.channel,
            "qos": {"chat": rating, "video": None, "cobrowse": None, "voice": None},
            "handled": interaction.ended_by == "bot",
            "ended": interaction.ended,
            "start_url": interaction.start_url or None,
            "end_url": interaction.end_url or None,
            "created_at": iso(interaction.created_at),
            "updated_at": iso(interaction.updated_at),
            "accepted_at": iso(interaction.created_at),
            "ended_at": iso_or_none(interaction.ended_at),
            "completed_at": iso_or_none(interaction.ended_at),
            "finalized_at": iso_or_none(interaction.finalized_at),
            "cleaned_at": iso_or_none(interaction.cleaned_at),
        },
        "links": {"self": itself},
        "relationships": {name: _relationship(itself, name, include, parts) for name in RELATIONSHIPS},
    }


def related(interaction: Interaction, base: str, relationship: str, rows: Rows, *, linkage: bool) -> bytes:
    """Write the document behind a relationship's `related` link, or behind its `self` link when `linkage` is wanted."""
    itself = f"{base}/api/core/v1/interactions/{interaction.id}"
    links = {"self": f"{itself}/relationships/{relationship}", "related": f"{itself}/{relationship}"}
    if relationship in {"user", "customer"}:
        return b'{"data":null,"links":' + _encode(links) + b"}"
    parts = list(included(interaction, frozenset({relationship}), rows))
    if linkage:
        data = _encode([{"type": part.type, "id": part.id} for part in parts])
    else:
        data = ("[" + ",".join(part.text for part in parts) + "]").encode()
    return b'{"data":' + data + b',"links":' + _encode(links) + b"}"


def included(interaction: Interaction, include: frozenset[str], rows: Rows) -> Iterable[Included]:
    """Give the included resources, messages and files in the order of the transcript."""
    if "interactionData" in include:
        for name, datum in interaction.data.items():
            attributes: dict[str, Any] = {
                "name": name,
                "label": datum.label or name,
                "type": "string",
                "data": datum.data,
            }
            if datum.unverified:
                attributes["unverified"] = True
            yield _part("interactionData", f"{interaction.id}-{name}", attributes)
    if "tags" in include:
        for tag in interaction.tags:
            yield _part("tags", f"{interaction.id}-{tag}", {"name": tag})
    if "feedback" in include and interaction.feedback is not None:
        yield _part("feedback", str(interaction.id), msgspec.to_builtins(interaction.feedback))
    kinds = [(name, start) for name, start in _KIND.items() if name in include]
    if kinds:
        for first, entries in rows:
            if not entries:
                continue
            for number, line in enumerate(entries.split("\n"), first):
                for name, start in kinds:
                    if line.startswith(start):
                        its = f"{interaction.id}-{number}"
                        yield Included(name, its, f'{{"type":"{name}","id":"{its}","attributes":{line}}}')


def _relationship(itself: str, name: str, include: frozenset[str], parts: Sequence[Included]) -> dict[str, Any]:
    made: dict[str, Any] = {"links": {"self": f"{itself}/relationships/{name}", "related": f"{itself}/{name}"}}
    if name in include:
        linked = [{"type": part.type, "id": part.id} for part in parts if part.type == name]
        made["data"] = None if name in {"user", "customer"} else linked
    return made


def _meta(interaction: Interaction, fulfillment: str | None) -> dict[str, Any]:
    meta: dict[str, Any] = {
        "data": {name: datum.data for name, datum in interaction.data.items()},
        "bot": interaction.bot,
        "version": interaction.version,
        "node": interaction.at[-1].node if interaction.at else None,
    }
    if fulfillment is not None:
        meta["fulfillment"] = fulfillment
    return meta


def _leave_out_oldest(parts: list[Included], room: int) -> int:
    """Take the oldest messages out until the rest fits into `room` bytes; give how many.

    A message weighs its text and the linkage that names it.
    """
    sizes = [len(part.text.encode()) + 2 * len(part.id) + 32 for part in parts]
    size = sum(sizes)
    if size <= room:
        return 0
    kept: list[Included] = []
    for part, its in zip(parts, sizes, strict=True):
        if size > room and part.type == "messages":
            size -= its
        else:
            kept.append(part)
    dropped = len(parts) - len(kept)
    parts[:] = kept
    return dropped


def _joined(parts: Sequence[Included], include: frozenset[str]) -> bytes:
    return (',"included":[' + ",".join([part.text for part in parts]) + "]").encode() if include else b""


def _part(kind: str, its: str, attributes: Any) -> Included:
    return Included(kind, its, _encode({"type": kind, "id": its, "attributes": attributes}).decode())

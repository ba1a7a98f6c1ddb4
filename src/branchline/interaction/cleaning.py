"""What is left of an interaction when its personal content is taken out: its shape, and nothing that anyone wrote.

Kept: ids, times, counts, numbers, words of closed lists, and the texts of bots' authors that are named in `KEPT`.
Everything else goes, also what a later version adds: a text must be named here to stay.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec import inspect as shapes

from branchline.interaction import transcript
from branchline.interaction.events import Cleaned, CleanedBy
from branchline.interaction.record import Feedback, Interaction
from branchline.interaction.transcript import MessageEntry, Trace

KEPT: Final[Mapping[str, frozenset[str]]] = {
    "NodeEntered": frozenset({"node"}),
    "RouteChosen": frozenset({"node", "target"}),
    "ReplyRefused": frozenset({"problem"}),
    "FulfillmentRequested": frozenset({"token", "node"}),
    "FulfillmentEnded": frozenset({"token", "reason"}),
    "FulfillmentReturned": frozenset({"token"}),
    "FulfillmentFailed": frozenset({"token", "reason"}),
    "WarningRaised": frozenset({"code"}),
    "Failed": frozenset({"code"}),
    "FileEntry": frozenset({"sent_at", "sender"}),
    "MessageEntry": frozenset({"sent_at", "sender"}),
    "SuggestionsEntry": frozenset({"sent_at"}),
    "EndedEntry": frozenset({"sent_at", "by"}),
}
"""Texts that stay, by class: names of nodes, codes, tokens of fulfillments, times."""

_INTERACTION: Final = (
    "id", "uuid", "bot", "version", "created_at", "channel", "locale", "at", "fulfillment_status", "fulfillment_reason",
    "asked", "entries", "ended_at", "ended_by", "finalized_at",
)  # fmt: skip


def cleaned(interaction: Interaction, at: int) -> Interaction:
    """Give an ended interaction without its content, final, one turn on: a turn under way that read it before misses."""
    kept: dict[str, Any] = {name: getattr(interaction, name) for name in _INTERACTION}
    if interaction.feedback is not None:
        kept["feedback"] = Feedback(interaction.feedback.rating)
    kept["finalized_at"] = at if interaction.finalized_at is None else interaction.finalized_at
    return Interaction(**kept, turn=interaction.turn + 1, updated_at=at, cleaned_at=at)


def cleaned_entries(entries: str, first: int) -> str:
    """Give a turn's entries, numbered from `first`, without their texts."""
    return "\n".join(_entry(line, number) for number, line in enumerate(entries.split("\n"), first)) if entries else ""


def cleaned_trace(text: str, at: int, by: CleanedBy) -> str:
    """Give a turn's trace without what was said; of one that cannot be read nothing stays."""
    try:
        found: Any = transcript.trace(text)
    except msgspec.MsgspecError:
        return cleaning_trace(at, by)
    return _encode(Trace(_bare(found.event), [_bare(effect) for effect in found.effects])).decode()


def cleaning_trace(at: int, by: CleanedBy) -> str:
    """Give the trace of the turn that takes the content out."""
    return _encode(Trace(Cleaned(at, by=by), [])).decode()


_encode = msgspec.json.Encoder().encode


def _entry(line: str, number: int) -> str:
    try:
        found: Any = transcript.entry(line)
    except msgspec.MsgspecError:
        found = MessageEntry(number, "system", "", "")
    return _encode(_bare(found)).decode()


def _bare(struct: Any) -> Any:
    kind: Any = type(struct)
    stays = KEPT.get(kind.__name__, frozenset())
    closed = _closed(kind)
    return kind(
        **{
            name: value if name in stays or name in closed else _empty(value)
            for name in kind.__struct_fields__
            for value in (getattr(struct, name),)
        }
    )


def _empty(value: Any) -> Any:
    if isinstance(value, Struct):
        return _bare(value)
    return None if value is None else type(value)()


@lru_cache(maxsize=256)
def _closed(kind: Any) -> frozenset[str]:
    """Name the fields that can hold nothing but a number, a yes or no, or a word of a closed list."""
    info = shapes.type_info(kind)
    assert isinstance(info, shapes.StructType)
    return frozenset(field.name for field in info.fields if _is_closed(field.type))


def _is_closed(kind: shapes.Type) -> bool:
    if isinstance(kind, shapes.UnionType):
        return all(_is_closed(one) for one in kind.types)
    return isinstance(
        kind,
        shapes.IntType | shapes.FloatType | shapes.BoolType | shapes.NoneType | shapes.LiteralType | shapes.EnumType,
    )

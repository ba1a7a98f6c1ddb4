"""Taking the personal content out: nothing that anyone wrote stays, and what stays can be read."""

from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect as shapes

from branchline.interaction import transcript
from branchline.interaction.cleaning import KEPT, cleaned, cleaned_entries, cleaned_trace, cleaning_trace
from branchline.interaction.document import RELATIONSHIPS, document
from branchline.interaction.effects import AnyEffect
from branchline.interaction.events import AnyEvent, Replied
from branchline.interaction.record import Interaction
from branchline.interaction.transcript import Entry, Trace

SAID = "zebrafinch"


def full(kind: Any) -> Any:
    """Make something of a type in which every text is the marked one."""
    match kind:
        case shapes.StructType():
            return kind.cls(**{field.name: full(field.type) for field in kind.fields})
        case shapes.UnionType():
            return full(next(one for one in kind.types if not isinstance(one, shapes.NoneType)))
        case shapes.LiteralType():
            return kind.values[0]
        case shapes.IntType():
            return 3
        case shapes.BoolType():
            return True
        case shapes.VarTupleType():
            return (full(kind.item_type),)
        case shapes.ListType():
            return [full(kind.item_type)]
        case shapes.DictType():
            return {SAID: full(kind.value_type)}
        case shapes.StrType():
            return SAID
        case _:
            raise AssertionError(f"{kind} has to be thought of")


def full_of(cls: Any) -> Any:
    return full(shapes.type_info(cls))


def read_again(trace: str) -> Trace:
    return transcript.trace(trace)


@pytest.mark.parametrize("cls", [*get_args(AnyEvent), *get_args(AnyEffect)], ids=lambda cls: cls.__name__)
def test_of_every_event_and_effect_only_named_texts_stay(cls: Any) -> None:
    one = full_of(cls)
    is_event = cls in get_args(AnyEvent)
    trace = Trace(one if is_event else full_of(Replied), [] if is_event else [one])
    left = read_again(cleaned_trace(msgspec.json.encode(trace).decode(), 1, "retention"))
    found = left.event if is_event else left.effects[0]
    assert type(found) is cls
    for name in cls.__struct_fields__:
        if SAID in repr(getattr(found, name)):
            assert name in KEPT[cls.__name__], name


@pytest.mark.parametrize("cls", get_args(Entry), ids=lambda cls: cls.__name__)
def test_of_every_entry_only_who_and_when_stay(cls: Any) -> None:
    one = msgspec.structs.replace(full_of(cls), sent_at="2026-11-24T10:00:00Z")
    if hasattr(one, "sender"):
        one = msgspec.structs.replace(one, sender="customer")
    if hasattr(one, "media_type"):
        one = msgspec.structs.replace(one, media_type="image/png")
    if hasattr(one, "by"):
        one = msgspec.structs.replace(one, by="bot")
    text = msgspec.json.encode(one).decode()
    left = cleaned_entries(f"{text}\n{text}", 3)
    assert SAID not in left
    assert [type(transcript.entry(line)) for line in left.split("\n")] == [cls, cls]
    assert left.startswith(text[: text.index(",")])


def test_what_cannot_be_read_goes_altogether() -> None:
    assert cleaned_trace(f'{{"event": "{SAID}"}}', 5, "erasure") == cleaning_trace(5, "erasure")
    assert SAID not in cleaned_entries(f'{{"kind":"{SAID}"}}\n{SAID}', 1)
    assert cleaned_entries("", 1) == ""


def test_of_the_interaction_only_its_shape_stays() -> None:
    made = full_of(Interaction)
    made = msgspec.structs.replace(made, uuid="u", bot="b", channel="Web", locale="en", ended_by="bot", at=())
    made = msgspec.structs.replace(made, fulfillment_reason="", finalized_at=None)
    left = cleaned(made, 7)
    assert SAID not in repr(left)
    assert (left.turn, left.entries, left.cleaned_at, left.finalized_at) == (made.turn + 1, made.entries, 7, 7)
    assert left.due_at is None
    assert SAID.encode() not in document(left, "http://b", frozenset(RELATIONSHIPS))
    assert b'"cleaned_at":"1970-01-01T00:00:00Z"' in document(left, "http://b")

"""The transcript: a turn as it is kept, and as visitors and owners see it.

A turn is kept as one row: `entries`, what the visitor sees, one JSON object a line, exactly the text that goes out;
and `trace`, the event with every effect, all that a replay and "why did it go there?" need. An entry:

    {"number": 3, "kind": "message", "sender": "bot", "text": "...", "sent_at": "2026-11-23T10:00:00Z"}

`kind` is message, file, suggestions or ended; numbers grow without gaps over the interaction.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from branchline.interaction.effects import AnyEffect, Ended, FileSent, MessageSent, SuggestionsOffered
from branchline.interaction.events import AnyEvent, Cleaned
from branchline.interaction.record import Suggestion


class MessageEntry(Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="message"):
    number: int
    sender: str
    text: str
    sent_at: str
    typing_ms: int = 0
    message_id: str | None = None


class FileEntry(Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="file"):
    number: int
    sender: str
    id: str
    name: str
    media_type: str
    size: int
    sent_at: str
    message_id: str | None = None


class SuggestionsEntry(Struct, frozen=True, tag_field="kind", tag="suggestions"):
    number: int
    suggestions: tuple[Suggestion, ...]
    sent_at: str


class EndedEntry(Struct, frozen=True, tag_field="kind", tag="ended"):
    number: int
    by: str
    sent_at: str


Entry = MessageEntry | FileEntry | SuggestionsEntry | EndedEntry


class Shown(Struct, frozen=True, tag_field="effect", tag="Shown"):
    """Stands in the trace for an effect that is an entry."""

    number: int


class Trace(Struct, frozen=True):
    """A turn's event and effects, as kept."""

    event: AnyEvent | Cleaned
    effects: list[AnyEffect | Shown]


_encode = msgspec.json.Encoder().encode
_entry_decoder: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)
_trace_decoder = msgspec.json.Decoder(Trace)


@lru_cache(maxsize=64)
def _second(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso(at: int) -> str:
    """Write a time (milliseconds since the Unix epoch) as the outside sees it: UTC, second precision, Z."""
    return _second(at // 1000)


def iso_or_none(at: int | None) -> str | None:
    return None if at is None else _second(at // 1000)


class Written(Struct, frozen=True):
    """A turn in writing: `count` entries, and both texts of its row."""

    entries: str
    trace: str
    count: int


def write(event: AnyEvent, effects: Iterable[AnyEffect], first: int) -> Written:
    """Write a turn down; its entries are numbered from `first`."""
    now = iso(event.at)
    number = first
    lines: list[bytes] = []
    kept: list[AnyEffect | Shown] = []
    for effect in effects:
        entry: Entry
        match effect:
            case MessageSent():
                entry = MessageEntry(number, effect.sender, effect.text, now, effect.typing_ms, effect.message_id)
            case FileSent(file=file):
                entry = FileEntry(
                    number, effect.sender, file.id, file.name, file.media_type, file.size, now, effect.message_id
                )
            case SuggestionsOffered():
                entry = SuggestionsEntry(number, effect.suggestions, now)
            case Ended():
                entry = EndedEntry(number, effect.by, now)
            case _:
                kept.append(effect)
                continue
        lines.append(_encode(entry))
        kept.append(Shown(number))
        number += 1
    return Written(b"\n".join(lines).decode(), _encode(Trace(event, kept)).decode(), number - first)


def entry(line: str) -> Entry:
    return _entry_decoder.decode(line)


def trace(text: str) -> Trace:
    return _trace_decoder.decode(text)


def after(entries: str, first: int, number: int) -> Sequence[str]:
    """Give the lines of a row whose entries have numbers greater than `number`."""
    lines = entries.split("\n") if entries else []
    return lines[max(0, number - first + 1) :]


def plain(entry: Entry) -> dict[str, Any]:
    """Give an entry as the dictionary that goes out."""
    made: dict[str, Any] = msgspec.to_builtins(entry)
    return made

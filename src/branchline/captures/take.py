"""Take a reply: the data to keep, or why the reply does not fit."""

import re

from branchline.captures.choices import take_one_of, take_rating, take_several_of, take_yes_no
from branchline.captures.dates import take_date
from branchline.captures.kinds import (
    AnyCapture,
    Date,
    Email,
    File,
    Number,
    OneOf,
    Pattern,
    Phone,
    Rating,
    SeveralOf,
    Text,
    YesNo,
)
from branchline.captures.numbers import take_number
from branchline.captures.results import Context, Refused, Taken
from branchline.captures.texts import take_email, take_pattern, take_phone, take_text
from branchline.interaction.events import FileRef
from branchline.interaction.record import DATA_LIMIT, TEXT_LIMIT

_TOO_LONG = Refused("too_long", f"That is too long. Please use at most {DATA_LIMIT} characters.")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def take(capture: AnyCapture, text: str, value: str | None, file: FileRef | None, context: Context) -> Taken | Refused:
    """Read a visitor's reply.

    `text` is what was written; `value`, when a suggestion was chosen, is what it stands for and counts instead; `file`
    is an upload. Total: every reply is taken or refused. Nothing is cut: data over 510 characters is refused, and so
    are U+0000 and lone surrogates, which cannot be stored (contract §2).
    """
    if isinstance(capture, File):
        return _take_file(capture, file)
    said = text if value is None else value
    if len(said) > TEXT_LIMIT:
        return _TOO_LONG
    if _UNSTORABLE.search(said):
        return Refused("bad_character", "That has a character that cannot be kept. Please write it without.")
    if not said.strip():
        optional = isinstance(capture, Text) and capture.min == 0
        return Taken("") if optional else Refused("empty", "Please write an answer.")
    taken = _take(capture, said, value is not None, context)
    return _TOO_LONG if isinstance(taken, Taken) and len(taken.data) > DATA_LIMIT else taken


def _take(capture: AnyCapture, said: str, chosen: bool, context: Context) -> Taken | Refused:
    match capture:
        case Text():
            return take_text(capture, said)
        case Pattern():
            return take_pattern(capture, said)
        case Email():
            return take_email(said)
        case Phone():
            return take_phone(capture, said, context)
        case Number():
            return take_number(capture, said, chosen, context)
        case Date():
            return take_date(capture, said, context)
        case YesNo():
            return take_yes_no(capture, said, context)
        case OneOf():
            return take_one_of(capture, said)
        case SeveralOf():
            return take_several_of(capture, said, context)
        case Rating():
            return take_rating(capture, said)
        case File():
            return Refused("not_a_file", "Please send a file.")


def _take_file(capture: File, file: FileRef | None) -> Taken | Refused:
    if file is None or not file.id or len(file.id) > DATA_LIMIT or _UNSTORABLE.search(file.id):
        return Refused("not_a_file", "Please send a file.")
    if file.size > capture.max_bytes:
        return Refused("file_too_big", f"That file is too big. Please send one of at most {_size(capture.max_bytes)}.")
    if capture.types and not any(_of_type(file.media_type, accepted) for accepted in capture.types):
        return Refused("file_type", f"That kind of file cannot be used here. Please send {', '.join(capture.types)}.")
    return Taken(file.id)


def _size(count: int) -> str:
    if count >= 1024 * 1024:
        return f"{count / 1024 / 1024:.3g} MB"
    return f"{count / 1024:.3g} kB" if count >= 1024 else f"{count} bytes"


def _of_type(media_type: str, accepted: str) -> bool:
    """Say whether `image/png; charset=x` is of `image/*`, `image/png` or `*/*`."""
    media_type = media_type.partition(";")[0].strip().lower()
    group, _, kind = accepted.strip().lower().partition("/")
    if kind == "*":
        return group == "*" or media_type.startswith(group + "/")
    return media_type == f"{group}/{kind}"

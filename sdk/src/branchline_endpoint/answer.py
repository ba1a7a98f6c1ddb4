"""The answer: what a function returned, checked against the contract's limits and written as JSON.

The limits are those of Branchline's contract, sections 2 and 3. Branchline takes an answer whole or not at all, so an
endpoint learns here, with the entry's name, what it would otherwise learn from a failed conversation.
"""

import json
from collections.abc import Mapping

MAX_ENTRIES = 1_000
MAX_NAME = 191
"""Unicode code points in a name."""
MAX_DATA = 510
"""Unicode code points in data."""
MAX_BYTES = 256 * 1024
"""Bytes in the whole answer, as sent."""

_SHOWN = 40


class AnswerRefused(ValueError):
    """The function's answer breaks a limit. The text says which entry, which limit, and what to do."""


def encode(answer: object) -> bytes:
    """The JSON list `[{"name", "data"}, ...]` for a mapping of name to data; `[]` for `None` or an empty mapping.

    Raises `AnswerRefused`. Entries are counted from 1, in the mapping's own order.
    """
    if answer is None:
        return b"[]"
    if not isinstance(answer, Mapping):
        raise AnswerRefused(
            f"the function returned {_kind(answer)}, but an answer is a dict of name to data. "
            "Return a dict such as {'status': 'SHIPPED'}, or None for no data."
        )
    if len(answer) > MAX_ENTRIES:
        raise AnswerRefused(
            f"the answer has {len(answer):,} entries, at most {MAX_ENTRIES:,} are allowed. "
            "Return only what the bot inserts or routes on."
        )
    for number, (name, data) in enumerate(answer.items(), start=1):
        _check_name(number, name)
        _check_data(f"entry {number}, {_shown(name)}", data)
    entries = [{"name": name, "data": data} for name, data in answer.items()]
    body = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > MAX_BYTES:
        raise AnswerRefused(
            f"the answer has {len(body):,} bytes, at most {MAX_BYTES:,} are allowed. "
            "Return fewer entries or shorter data."
        )
    return body


def _check_name(number: int, name: object) -> None:
    if not isinstance(name, str):
        raise AnswerRefused(f"entry {number}: name is {_kind(name)}, only text is allowed. Use a string as the key.")
    if not name:
        raise AnswerRefused(f"entry {number}: name is empty, at least 1 character is needed. Name it.")
    if len(name) > MAX_NAME:
        raise AnswerRefused(
            f"entry {number}, {_shown(name)}: name has {len(name):,} characters, at most {MAX_NAME} are allowed. "
            "Choose a shorter name."
        )
    _check_characters(f"entry {number}, {_shown(name)}: name", name)


def _check_data(where: str, data: object) -> None:
    if data is None:
        raise AnswerRefused(f"{where}: data is None, only text is allowed. Leave the entry out or return ''.")
    if not isinstance(data, str):
        raise AnswerRefused(
            f"{where}: data is {_kind(data)}, only text is allowed. Turn it into the text the bot shall show or compare."
        )
    if len(data) > MAX_DATA:
        raise AnswerRefused(
            f"{where}: data has {len(data):,} characters, at most {MAX_DATA} are allowed. Shorten it or split it."
        )
    _check_characters(f"{where}: data", data)


def _check_characters(where: str, text: str) -> None:
    position = text.find("\0")
    if position >= 0:
        raise AnswerRefused(f"{where} has U+0000 at character {position + 1}, which cannot be stored. Remove it.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise AnswerRefused(
            f"{where} has the lone surrogate U+{ord(text[error.start]):04X} at character {error.start + 1}, "
            "which is not text. Decode the text correctly or remove it."
        ) from None


def _kind(value: object) -> str:
    return type(value).__name__


def _shown(name: str) -> str:
    return repr(name if len(name) <= _SHOWN else name[:_SHOWN] + "…")

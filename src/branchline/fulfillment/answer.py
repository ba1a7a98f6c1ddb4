"""Reading an endpoint's answer: all of it or nothing, and always with a reason that names the entry (contract §3). Pure."""

import json
import re
from functools import lru_cache
from typing import Any

import orjson
from msgspec import Struct

from branchline.fulfillment.reasons import Reason

ANSWER_LIMIT = 262_144
"""Bytes of an answer before it is parsed (256 KiB)."""
ITEMS_LIMIT = 1_000
DEPTH_LIMIT = 32
NAME_LIMIT = 191
DATA_LIMIT = 510

# A string, closed or not, as one bite, so that hostile quotes cannot make the scan start over; then all else but brackets.
_NO_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[^"\[\]{}]++', re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JSON_TYPE = re.compile(r"(?:application|text)/json|application/[a-z0-9!#$&^_.+-]+\+json")
_UTF8 = frozenset({"utf-8", "utf8"})
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class Pair(Struct, frozen=True):
    """A name of interaction data and its value, both text within the limits of contract §2."""

    name: str
    data: str


class Refused(Struct, frozen=True):
    """The answer was refused; nothing of it may be kept."""

    reason: Reason
    detail: str


def pairs(body: bytes, content_type: str | None) -> tuple[Pair, ...] | Refused:
    """Read a list of `{"name", "data"}`; of two entries with one name the later one wins."""
    value = parsed(body, content_type)
    if isinstance(value, Refused):
        return value
    if not isinstance(value, list):
        return Refused(Reason.NOT_A_LIST, f"The answer is {_kind(value)}, not a list of name and data.")
    if len(value) > ITEMS_LIMIT:
        return Refused(
            Reason.TOO_MANY_ITEMS, f"The answer has {len(value)} entries; at most {ITEMS_LIMIT:,} are allowed."
        )
    found: dict[str, Pair] = {}
    for index, item in enumerate(value, 1):
        if item.__class__ is not dict:
            return Refused(Reason.BAD_ITEM, f"Entry {index} is {_kind(item)}, not an object with name and data.")
        name, data = item.get("name"), item.get("data")
        if name.__class__ is not str or data.__class__ is not str:
            return _bad_item(index, item)
        problem = pair_problem(name, data)
        if problem is not None:
            return Refused(problem.reason, f"Entry {index} ({shown(name)}): {problem.detail}")
        found[name] = Pair(name, data)
    return tuple(found.values())


def pair_problem(name: str, data: str) -> Refused | None:
    """Say why a name and its value cannot be kept; characters are Unicode code points."""
    if not name:
        return Refused(Reason.BAD_ITEM, "the name is empty. Use 1 to 191 characters.")
    if len(name) > NAME_LIMIT:
        return Refused(Reason.NAME_TOO_LONG, f"the name has {len(name)} characters; at most {NAME_LIMIT} are allowed.")
    if len(data) > DATA_LIMIT:
        return Refused(Reason.DATA_TOO_LONG, f"data has {len(data)} characters; at most {DATA_LIMIT} are allowed.")
    for where, text in (("the name", name), ("data", data)):
        bad = _UNSTORABLE.search(text)
        if bad is not None:
            return Refused(Reason.BAD_CHARACTER, f"{where} holds U+{ord(bad[0]):04X}, which cannot be stored.")
    return None


def parsed(body: bytes, content_type: str | None) -> Any:
    """Give the JSON value of an answer, or what is wrong with it. Strings may still hold U+0000, never surrogates."""
    labelled = _label_problem(content_type) if body else None
    if labelled is not None:
        return labelled
    if not body.strip(b" \t\r\n"):
        return Refused(Reason.EMPTY, "The answer has no body.")
    if body.startswith(_BYTE_ORDER_MARKS):
        return Refused(Reason.BAD_CHARSET, "The answer starts with a byte order mark. Send plain UTF-8.")
    if deeper_than(body, DEPTH_LIMIT):
        return Refused(Reason.TOO_DEEP, f"The answer is nested deeper than {DEPTH_LIMIT} levels.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return _unreadable(body, error)


def deeper_than(body: bytes, limit: int) -> bool:
    """Whether brackets outside of strings nest deeper than `limit`, without parsing; time linear in the body.

    Of a text that is not JSON anyway (brackets that do not match or are not closed) it may say either.
    """
    if body.count(b"[") + body.count(b"{") <= limit:
        return False
    brackets = _NO_BRACKETS.sub(b"", body).translate(_ONE_KIND)
    # Each pass takes the innermost level away; pairs left after `limit` passes lie deeper.
    for _ in range(limit):
        shorter = brackets.replace(b"[]", b"")
        if len(shorter) == len(brackets):
            break
        brackets = shorter
    return b"[]" in brackets or b"[" * (limit + 1) in brackets


def shown(name: str) -> str:
    """Quote a name for people, shortened, with nothing in it that a log or a database cannot hold."""
    text = name if len(name) <= 60 else name[:60] + "…"
    return '"' + "".join(one if one.isprintable() else "\ufffd" for one in text) + '"'


@lru_cache(maxsize=512)
def _label_problem(content_type: str | None) -> Refused | None:
    if content_type is None:
        return Refused(Reason.BAD_CONTENT_TYPE, "The answer has no Content-Type. Send application/json.")
    media_type, *parameters = content_type.lower().split(";")
    if not _JSON_TYPE.fullmatch(media_type.strip()):
        return Refused(
            Reason.BAD_CONTENT_TYPE, f"The answer's Content-Type is {shown(content_type)}. Send application/json."
        )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip("\"'") not in _UTF8:
            return Refused(Reason.BAD_CHARSET, f"The answer's Content-Type is {shown(content_type)}. Send it in UTF-8.")
    return None


def _unreadable(body: bytes, error: orjson.JSONDecodeError) -> Refused:
    try:
        text = body.decode()
    except UnicodeDecodeError as wrong:
        return Refused(Reason.BAD_CHARSET, f"The answer is not UTF-8: {wrong.reason} at byte {wrong.start}.")
    try:
        # Only to tell half a surrogate pair, which this parser lets through, from all other faults.
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Refused(Reason.BAD_JSON, f"The answer is not JSON: {error}.")
    for index, item in enumerate(value if isinstance(value, list) else [value], 1):
        bad = _UNSTORABLE.search(_all_text(item))
        if bad is not None:
            name = item.get("name") if isinstance(item, dict) else None
            which = f"Entry {index}" + (f" ({shown(name)})" if isinstance(name, str) else "")
            return Refused(Reason.BAD_CHARACTER, f"{which} holds U+{ord(bad[0]):04X}, which cannot be stored.")
    return Refused(Reason.BAD_JSON, f"The answer is not JSON: {error}.")


def _all_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "".join(key + _all_text(inner) for key, inner in value.items())
    if isinstance(value, list):
        return "".join(_all_text(inner) for inner in value)
    return ""


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _bad_item(index: int, item: dict[str, Any]) -> Refused:
    name = item.get("name")
    which = f"Entry {index}" + (f" ({shown(name)})" if isinstance(name, str) else "")
    for key in ("name", "data"):
        if key not in item:
            return Refused(Reason.BAD_ITEM, f"{which} has no {key!r}. Send both name and data, as text.")
        if not isinstance(item[key], str):
            return Refused(Reason.BAD_ITEM, f"{which}: {key!r} is {_kind(item[key])}. Send it as text.")
    return Refused(Reason.BAD_ITEM, f"{which} is not an object with name and data.")


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "a text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"

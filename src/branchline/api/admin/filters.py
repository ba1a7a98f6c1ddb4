"""Which interactions are meant: the filters of the list and of exports."""

from typing import Any

import msgspec

from branchline.api.admin.route import Call, QueryInvalid
from branchline.interaction.record import DATA_LIMIT
from branchline.store.port import Query

SIZE = 50

SIZE_LIMIT = 200

FILTERS = {
    "bot": "Only of this bot.",
    "status": "Only active, ended or finalized ones.",
    "from": "Created from then on (milliseconds).",
    "to": "Created before then (milliseconds).",
    "quick_ref": "The six digits that a visitor reads out.",
    "data": 'A JSON object of names and values that it has, such as {"email": "mira@shop.example"}.',
    "text": "One message has all of these words; `word*` is a beginning.",
}

PAGING = {
    "size": "How many, 1 to 200.",
    "after": "The cursor of an older page.",
    "before": "The cursor of a newer page.",
}


def query_of(call: Call) -> Query:
    asked = call.query
    wanted = asked.get("status") or None
    if wanted not in {None, "active", "ended", "finalized"}:
        raise QueryInvalid(name="status", value=str(wanted)[:40], wanted="active, ended or finalized")
    reference = asked.get("quick_ref") or None
    if reference is not None and not (len(reference) == 6 and reference.isascii() and reference.isdigit()):
        raise QueryInvalid(name="quick_ref", value=reference[:40], wanted="six digits", parameter="quick_ref")
    if "after" in asked and "before" in asked:
        raise QueryInvalid(name="before", value=asked["before"][:40], wanted="left out beside after")
    for name in ("bot", "text"):
        if len(asked.get(name, "")) > DATA_LIMIT or "\x00" in asked.get(name, ""):
            raise QueryInvalid(name=name, value=asked[name][:40], wanted=f"at most {DATA_LIMIT} characters")
    made: dict[str, Any] = {
        "size": min(max(call.number("size", SIZE), 1), SIZE_LIMIT),
        "after": asked.get("after") or None,
        "before": asked.get("before") or None,
        "bot": asked.get("bot") or None,
        "status": wanted,
        "created_from": call.number("from", 0) if "from" in asked else None,
        "created_to": call.number("to", 0) if "to" in asked else None,
        "quick_ref": reference,
        "text": asked.get("text") or None,
        "data": _data(asked.get("data", "")),
    }
    return Query(**made)


def _data(text: str) -> tuple[tuple[str, str], ...]:
    if not text:
        return ()
    try:
        given = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.MsgspecError, UnicodeEncodeError):
        given = {"": ""}
    if len(given) > 10 or any("\x00" in part or len(part) > DATA_LIMIT for pair in given.items() for part in pair):
        given = {"": ""}
    if "" in given:
        wanted = "a JSON object of at most 10 names and values, all text"
        raise QueryInvalid(name="data", value=text[:40], wanted=wanted, parameter="data")
    return tuple(given.items())

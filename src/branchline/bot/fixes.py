"""What would mend an issue at once, where that is plain: a few edits of the document, in the words of JSON Patch."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct, field

from branchline.bot.places import shown
from branchline.issue import Issue, Path, pointer
from branchline.nearest import nearest


class Edit(Struct, frozen=True, omit_defaults=True):
    """One edit (RFC 6902). `from_` is written `from`, for `move`."""

    op: Literal["add", "remove", "replace", "move"]
    path: str
    value: Any = None
    from_: str = field(default="", name="from")

    def __post_init__(self) -> None:
        if self.op == "move" and not self.from_:
            raise ValueError("A move says from where.")


class Fix(Struct, frozen=True):
    """What a click does: the label of the button, and the edits in their order."""

    label: str
    edits: tuple[Edit, ...]


def fix(issue: Issue, document: Any) -> Fix | None:
    """Give the plain way to mend an issue of a document, or None when the author has to decide."""
    try:
        in_words = _IN_WORDS.get(issue.code)
        if in_words is not None:
            return in_words(issue, document)
        make = _FIXES.get(issue.code)
        return make(issue.path, document) if make is not None else None
    except (LookupError, TypeError):
        return None  # the document has another shape than the issue is about


def _at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _remove(label: str) -> Callable[[Path, Any], Fix]:
    def make(path: Path, document: Any) -> Fix:
        _at(document, path)
        return Fix(label, (Edit("remove", pointer(path)),))

    return make


def _write(label: str, value: Any) -> Callable[[Path, Any], Fix]:
    return lambda path, document: Fix(label, (Edit("replace", pointer(path), value),))


def _lead_elsewhere(path: Path, document: Any) -> Fix:
    """Lead to the node that was meant; when none is like it, make the node."""
    target, nodes = _at(document, path), document["nodes"]
    like = nearest(target, nodes)
    if like is not None:
        return Fix(f"Lead to {shown(like)} instead", (Edit("replace", pointer(path), like),))
    new = {"exit": {"do": "end"}}
    return Fix(f"Create the node {shown(target)}", (Edit("add", pointer(("nodes", target)), new),))


def _ask_elsewhere(path: Path, document: Any) -> Fix | None:
    if not path or path[-1] != "endpoint":
        path = (*path, "endpoint")
    like = nearest(_at(document, path), document.get("endpoints", {}))
    return Fix(f"Ask {shown(like)} instead", (Edit("replace", pointer(path), like),)) if like else None


def _name_the_meant_data(issue: Issue, document: Any) -> Fix | None:
    """Data that nothing sets: name the one that was meant; when none is like it, declare it."""
    name, meant = issue.about, issue.instead
    text = _at(document, issue.path)
    if not meant:
        edits = [] if isinstance(document.get("data"), Mapping) else [Edit("add", "/data", {})]
        return Fix(f"Declare {shown(name)} as data", (*edits, Edit("add", pointer(("data", name)), {})))
    if issue.path[-1] == "operand" and text == f"data.{name}":
        new = f"data.{meant}"
    else:
        new = _hole(name).sub(lambda hole: hole[1] + meant + hole[3], text)
    return Fix(f"Use {shown(meant)} instead", (Edit("replace", pointer(issue.path), new),)) if new != text else None


def _insert_a_default(issue: Issue, document: Any) -> Fix | None:
    """Data that may be missing: say something general in its place."""
    text = _at(document, issue.path)
    new = _hole(issue.about).sub(lambda hole: f"{hole[1]}{issue.about} | default: '…'{hole[3]}", text)
    return Fix("Add a default", (Edit("replace", pointer(issue.path), new),)) if new != text else None


def _hole(name: str) -> re.Pattern[str]:
    return re.compile(r"(\{\{\s*)(" + re.escape(name) + r")(\s*(?:\||\}\}))")


def _write_the_meant_key(issue: Issue, document: Any) -> Fix:
    *way, key = issue.path
    held = _at(document, tuple(way))
    held[key]
    if issue.instead and issue.instead not in held:
        move = Edit("move", pointer((*way, issue.instead)), from_=pointer(issue.path))
        return Fix(f"Rename it to {shown(issue.instead)}", (move,))
    return Fix("Remove the key", (Edit("remove", pointer(issue.path)),))


def _write_the_meant_word(issue: Issue, document: Any) -> Fix | None:
    _at(document, issue.path)
    if not issue.instead:
        return None
    word = int(issue.instead) if issue.instead.isdigit() else issue.instead
    return Fix(f"Make it {shown(issue.instead)}", (Edit("replace", pointer(issue.path), word),))


def _lead_to_a_new_node(name: str, label: str, text: str) -> Callable[[Path, Any], Fix]:
    """Give the way out that is missing: a new node with a message, at which the conversation ends."""

    def make(path: Path, document: Any) -> Fix:
        nodes, number, new = document["nodes"], 2, name
        _at(document, path)
        while new in nodes:
            new, number = f"{name}_{number}", number + 1
        node = {"label": label, "actions": [{"do": "send_message", "text": text}], "exit": {"do": "end"}}
        edits = (Edit("add", pointer(("nodes", new)), node), Edit("add", pointer((*path, "failed")), new))
        return Fix(f"Create the node {shown(new)} for it", edits)

    return make


def _say_the_format(_path: Path, document: Any) -> Fix | None:
    return Fix("Write the format", (Edit("add", "/branchline", 1),)) if isinstance(document, Mapping) else None


_FIXES: Mapping[str, Callable[[Path, Any], Fix | None]] = {
    "start.unknown": _lead_elsewhere,
    "node.unknown": _lead_elsewhere,
    "node.unreachable": _remove("Remove the node"),
    "endpoint.unknown": _ask_elsewhere,
    "endpoint.unused": _remove("Remove the endpoint"),
    "route.repeated_case": _remove("Remove the case"),
    "typing.too_long": _write("Make it 10 s", "10 s"),
    "no_reply.too_long": _write("Make it 30 d", "30 d"),
    "endpoint.deadline": _write("Make it 10 s", "10 s"),
    "request.body": _remove("Remove the body"),
    "shape.empty": _remove("Remove the empty key"),
    "timezone.unknown": _write("Use UTC", "UTC"),
    "format.missing": _say_the_format,
    "failure.unrouted": _lead_to_a_new_node(
        "could_not_ask",
        "Could not ask",
        "I cannot reach our system right now. This says nothing about your question. Please try again in a few minutes.",
    ),
    "tries.endless": _lead_to_a_new_node(
        "not_understood",
        "Not understood",
        "I am sorry, I did not understand that. Please write to us, and we help you.",
    ),
}
_IN_WORDS: Mapping[str, Callable[[Issue, Any], Fix | None]] = {
    "data.unknown": _name_the_meant_data,
    "data.may_be_missing": _insert_a_default,
    "shape.unknown_key": _write_the_meant_key,
    "shape.unknown_word": _write_the_meant_word,
}

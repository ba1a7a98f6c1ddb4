"""What would mend an issue at once, where that is plain: a few edits of the document, in the words of JSON Patch."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct, field

from branchline.bot.places import shown
from branchline.issue import Issue, Path
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
    make = _FIXES.get(issue.code)
    try:
        return make(issue.path, document) if make is not None else None
    except (LookupError, TypeError):
        return None  # the document has another shape than the issue is about


def _pointer(path: Path) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _remove(label: str) -> Callable[[Path, Any], Fix]:
    def make(path: Path, document: Any) -> Fix:
        _at(document, path)
        return Fix(label, (Edit("remove", _pointer(path)),))

    return make


def _write(label: str, value: Any) -> Callable[[Path, Any], Fix]:
    return lambda path, document: Fix(label, (Edit("replace", _pointer(path), value),))


def _lead_elsewhere(path: Path, document: Any) -> Fix:
    """Lead to the node that was meant; when none is like it, make the node."""
    target, nodes = _at(document, path), document["nodes"]
    like = nearest(target, nodes)
    if like is not None:
        return Fix(f"Lead to {shown(like)} instead", (Edit("replace", _pointer(path), like),))
    new = {"exit": {"do": "end"}}
    return Fix(f"Create the node {shown(target)}", (Edit("add", _pointer(("nodes", target)), new),))


def _ask_elsewhere(path: Path, document: Any) -> Fix | None:
    if not path or path[-1] != "endpoint":
        path = (*path, "endpoint")
    like = nearest(_at(document, path), document.get("endpoints", {}))
    return Fix(f"Ask {shown(like)} instead", (Edit("replace", _pointer(path), like),)) if like else None


def _declare(path: Path, document: Any) -> Fix | None:
    """Data that is compared: name the one that was meant, or declare it."""
    operand = _at(document, path)
    if path[-1] != "operand" or not operand.startswith("data."):
        return None
    name = operand.removeprefix("data.")
    edits = [] if isinstance(document.get("data"), Mapping) else [Edit("add", "/data", {})]
    return Fix(f"Declare {shown(name)} as data", (*edits, Edit("add", _pointer(("data", name)), {})))


def _say_the_format(_path: Path, document: Any) -> Fix | None:
    return Fix("Write the format", (Edit("add", "/branchline", 1),)) if isinstance(document, Mapping) else None


_FIXES: Mapping[str, Callable[[Path, Any], Fix | None]] = {
    "start.unknown": _lead_elsewhere,
    "node.unknown": _lead_elsewhere,
    "node.unreachable": _remove("Remove the node"),
    "endpoint.unknown": _ask_elsewhere,
    "endpoint.unused": _remove("Remove the endpoint"),
    "route.repeated_case": _remove("Remove the case"),
    "data.unknown": _declare,
    "typing.too_long": _write("Make it 10 s", "10 s"),
    "no_reply.too_long": _write("Make it 30 d", "30 d"),
    "endpoint.deadline": _write("Make it 10 s", "10 s"),
    "request.body": _remove("Remove the body"),
    "shape.unknown_key": _remove("Remove the key"),
    "shape.empty": _remove("Remove the empty key"),
    "timezone.unknown": _write("Use UTC", "UTC"),
    "format.missing": _say_the_format,
}

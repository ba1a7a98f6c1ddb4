"""A bot file as it was written: mappings, lists and scalars, each with its place, before anything is known of types.

A scalar keeps its source text. What it becomes is decided where it is wanted: `007` is the text "007" for a condition's
argument and the number 7 for a limit. Lines and columns count from 1; columns are characters.
"""

import re
from typing import Any

from msgspec import Struct

from branchline.issue import Path

Mark = tuple[int, int]
"""Line and column."""

INTEGER_LIMIT = 2**63
"""Whole numbers of a bot file stay below this, in either direction: what JSON on the other side can hold."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,100}|[0-9]{1,100}(\.[0-9]{0,100})?)([eE][-+]?[0-9]{1,3})?", re.ASCII)
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,99})(\.[0-9]{1,100})?([eE][-+]?[0-9]{1,3})?", re.ASCII)


class Scalar(Struct, frozen=True, gc=False):
    """One value. `plain`: written without quotes, so that it may be a number, true, false or nothing."""

    text: str
    plain: bool
    line: int
    column: int

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in _NULLS

    def as_bool(self) -> bool | None:
        """Read true or false (YAML 1.2; `yes`, `no`, `on` and `off` are texts); None for anything else."""
        return _BOOLS.get(self.text) if self.plain else None

    def as_int(self) -> int | None:
        """Read a whole number in decimal digits; None for anything else, and beyond 64 bits."""
        if not self.plain or _INTEGER.fullmatch(self.text) is None:
            return None
        number = int(self.text)
        return number if -INTEGER_LIMIT <= number < INTEGER_LIMIT else None

    def as_float(self) -> float | None:
        """Read a finite number; None for anything else."""
        if not self.plain or _FLOAT.fullmatch(self.text) is None:
            return None
        number = float(self.text)
        return number if abs(number) != float("inf") else None

    def as_json(self) -> str | int | float | bool | None:
        """Read the scalar where any JSON value may stand. Only JSON's numbers are numbers there: `007` stays text."""
        if not self.plain:
            return self.text
        if self.text in _NULLS:
            return None
        if self.text in _BOOLS:
            return _BOOLS[self.text]
        if self.is_number:
            number = self.as_int() if self.text.lstrip("-").isdigit() else self.as_float()
            if number is not None:
                return number
        return self.text

    @property
    def is_number(self) -> bool:
        """Whether it is written as JSON writes numbers; it may still be too large to be read."""
        return self.plain and _JSON_NUMBER.fullmatch(self.text) is not None


class Sequence(Struct, frozen=True):
    """A list."""

    items: list["Tree"]
    line: int
    column: int


class Mapping(Struct, frozen=True):
    """Keys and values in the order of the file; `keys` holds where each key stands."""

    entries: dict[str, "Tree"]
    keys: dict[str, Mark]
    line: int
    column: int


Tree = Scalar | Sequence | Mapping


def find(tree: Tree, path: Path) -> Mark:
    """Give where a path leads: a scalar's own place, a block's key. A path into what is not there ends on the way."""
    mark = (tree.line, tree.column)
    for part in path:
        inner: Tree | None = None
        key: Mark | None = None
        if isinstance(tree, Mapping) and isinstance(part, str):
            inner, key = tree.entries.get(part), tree.keys.get(part)
        elif isinstance(tree, Sequence) and isinstance(part, int) and 0 <= part < len(tree.items):
            inner = tree.items[part]
        if inner is None:
            break
        tree = inner
        mark = key if key is not None and not isinstance(inner, Scalar) else (inner.line, inner.column)
    return mark


def as_json(tree: Tree) -> Any:
    """Give a tree as plain JSON values; its depth is bounded by the reader."""
    match tree:
        case Mapping():
            return {key: as_json(value) for key, value in tree.entries.items()}
        case Sequence():
            return [as_json(item) for item in tree.items]
        case Scalar():
            return tree.as_json()


def from_json(value: Any) -> Tree:
    """Make the tree of a JSON value; every place is line 1. The value's depth must be bounded already."""
    match value:
        case dict():
            return Mapping({key: from_json(inner) for key, inner in value.items()}, dict.fromkeys(value, (1, 1)), 1, 1)
        case list() | tuple():
            return Sequence([from_json(item) for item in value], 1, 1)
        case str():
            return Scalar(value, False, 1, 1)
        case None:
            return Scalar("null", True, 1, 1)
        case bool():
            return Scalar("true" if value else "false", True, 1, 1)
        case _:
            return Scalar(repr(value), True, 1, 1)

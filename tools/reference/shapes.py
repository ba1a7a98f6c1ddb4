"""The parts of a bot file as tables: every key with its type, its default and what it is for."""

import ast
import inspect
import textwrap
from functools import cache
from typing import Any

import msgspec
from msgspec import NODEFAULT
from msgspec import inspect as shapes

from branchline.duration import PATTERN as DURATION
from branchline.hours import WEEKDAYS
from tools.reference.markdown import code, paragraph, table
from tools.reference.words import WORDS

GENERAL = frozenset({"The name of a node.", "A number and a unit: ms, s, min, h or d."})
"""Descriptions of a kind of value, which say nothing of the key that holds it."""

LINKS = {
    "AnyAction": "an [action](actions.md)",
    "AnyExit": "an [exit](exits.md)",
    "AnyCapture": "a [capture](captures.md)",
    "Condition": "a [condition](operators.md#conditions)",
}


def struct(cls: type[msgspec.Struct]) -> shapes.StructType:
    """Give what msgspec knows of a class."""
    found = shapes.type_info(cls)
    assert isinstance(found, shapes.StructType)
    return found


def about(cls: type[msgspec.Struct]) -> str:
    return paragraph(inspect.getdoc(cls))


def keys(cls: type[msgspec.Struct]) -> str:
    """Give the table of a part's keys."""
    info = struct(cls)
    rows = []
    if info.tag_field is not None:
        rows.append([code(info.tag_field), code(str(info.tag)), "required", "Which one it is."])
    for field in sorted(info.fields, key=lambda field: not field.required):
        rows.append([code(field.name), words(field.type), _default(field), sentence(cls, field)])
    return table(["key", "value", "default", "what it is"], rows)


def sentence(cls: type[msgspec.Struct], field: shapes.Field) -> str:
    """Say what a key is for: by its description, the text below it in the source, or the words beside this module."""
    described = _description(field.type)
    found = _below(cls, field.name) if described in GENERAL else described or _below(cls, field.name)
    for owner in cls.__mro__:
        found = found or WORDS.get((owner.__name__, field.name), "")
    return found


def words(kind: shapes.Type) -> str:
    """Say in words what a value is."""
    match kind:
        case shapes.Metadata():
            return "name of a node" if _description(kind) == "The name of a node." else words(kind.type)
        case shapes.UnionType():
            return _union(kind)
        case shapes.StructType():
            return LINKS.get(kind.cls.__name__, f"[{_name(kind.cls)}](#{_name(kind.cls)})")
        case shapes.VarTupleType():
            item = words(kind.item_type).removeprefix("a ").removeprefix("an ")
            return f"list{_range(kind.min_length, kind.max_length)} of {item}"
        case shapes.DictType():
            size = _range(kind.min_length, kind.max_length)
            return f"mapping{size} of {words(kind.key_type)} to {words(kind.value_type)}"
        case shapes.LiteralType():
            return _one_of(kind.values)
        case shapes.StrType():
            if kind.pattern == DURATION:
                return "duration, such as `10 s`"
            return "text" + _range(kind.min_length, kind.max_length, " characters")
        case shapes.IntType():
            return "whole number" + _range(kind.ge, kind.le)
        case shapes.FloatType():
            return "number"
        case shapes.BoolType():
            return "`true` or `false`"
        case _:
            return "any value"


def _one_of(values: tuple[Any, ...]) -> str:
    if set(values) == set(WEEKDAYS):
        return f"weekday (`{WEEKDAYS[0]}` to `{WEEKDAYS[-1]}`)"
    shown = [code(str(value)) for value in values]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _union(kind: shapes.UnionType) -> str:
    types = [one for one in kind.types if not isinstance(one, shapes.NoneType)]
    tags = {one.tag_field for one in types if isinstance(one, shapes.StructType)}
    if len(types) > 1 and tags == {"kind"}:
        return LINKS["AnyCapture"]
    if len(types) > 1 and tags == {"do"}:
        exits = any(isinstance(one, shapes.StructType) and one.tag == "end" for one in types)
        return LINKS["AnyExit" if exits else "AnyAction"]
    found = [words(one) for one in types]
    if "whole number" in found and "number" in found:
        found.remove("whole number")
    return " or ".join(found)


def _range(low: int | None, high: int | None, unit: str = "") -> str:
    if high is None:
        return f" (at least {low:,}{unit})" if low else ""
    return f" ({low:,} to {high:,}{unit})" if low is not None else f" (at most {high:,}{unit})"


def _default(field: shapes.Field) -> str:
    if field.required:
        return "required"
    default = field.default
    if default is NODEFAULT or default is None or default in ("", (), {}):
        return "none"
    return code(str(default).lower() if isinstance(default, bool) else str(default))


def _description(kind: shapes.Type) -> str:
    if isinstance(kind, shapes.Metadata):
        own = (kind.extra_json_schema or {}).get("description", "")
        return own or _description(kind.type)
    if isinstance(kind, shapes.UnionType):
        return next((found for one in kind.types if (found := _description(one))), "")
    return ""


@cache
def _texts_below(cls: type[Any]) -> dict[str, str]:
    """Give the strings that stand below the fields of a class in its source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for one, following in zip(tree.body, tree.body[1:], strict=False):
        text = following.value if isinstance(following, ast.Expr) else None
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and isinstance(text, ast.Constant):
            found[one.target.id] = str(text.value)
    return found


def _below(cls: type[Any], name: str) -> str:
    owners = [owner for owner in cls.__mro__ if owner.__module__.startswith("branchline.")]
    return next((text for owner in owners if (text := _texts_below(owner).get(name, ""))), "")


def _name(cls: type[Any]) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in cls.__name__).strip("_")

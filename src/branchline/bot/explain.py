"""A tree against the classes of the bot file: every fault of its shape, not only the first.

    fit(tree, Bot, found) -> the plain value that `msgspec.convert` makes a Bot of

The classes are the only source: keys, limits, patterns and tags are read from them with `msgspec.inspect`. When nothing
is found, the conversion succeeds; a law in the tests holds both to the same answer.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from msgspec import inspect

from branchline.bot.found import Found
from branchline.bot.places import place, shown
from branchline.bot.tree import Mapping, Scalar, Sequence, Tree, as_json
from branchline.issue import Path

_WORDS_SHOWN = 12


def fit(tree: Tree, class_: type, found: Found) -> Any:
    """Give the plain value of a tree for a class, and put every fault into `found`. Unfit parts become None."""
    return _Fitter(found).fit(tree, _type_info(class_), ())


@lru_cache(maxsize=10)
def _type_info(class_: type) -> inspect.Type:
    return inspect.type_info(class_)


class _Fitter:
    def __init__(self, found: Found) -> None:
        self._found = found

    def fit(self, tree: Tree, wanted: inspect.Type, path: Path) -> Any:
        if self._found.full:
            return None
        description = ""
        while isinstance(wanted, inspect.Metadata):
            description = str((wanted.extra_json_schema or {}).get("description", "")) or description
            wanted = wanted.type
        match wanted:
            case inspect.AnyType():
                return self._any(tree, path)
            case inspect.UnionType():
                return self._union(tree, wanted, path)
            case inspect.StructType():
                return self._struct(tree, wanted, path)
            case inspect.DictType():
                return self._dict(tree, wanted, path)
            case inspect.VarTupleType():
                return self._tuple(tree, wanted, path)
            case inspect.LiteralType():
                return self._literal(tree, wanted, path)
            case inspect.StrType():
                return self._str(tree, wanted, path, description)
            case inspect.BoolType() | inspect.IntType() | inspect.FloatType():
                return self._amount(tree, wanted, path)
        raise TypeError(f"The bot file's classes use {wanted}, which explain does not know.")

    def _any(self, tree: Tree, path: Path) -> Any:
        pending: list[tuple[Tree, Path]] = [(tree, path)]
        while pending:
            part, at = pending.pop()
            if isinstance(part, Mapping):
                pending += [(value, (*at, key)) for key, value in part.entries.items()]
            elif isinstance(part, Sequence):
                pending += [(item, (*at, index)) for index, item in enumerate(part.items)]
            elif part.is_number and isinstance(part.as_json(), str):
                self._error("shape.number", f"The number {shown(part.text)} is too large. Put it in quotes.", at, part)
        return as_json(tree)

    def _union(self, tree: Tree, wanted: inspect.UnionType, path: Path) -> Any:
        members = [member for member in wanted.types if not isinstance(member, inspect.NoneType)]
        if len(members) < len(wanted.types) and isinstance(tree, Scalar) and tree.is_null:
            return None
        if len(members) == 1:
            return self.fit(tree, members[0], path)
        match tree:
            case Mapping():
                structs = [bare for member in members if isinstance(bare := _bare(member), inspect.StructType)]
                if structs:
                    return self._tagged(tree, structs, path)
            case Sequence():
                for member in members:
                    if isinstance(_bare(member), inspect.VarTupleType):
                        return self.fit(tree, member, path)
            case Scalar() if not tree.is_null:
                for kind in (inspect.StrType, inspect.IntType, inspect.FloatType):
                    for member in members:
                        bare = _bare(member)
                        if isinstance(bare, kind) and _reads(tree, bare):
                            return self.fit(tree, member, path)
        return self._wrong(tree, " or ".join(dict.fromkeys(_name(member) for member in members)), path)

    def _tagged(self, tree: Mapping, structs: list[inspect.StructType], path: Path) -> Any:
        """Choose the class by its tag, and fit it."""
        field = str(structs[0].tag_field)
        by_tag = {str(struct.tag): struct for struct in structs}
        tag = tree.entries.get(field)
        if tag is None:
            self._error(
                "shape.missing_key",
                f"{_subject(path)} has no {field!r}. Add {field}: and one of {_list(by_tag)}.",
                path,
                tree,
            )
        elif not isinstance(tag, Scalar):
            self._wrong(tag, "a word", (*path, field))
        elif tag.text in by_tag:
            return self._struct(tree, by_tag[tag.text], path)
        else:
            self._unknown_word(tag, list(by_tag), (*path, field))
        return None

    def _struct(self, tree: Tree, wanted: inspect.StructType, path: Path) -> Any:
        if not isinstance(tree, Mapping):
            return self._wrong(tree, "keys and values", path)
        fields = {field.encode_name: field for field in wanted.fields}
        values: dict[str, Any] = {}
        if wanted.tag_field is not None:
            values[wanted.tag_field] = wanted.tag
        for key, value in tree.entries.items():
            field = fields.get(key)
            if field is not None:
                values[key] = self.fit(value, field.type, (*path, key))
            elif key != wanted.tag_field:
                known = [name for name in (wanted.tag_field, *fields) if name is not None]
                self._unknown_key(tree, key, known, path)
        for key, field in fields.items():
            if field.required and key not in tree.entries:
                self._error(
                    "shape.missing_key", f"{_subject(path)} has no {key!r}. Add {key}: {_hint(field)}.", path, tree
                )
        return values

    def _dict(self, tree: Tree, wanted: inspect.DictType, path: Path) -> Any:
        if not isinstance(tree, Mapping):
            return self._wrong(tree, "keys and values", path)
        self._count(tree, len(tree.entries), wanted.min_length, wanted.max_length, "entries", path)
        values: dict[Any, Any] = {}
        for key, value in tree.entries.items():
            line, column = tree.keys[key]
            name = self.fit(Scalar(key, False, line, column), wanted.key_type, (*path, key))
            values[name] = self.fit(value, wanted.value_type, (*path, key))
        return values

    def _tuple(self, tree: Tree, wanted: inspect.VarTupleType, path: Path) -> Any:
        if not isinstance(tree, Sequence):
            return self._wrong(tree, "a list", path)
        self._count(tree, len(tree.items), wanted.min_length, wanted.max_length, "entries", path)
        return [self.fit(item, wanted.item_type, (*path, index)) for index, item in enumerate(tree.items)]

    def _literal(self, tree: Tree, wanted: inspect.LiteralType, path: Path) -> Any:
        if not isinstance(tree, Scalar):
            return self._wrong(tree, "a word", path)
        for value in wanted.values:
            if value == (tree.text if isinstance(value, str) else tree.as_int()):
                return value
        self._unknown_word(tree, [str(value) for value in wanted.values], path)
        return None

    def _str(self, tree: Tree, wanted: inspect.StrType, path: Path, description: str) -> Any:
        if not isinstance(tree, Scalar) or tree.is_null:
            return self._wrong(tree, "a text", path)
        text = tree.text
        if wanted.min_length == 1 and not text:
            self._error(
                "shape.limit", f"{_subject(path)} is an empty text. Write something, or remove the key.", path, tree
            )
        else:
            self._count(tree, len(text), wanted.min_length, wanted.max_length, "characters", path)
        if wanted.pattern is not None and re.search(wanted.pattern, text) is None:
            help_ = description or f"It must match {wanted.pattern}"
            self._error("shape.form", f"{_subject(path)} cannot be {shown(text)}. {help_.rstrip('.')}.", path, tree)
        return text

    def _amount(self, tree: Tree, wanted: inspect.BoolType | inspect.IntType | inspect.FloatType, path: Path) -> Any:
        value = _read(tree, wanted) if isinstance(tree, Scalar) else None
        if value is None:
            return self._wrong(tree, _name(wanted), path)
        if not isinstance(wanted, inspect.BoolType):
            low, high = wanted.ge, wanted.le
            if (low is not None and value < low) or (high is not None and value > high):
                self._error(
                    "shape.limit",
                    f"{_subject(path)} is {value}; {_range(low, high)}. Write a number within the limit.",
                    path,
                    tree,
                )
        return value

    def _count(self, tree: Tree, count: int, low: int | None, high: int | None, what: str, path: Path) -> None:
        if (low is not None and count < low) or (high is not None and count > high):
            do = "Remove some" if high is not None and count > high else "Add some"
            message = f"{_subject(path)} has {count:,} {what}; {_range(low, high)}. {do}."
            self._error("shape.limit", message, path, tree)

    def _unknown_key(self, tree: Mapping, key: str, known: list[str], path: Path) -> None:
        like = self._found.nearest(key, known)
        advice = f"Did you mean {like!r}? " if like else "Remove it. "
        self._found.error(
            "shape.unknown_key",
            f"Unknown key {shown(key)} in {place(path)}. {advice}Known keys: {', '.join(known)}.",
            (*path, key),
            tree.keys[key],
            key,
            like,
        )

    def _unknown_word(self, tree: Scalar, known: list[str], path: Path) -> None:
        like = self._found.nearest(tree.text, known)
        advice = f"Did you mean {like!r}? " if like else ""
        message = f"{_subject(path)} cannot be {shown(tree.text)}. {advice}Known: {_list(known)}."
        self._found.error("shape.unknown_word", message, path, (tree.line, tree.column), tree.text, like)

    def _wrong(self, tree: Tree, wanted: str, path: Path) -> None:
        match tree:
            case Scalar() if tree.is_null:
                message = f"{_subject(path)} is empty; it wants {wanted}. Write it, or remove the key."
                self._error("shape.empty", message, path, tree)
                return
            case Scalar():
                given = f"the text {shown(tree.text)}" if not tree.plain else shown(tree.text)
            case Sequence():
                given = "a list"
            case Mapping():
                given = "keys and values"
        self._error(
            "shape.wrong_type", f"{_subject(path)} is {given}; it wants {wanted}. Write {wanted} here.", path, tree
        )

    def _error(self, code: str, message: str, path: Path, tree: Tree) -> None:
        self._found.error(code, message, path, (tree.line, tree.column))


def _subject(path: Path) -> str:
    """Name a place at the beginning of a sentence."""
    where = place(path)
    return where[0].upper() + where[1:]


def _bare(wanted: inspect.Type) -> inspect.Type:
    while isinstance(wanted, inspect.Metadata):
        wanted = wanted.type
    return wanted


def _read(tree: Scalar, wanted: inspect.Type) -> bool | int | float | None:
    match wanted:
        case inspect.BoolType():
            return tree.as_bool()
        case inspect.IntType():
            return tree.as_int()
        case _:
            return tree.as_float()


def _reads(tree: Scalar, wanted: inspect.Type) -> bool:
    return isinstance(wanted, inspect.StrType) or _read(tree, wanted) is not None


_NAMES: dict[type[inspect.Type], str] = {
    inspect.StrType: "a text",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.BoolType: "true or false",
    inspect.VarTupleType: "a list",
    inspect.DictType: "keys and values",
    inspect.StructType: "keys and values",
    inspect.LiteralType: "a word",
}


def _name(wanted: inspect.Type) -> str:
    return _NAMES[type(_bare(wanted))]


def _hint(field: inspect.Field) -> str:
    bare = _bare(field.type)
    if isinstance(bare, inspect.LiteralType):
        return str(bare.values[0])
    if isinstance(bare, inspect.UnionType):
        return "with " + " or ".join(
            dict.fromkeys(_name(member) for member in bare.types if type(_bare(member)) in _NAMES)
        )
    return f"with {_name(bare)}"


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {cast(float, high):,} are allowed"
    if high is None:
        return f"at least {low:,} are wanted"
    return f"{low:,} to {high:,} are allowed"


def _list(words: Iterable[str]) -> str:
    known = list(words)
    more = len(known) - _WORDS_SHOWN
    return ", ".join(known[:_WORDS_SHOWN]) + (f" and {more} more" if more > 0 else "")

"""Bytes to tree: a careful reader of YAML, and of JSON, which is a part of it.

It takes the events of the YAML parser one by one and refuses, with line and column, what has no place in a bot file:
more than 5 MiB, deep nesting, very many values, anchors and aliases, tags, duplicate keys, several documents, keys that
are not texts, merge keys, and characters that look like nothing or break lines in some editors only. Time and memory
stay bounded whatever the bytes are.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from branchline.bot.found import Found
from branchline.bot.places import NAME_SHOWN, shown
from branchline.bot.strict import fault
from branchline.bot.tree import Mapping, Mark, Scalar, Sequence, Tree

SIZE_LIMIT = 5 * 1024 * 1024
"""Bytes of a bot file. Who reads a file reads at most one byte more than this."""
DEPTH_LIMIT = 60
"""Mappings and lists inside each other."""
VALUES_LIMIT = 500_000
"""Mappings, lists, keys and scalars in all."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")
_PAIR = re.compile(r"(?<!\\)((?:\\\\)*+)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_ESCAPE = re.compile(r"\\\w{1,9}", re.ASCII)


def parse(source: bytes, found: Found, language: str = "YAML") -> Tree | None:
    """Read a bot file into a tree; None when it is refused, with the reasons in `found`.

    `language`: what the author calls it, YAML or JSON. What is called JSON has to be JSON.
    """
    if len(source) > SIZE_LIMIT:
        found.error(
            "file.too_large",
            f"The file is larger than {SIZE_LIMIT:,} bytes, the most a bot file may have. "
            "Move long texts into files that the bot sends.",
        )
        return None
    text = _decoded(source, found)
    if text is None:
        return None
    wrong = fault(text) if language == "JSON" and text.strip() else None
    if wrong is not None:
        found.error("yaml.malformed", f"This is not JSON: {wrong.says}. {wrong.do}", mark=_mark(text, wrong.offset))
        return None
    if text.lstrip().startswith("{"):  # JSON may write characters beyond U+FFFF as two escapes, YAML may not
        text = _PAIR.sub(_joined, text)
    try:
        tree = _Builder(found).build(_events(text))
    except yaml.MarkedYAMLError as error:
        _malformed(error, text, language, found)
        return None
    except _Refused:
        return None
    return None if found.has_errors else tree


def _malformed(error: yaml.MarkedYAMLError, text: str, language: str, found: Found) -> None:
    """Say where the parser gave up; for a quote that is never closed, where it was opened."""
    at, begun = error.problem_mark or error.context_mark, error.context_mark
    if at is not None and "Unicode character escape" in (error.problem or ""):
        escape = _ESCAPE.match(text, at.index - 2)
        found.error(
            "yaml.malformed",
            f"The escape {escape[0] if escape else ''} stands for no character: it is half of a surrogate pair, or beyond U+10FFFF. "
            "Write the character itself.",
            mark=(at.line + 1, at.column - 1),
        )
        return
    context = f" {error.context}" if error.context else ""
    if begun is not None and at is not None and begun.line != at.line:
        context += f" that begins in line {begun.line + 1}"
        if "quoted scalar" in context:
            at = begun
    found.error(
        "yaml.malformed",
        f"This is not {language}: {error.problem}{context}. Check quotes, colons and indentation here and just above.",
        mark=(at.line + 1, at.column + 1) if at is not None else (1, 1),
    )


class _Refused(Exception):
    """The reader stops here; the reason is among the issues."""


def _decoded(source: bytes, found: Found) -> str | None:
    try:
        text = source.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8", "replace")
        found.error(
            "file.encoding",
            f"The file is not UTF-8: byte 0x{source[error.start]:02x} at offset {error.start:,}. Save it as UTF-8.",
            mark=_mark(before, len(before)),
        )
        return None
    wrong = _FORBIDDEN.search(text)
    if wrong is not None:
        point = ord(wrong[0])
        also, do = {
            0x00: ("", "It is no text file, or was damaged: save it again as UTF-8"),
            0x0D: (", a carriage return without a line feed", "Remove it"),
        }.get(point, ("", "Remove it, or write it as an escape in a text in double quotes"))
        found.error(
            "file.control_character",
            f"The file holds the control character U+{point:04X}{also}. {do}.",
            mark=_mark(text, wrong.start()),
        )
        return None
    return text


def _joined(pair: re.Match[str]) -> str:
    point = 0x10000 + ((int(pair[2], 16) - 0xD800) << 10) + (int(pair[3], 16) - 0xDC00)
    return f"{pair[1]}\\U{point:08x}"


def _mark(text: str, offset: int) -> Mark:
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def _events(text: str) -> Iterator[Any]:
    return iter(yaml.parse(text, Loader=yaml.CSafeLoader))


class _Open:
    """A mapping or list that is being read; `key` is the mapping's key that waits for its value."""

    __slots__ = ("key", "seen", "skips", "tree")

    def __init__(self, tree: Mapping | Sequence) -> None:
        self.tree = tree
        self.key: Scalar | None = None
        self.skips = False


class _Builder:
    """Builds the tree from events, with a stack instead of recursion."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._open: list[_Open] = []
        self._root: Tree | None = None
        self._values = 0
        self._documents = 0

    def build(self, events: Iterator[Any]) -> Tree | None:
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.MappingStartEvent():
                    line, column = self._begin(event)
                    self._enter(Mapping({}, {}, line, column))
                case yaml.SequenceStartEvent():
                    line, column = self._begin(event)
                    self._enter(Sequence([], line, column))
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._open.pop()
                case yaml.AliasEvent():
                    mark = _at(event)
                    self._found.error(
                        "yaml.alias",
                        f"The alias *{str(event.anchor)[:NAME_SHOWN]} is not allowed in a bot file. Write the value out.",
                        mark=mark,
                    )
                    self._put(Scalar("", True, *mark))
                case yaml.DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        self._stop("yaml.documents", "The file holds several documents. Keep one bot in a file.", event)
        if self._root is None:
            self._found.error(
                "file.empty", "The file is empty. Write a bot, beginning with `branchline: 1`.", mark=(1, 1)
            )
        return self._root

    def _scalar(self, event: Any) -> None:
        line, column = self._begin(event)
        text = event.value
        if "\x00" in text:
            self._found.error(
                "text.null_character",
                "This text holds the character U+0000, which cannot be stored. Remove the escape.",
                mark=(line, column),
            )
        self._put(Scalar(text, event.style is None or event.style == "", line, column))

    def _begin(self, event: Any) -> Mark:
        """Count a value and refuse its anchor and tag."""
        mark = _at(event)
        self._values += 1
        if self._values > VALUES_LIMIT:
            self._stop(
                "file.too_many_values", f"The file holds more than {VALUES_LIMIT:,} values. Split the bot.", event
            )
        if event.anchor is not None:
            self._found.error(
                "yaml.anchor",
                f"The anchor &{event.anchor[:NAME_SHOWN]} is not allowed in a bot file. Remove it and write the value out.",
                mark=mark,
            )
        if event.tag is not None:
            self._found.error(
                "yaml.tag", f"The tag {shown(event.tag)} is not allowed in a bot file. Remove it.", mark=mark
            )
        if self._found.full:
            raise _Refused
        return mark

    def _enter(self, tree: Mapping | Sequence) -> None:
        if len(self._open) >= DEPTH_LIMIT:
            self._found.error(
                "file.too_deep",
                f"The nesting is deeper than {DEPTH_LIMIT} levels. Write it flatter.",
                mark=(tree.line, tree.column),
            )
            raise _Refused
        self._put(tree)
        self._open.append(_Open(tree))

    def _put(self, value: Tree) -> None:
        if not self._open:
            self._root = value
            return
        holder = self._open[-1]
        if isinstance(holder.tree, Sequence):
            holder.tree.items.append(value)
        elif holder.key is None and not holder.skips:
            self._key(holder, holder.tree, value)
        else:
            if holder.key is not None:
                holder.tree.entries[holder.key.text] = value
            holder.key, holder.skips = None, False

    def _key(self, holder: _Open, mapping: Mapping, key: Tree) -> None:
        """Take a key; the value of a refused one is read and left out."""
        mark = (key.line, key.column)
        holder.skips = True
        if not isinstance(key, Scalar) or key.is_null:
            self._found.error("yaml.key", "A key must be a text. Write a word before the colon.", mark=mark)
        elif key.plain and key.text == "<<":
            self._found.error(
                "yaml.merge_key", "The merge key << is not allowed in a bot file. Write the keys out.", mark=mark
            )
        elif key.text in mapping.keys:
            first = mapping.keys[key.text][0]
            self._found.error(
                "yaml.duplicate_key",
                f"The key {shown(key.text)} stands here a second time; the first is in line {first}. Remove one.",
                mark=mark,
            )
        else:
            mapping.keys[key.text] = mark
            holder.key, holder.skips = key, False

    def _stop(self, code: str, message: str, event: Any) -> None:
        self._found.error(code, message, mark=_at(event))
        raise _Refused


def _at(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1

"""Writing a changed bot into the file it was read from, so that the author's comments and layout stay.

The old file is read twice: by our reader, which says what it means, and by ruamel.yaml, which keeps how it is written.
Where a part means the same as before it is left as it is; only what changed is written anew. The result is read back;
when it does not mean the new document, the bot is written without comments, and that is said.
"""

from difflib import SequenceMatcher
from io import StringIO
from typing import Any

import msgspec

from branchline.bot.dump import dump_document
from branchline.bot.parse import read

SIZE_LIMIT = 256 * 1024
"""Bytes of a file whose comments are kept when it changes; reading a larger one for its layout takes seconds."""
_LINE = 110
_PAIRED = 1_000_000
"""Entries of two lists that are compared with each other; longer lists are written anew."""


def rewritten(source: bytes | None, document: dict[str, Any]) -> tuple[str, bool]:
    """Give the text of a bot file for a document, and whether comments of `source` may be lost. Never raises.

    `source` is the file that the document began as. A document that did not change gives the very same text.
    """
    if source is None:
        return dump_document(document), False
    old = read(source).document
    if same(old, document):
        return source.decode("utf-8-sig"), False
    if isinstance(old, dict) and not loses_comments(source):
        text = _merged(source.decode("utf-8-sig"), old, document)
        if text is not None and same(read(text.encode()).document, document):
            return text, not _remarks(source.decode("utf-8-sig")) <= _remarks(text)
    return dump_document(document), b"#" in source


def loses_comments(source: bytes | None) -> bool:
    """Say whether comments of a file are lost when the bot changes."""
    return source is not None and len(source) > SIZE_LIMIT and b"#" in source


def same(one: Any, other: Any) -> bool:
    """Say whether two documents are equal as JSON, the order of keys included only where an author chose it."""
    return msgspec.json.encode(one, order="sorted") == msgspec.json.encode(other, order="sorted")


def _remarks(text: str) -> set[str]:
    """Give what looks like a comment: a text may hold lines that do, so it says rather too much than too little."""
    return {line[line.index("#") :].strip() for line in text.splitlines() if "#" in line}


def _merged(text: str, old: Any, new: Any) -> str | None:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only when a file with an author's layout is written
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1_000_000  # lines stay as they are; the author broke them
    yaml.allow_unicode = True
    indented = any(line.lstrip(" ").startswith("- ") and line.startswith("  ") for line in text.splitlines())
    yaml.indent(mapping=2, sequence=4 if indented else 2, offset=2 if indented else 0)
    try:
        tree = yaml.load(text)
        _merge(tree, old, new)
        out = StringIO()
        yaml.dump(tree, out)
    except (YAMLError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None  # what our reader takes and ruamel does not; the caller writes the file anew
    return out.getvalue()


def _merge(tree: Any, old: Any, new: Any) -> Any:
    """Bring a part of the tree from one meaning to another; gives what stands there then."""
    if same(old, new):
        return tree
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [key for key in old if key not in new]:
            del tree[key]
        for key, value in new.items():
            if key in old:
                tree[key] = _merge(tree[key], old[key], value)
            else:
                tree[key] = _written(value)
        return tree
    if isinstance(old, list | tuple) and isinstance(new, list | tuple) and len(old) * len(new) <= _PAIRED:
        _merge_list(tree, list(old), list(new))
        return tree
    return _written(new)


def _merge_list(tree: Any, old: list[Any], new: list[Any]) -> None:
    """Pair what stayed, and what stands at the same place between two that stayed."""
    keys = [[msgspec.json.encode(item, order="sorted") for item in items] for items in (old, new)]
    shift = 0
    for op, a1, a2, b1, b2 in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if op == "equal":
            continue
        both = min(a2 - a1, b2 - b1)
        for offset in range(both):
            at = a1 + offset + shift
            tree[at] = _merge(tree[at], old[a1 + offset], new[b1 + offset])
        for _ in range(a1 + both, a2):
            del tree[a1 + both + shift]
        for offset in range(b1 + both, b2):
            tree.insert(a1 + shift + offset - b1, _written(new[offset]))
        shift += (b2 - b1) - (a2 - a1)


def _written(value: Any) -> Any:
    """Give a value as ruamel writes it: texts so that our reader takes them as texts."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq  # noqa: PLC0415
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString  # noqa: PLC0415

    match value:
        case dict():
            return CommentedMap((key, _written(inner)) for key, inner in value.items())
        case list() | tuple():
            made = CommentedSeq(_written(item) for item in value)
            if all(isinstance(item, str) and "\n" not in item for item in value) and sum(map(len, value)) < 80:
                made.fa.set_flow_style()
            return made
        case str() if value.isprintable() and _is_plain(value):
            return value
        case str() if "\n" in value and value.replace("\n", "").isprintable() and value == value.strip():
            return LiteralScalarString(value)
        case str():
            return DoubleQuotedScalarString(value)
        case _:
            return value


def _is_plain(text: str) -> bool:
    """Whether a text may stand without quotes: letters at its head, and nothing in it that YAML gives a meaning."""
    return (
        len(text) < _LINE
        and text[:1].isalpha()
        and not text.endswith((" ", ":"))
        and not any(mark in text for mark in (": ", " #", "{", "}", "[", "]", ","))
        and text.lower() not in {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
    )

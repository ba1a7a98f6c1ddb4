"""From the bytes of a bot file to a bot, with every issue on the way: read, migrate, fit, convert, inspect."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from branchline.bot.exits import Case, Route
from branchline.bot.explain import fit
from branchline.bot.found import Found
from branchline.bot.inspect import HasFile, inspect
from branchline.bot.migrate import migrate
from branchline.bot.model import Bot
from branchline.bot.source import DEPTH_LIMIT, VALUES_LIMIT, parse
from branchline.bot.tree import Tree, as_json, find, from_json
from branchline.conditions import has_exponent
from branchline.issue import Issue


class Read(Struct, frozen=True):
    """A bot file as it was read. `bot` may be published: it is None when there is any error.

    `draft` is given whenever the file has the shape of a bot, errors or not: it can be shown and drawn.
    """

    bot: Bot | None
    issues: tuple[Issue, ...]
    draft: Bot | None = None
    document: Any = None
    """The file as a JSON value, in today's format; None when it could not be read at all."""


def read(source: bytes, name: str = "bot.yaml", has_file: HasFile | None = None) -> Read:
    """Read a bot file (YAML or JSON, UTF-8). Never raises, whatever the bytes are; bounded in time and memory.

    `name`: the file's name; one that ends with .json is called JSON in the issues. `has_file` says whether a file that
    the bot sends exists, by its path relative to the bot file; None when that is not known. Issues come in the order of
    the file.
    """
    found = Found()
    tree = parse(source, found, "JSON" if name.lower().endswith(".json") else "YAML")
    if tree is None:
        return Read(None, _sorted(found.issues))
    return _read(tree, found, has_file, placed=True)


def read_document(document: Any, has_file: HasFile | None = None) -> Read:
    """Read a bot that is given as a JSON value, as `read` does, and with the same issues; they have paths and no lines."""
    found = Found()
    problem = _unfit(document)
    if problem is not None:
        found.error(*problem)
        return Read(None, tuple(found.issues))
    return _read(from_json(document), found, has_file, placed=False)


def check_document(document: Any, has_file: HasFile | None = None) -> tuple[Issue, ...]:
    """Give the issues that `read_document` finds. A document of the right shape takes a third of the time.

    Then nothing of it needs to be explained, and the bot is made without. It differs from the one that is read in the
    arguments of conditions alone: numbers there are not texts yet, which says the same, unless one has an exponent.
    """
    if _unfit(document) is None and isinstance(document, dict) and type(document.get("branchline")) is int:
        with suppress(msgspec.ValidationError):
            draft = msgspec.convert(document, Bot)
            if not any(has_exponent(case.when) for case in _cases(draft)):
                return _sorted(inspect(draft, has_file), placed=False)
    return read_document(document, has_file).issues


def _cases(bot: Bot) -> Iterator[Case]:
    for node in bot.nodes.values():
        if isinstance(node.exit, Route):
            yield from node.exit.cases


def _read(tree: Tree, found: Found, has_file: HasFile | None, *, placed: bool) -> Read:
    new = migrate(tree, found)
    if new is None:
        return Read(None, _sorted(found.issues, placed), document=as_json(tree))
    value = fit(new, Bot, found)
    if found.has_errors:
        return Read(None, _sorted(found.issues, placed), document=as_json(new))
    return _inspected(msgspec.convert(value, Bot), value, found.issues, has_file, new if placed else None)


def _inspected(
    draft: Bot, document: Any, issues: Sequence[Issue], has_file: HasFile | None, places: Tree | None = None
) -> Read:
    """Inspect a bot of the right shape. `places`: where its issues stand; without them they have no lines."""
    more = inspect(draft, has_file)
    every = [*issues, *(more if places is None else (_placed(issue, places) for issue in more))]
    wrong = any(issue.severity == "error" for issue in every)
    return Read(None if wrong else draft, _sorted(every, places is not None), draft, document)


def _unfit(document: Any) -> tuple[str, str] | None:
    """Say why a JSON value cannot be looked at: too deep, too many values, U+0000. Without recursion."""
    pending: list[tuple[Any, int]] = [(document, 0)]
    values = 0
    while pending:
        part, depth = pending.pop()
        values += 1
        if depth > DEPTH_LIMIT:
            return "file.too_deep", f"The nesting is deeper than {DEPTH_LIMIT} levels. Write it flatter."
        if values > VALUES_LIMIT:
            return "file.too_many_values", f"The bot holds more than {VALUES_LIMIT:,} values. Split it."
        if isinstance(part, dict):
            pending += [(inner, depth + 1) for inner in part.values()]
            pending += [(key, depth + 1) for key in part if "\x00" in key]
        elif isinstance(part, list):
            pending += [(inner, depth + 1) for inner in part]
        elif isinstance(part, str) and "\x00" in part:
            return "text.null_character", "A text holds the character U+0000, which cannot be stored. Remove it."
    return None


def _placed(issue: Issue, tree: Tree) -> Issue:
    line, column = find(tree, issue.path)
    return replace(issue, line=line, column=column)


def _sorted(issues: Sequence[Issue], placed: bool = True) -> tuple[Issue, ...]:
    if not placed:
        return tuple(replace(issue, line=None, column=None) for issue in issues)
    return tuple(sorted(issues, key=lambda issue: (issue.line or 0, issue.column or 0)))

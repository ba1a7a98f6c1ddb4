"""From the bytes of a bot file to a bot, with every issue on the way: read, migrate, fit, convert, inspect."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from branchline.bot.explain import fit
from branchline.bot.found import Found
from branchline.bot.inspect import HasFile, inspect
from branchline.bot.migrate import migrate
from branchline.bot.model import Bot
from branchline.bot.source import parse
from branchline.bot.tree import Tree, find
from branchline.issue import Issue


class Read(Struct, frozen=True):
    """A bot file as it was read. `bot` may be published: it is None when there is any error.

    `draft` is given whenever the file has the shape of a bot, errors or not: it can be shown and drawn.
    """

    bot: Bot | None
    issues: tuple[Issue, ...]
    draft: Bot | None = None


def read(source: bytes, name: str = "bot.yaml", has_file: HasFile | None = None) -> Read:
    """Read a bot file (YAML or JSON, UTF-8). Never raises, whatever the bytes are; bounded in time and memory.

    `name`: the file's name; one that ends with .json is called JSON in the issues. `has_file` says whether a file that
    the bot sends exists, by its path relative to the bot file; None when that is not known. Issues come in the order of
    the file.
    """
    found = Found()
    tree = parse(source, found, "JSON" if name.lower().endswith(".json") else "YAML")
    if tree is not None:
        tree = migrate(tree, found)
    if tree is None:
        return Read(None, _sorted(found.issues))
    value = fit(tree, Bot, found)
    if found.has_errors:
        return Read(None, _sorted(found.issues))
    draft = msgspec.convert(value, Bot)
    issues = [*found.issues, *(_placed(issue, tree) for issue in inspect(draft, has_file))]
    wrong = any(issue.severity == "error" for issue in issues)
    return Read(None if wrong else draft, _sorted(issues), draft)


def _placed(issue: Issue, tree: Tree) -> Issue:
    line, column = find(tree, issue.path)
    return replace(issue, line=line, column=column)


def _sorted(issues: list[Issue]) -> tuple[Issue, ...]:
    return tuple(sorted(issues, key=lambda issue: (issue.line or 0, issue.column or 0)))

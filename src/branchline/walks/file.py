"""The file of walks that stands beside a bot file: `order-desk.yaml`, `order-desk.walks.yaml`. Text to walks and back."""

from typing import Any

import msgspec
from msgspec import Struct

from branchline.bot.dump import dump_document
from branchline.bot.explain import fit
from branchline.bot.found import Found
from branchline.bot.source import parse
from branchline.issue import Issue
from branchline.walks.walk import FORMAT, Walk, Walks


class ReadWalks(Struct, frozen=True):
    """What was read: the walks, or why there are none."""

    walks: Walks | None
    issues: tuple[Issue, ...]


def read_walks(source: bytes, name: str = "bot.walks.yaml") -> ReadWalks:
    """Read a file of walks (YAML or JSON, UTF-8), with every fault of its shape. Never raises, whatever the bytes are."""
    found = Found()
    tree = parse(source, found, "JSON" if name.lower().endswith(".json") else "YAML")
    value = fit(tree, Walks, found) if tree is not None else None
    walks = None if tree is None or found.has_errors else msgspec.convert(value, Walks)
    return ReadWalks(walks, tuple(found.issues))


def write_walks(bot: str, walks: dict[str, Walk]) -> str:
    """Give the text of a file of walks."""
    plain: dict[str, Any] = {"branchline_walks": FORMAT, "bot": bot, "walks": msgspec.to_builtins(walks)}
    return dump_document(plain)


def beside(bot_file: str) -> str:
    """Give the name of the file of walks that belongs to a bot file."""
    stem, dot, _ = bot_file.rpartition(".")
    return f"{stem if dot else bot_file}.walks.yaml"

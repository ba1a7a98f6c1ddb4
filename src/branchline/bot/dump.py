"""A bot as a readable file, always the same text for the same bot, so that versions compare well.

Keys come in the order in which people read a bot, long texts as blocks, defaults are left out. Reading the text gives
the same bot. Comments are not kept: a published version keeps its author's own file beside the bot.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import yaml

from branchline.bot.model import Bot
from branchline.bot.tree import Scalar

_ORDER: tuple[str, ...] = (
    # the bot
    "branchline",
    "bot",
    "name",
    "locale",
    "timezone",
    "start",
    "inactivity",
    "retention",
    "hours",
    "words",
    "data",
    "endpoints",
    "nodes",
    # a node, and what stands in it
    "do",
    "kind",
    "label",
    "actions",
    "exit",
)
"""Keys that go first, in this order. The others follow in the order of their classes."""
_RANK = {key: rank for rank, key in enumerate(_ORDER)}
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that are written as escapes: people cannot see them, and the reader takes them in no other way."""
_LINE = 110
_FLOW = 80


def dump(bot: Bot) -> str:
    """Give the text of a bot file (YAML)."""
    return dump_document(msgspec.to_builtins(bot))


def dump_document(document: dict[str, Any]) -> str:
    """Give the text of a bot file for a document, whatever is wrong with it."""
    text = yaml.dump(
        _head(document),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=_LINE,
    )
    return str(text)


def _head(plain: dict[str, Any]) -> dict[str, Any]:
    """Sort the keys of the bot and of its nodes; names chosen by the author stay in their order."""
    ordered = _sorted(plain)
    nodes = ordered.get("nodes")
    if isinstance(nodes, dict):
        ordered["nodes"] = {name: _sorted(node) if isinstance(node, dict) else node for name, node in nodes.items()}
    return ordered


def _sorted(plain: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(plain.items(), key=lambda entry: _RANK.get(entry[0], len(_RANK))))


class _Dumper(yaml.CSafeDumper):
    """Writes texts so that this project's reader takes them as texts."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style: str | None = None
    if _HIDDEN.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif len(text) > _FLOW and not text.startswith(" ") and not text.endswith(" ") and "  " not in text:
        style = ">"
    elif Scalar(text, True, 0, 0).as_json() != text:
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: _Dumper, items: Sequence[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=_is_short(items))


def _dict(dumper: _Dumper, plain: dict[str, Any]) -> yaml.MappingNode:
    comparison = "operand" in plain and _is_short([part for part in plain.values() if not isinstance(part, tuple)])
    return dumper.represent_mapping("tag:yaml.org,2002:map", plain, flow_style=comparison)


def _is_short(items: Sequence[Any]) -> bool:
    texts = all(isinstance(item, str) and "\n" not in item for item in items)
    return texts and sum(map(len, items)) < _FLOW


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(tuple, _list)
_Dumper.add_representer(dict, _dict)

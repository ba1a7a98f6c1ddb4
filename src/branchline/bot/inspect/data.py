"""Is all data that is inserted or compared set somewhere, and is what is inserted set on every way?"""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from branchline.bot.dataflow import REPLY, Certain, after_action, certain
from branchline.bot.exits import Route, WaitForReply
from branchline.bot.found import Found
from branchline.bot.model import Bot
from branchline.bot.places import shown
from branchline.conditions import Condition, texts
from branchline.insert import template
from branchline.issue import Path

_SHOWN = 6
_WAYS_LIMIT = 20
"""How often a way on which the data is missing is looked for; each time costs a pass over the bot."""


class _Text(Struct, frozen=True):
    """A text with inserts: its place, its node (empty: anywhere a reply is waited for), and the actions run before it."""

    path: Path
    text: str
    node: str = ""
    actions: int = 0


def look(bot: Bot, found: Found) -> None:
    known = _known(bot)
    for path, name in _compared(bot):
        if name not in known:
            _unknown(name, path, "compared", known, found)
    inserted = [text for text in _texts(bot) if "{{" in text.text]
    needed = [name for text in inserted for name in template(text.text).needs if name in known]
    flow = certain(bot, needed)
    ways_shown = 0
    for text in inserted:
        compiled = template(text.text)
        for name in compiled.names:
            if name.startswith("secret.") and name not in known:
                found.error(
                    "secret.misplaced",
                    f"{shown(name)} is inserted into a text. Secrets go into the headers of endpoints only; remove it.",
                    text.path,
                )
            elif name not in known:
                _unknown(name, text.path, "inserted", known, found)
            elif name in compiled.needs and not _is_certain(bot, flow, text, name):
                ways_shown += 1
                _may_be_missing(bot, flow, text, name, ways_shown <= _WAYS_LIMIT, found)


def _known(bot: Bot) -> set[str]:
    """Give the names that anything in the bot sets, that are declared under `data`, or that its form asks for."""
    known = set(bot.data)
    if bot.widget is not None:
        known |= {field.name for field in bot.widget.fields}
    for node in bot.nodes.values():
        for action in node.actions:
            known |= action.sets()
        if isinstance(node.exit, WaitForReply):
            known.add(REPLY)
            if node.exit.capture is not None:
                known.add(node.exit.capture.name)
    return known


def _texts(bot: Bot) -> Iterator[_Text]:
    for name, node in bot.nodes.items():
        for index, action in enumerate(node.actions):
            for path, text in action.texts():
                yield _Text(("nodes", name, "actions", index, *path), text, name, index)
        for path, text in node.exit.texts():
            yield _Text(("nodes", name, "exit", *path), text, name, len(node.actions))
        if isinstance(node.exit, Route):
            for index, case in enumerate(node.exit.cases):
                for path, text in texts(case.when):
                    yield _Text(("nodes", name, "exit", "cases", index, "when", *path), text, name, len(node.actions))
    if bot.inactivity is not None:
        yield _Text(("inactivity", "say"), bot.inactivity.say)


def _compared(bot: Bot) -> Iterator[tuple[Path, str]]:
    """Give the data that routes look at, each with its place."""
    for name, node in bot.nodes.items():
        if isinstance(node.exit, Route):
            for index, case in enumerate(node.exit.cases):
                yield from _operands(case.when, ("nodes", name, "exit", "cases", index, "when"))


def _operands(condition: Condition, path: Path) -> Iterator[tuple[Path, str]]:
    if condition.operand is not None and condition.operand.startswith("data."):
        yield (*path, "operand"), condition.operand[5:]
    groups: tuple[tuple[Literal["all", "any"], tuple[Condition, ...] | None], ...] = (
        ("all", condition.all),
        ("any", condition.any),
    )
    for key, group in groups:
        for index, inner in enumerate(group or ()):
            yield from _operands(inner, (*path, key, index))


def _is_certain(bot: Bot, flow: Certain, text: _Text, name: str) -> bool:
    if not text.node:
        return flow.anywhere is None or bool(flow.anywhere & flow.bits[name])
    state = flow.before.get(text.node)
    if state is None:
        return True  # nobody comes here: another issue says so
    for action in bot.nodes[text.node].actions[: text.actions]:
        state = after_action(action, state, flow.bits)
    return bool(state & flow.bits[name])


def _unknown(name: str, path: Path, verb: Literal["compared", "inserted"], known: set[str], found: Found) -> None:
    like = found.nearest(name, sorted(known))
    found.error(
        "data.unknown",
        f"{shown(name)} is {verb}, but nothing sets it. "
        + (f"Did you mean {shown(like)}? " if like else "")
        + "Set it, name it in the `gives` of a fulfillment, or declare it under `data`.",
        path,
        about=name,
        instead=like,
    )


def _may_be_missing(bot: Bot, flow: Certain, text: _Text, name: str, with_way: bool, found: Found) -> None:
    way = flow.missing_on(bot.start, text.node, name) if with_way and text.node else []
    names = [shown(node) for node in way]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 2], f"{len(names) - _SHOWN + 1} more", names[-1]]
    on = f" on the way {' → '.join(names)}" if len(names) > 1 else ""
    declared = bot.data.get(name)
    cause = "the page may not give it" if declared is not None and declared.from_page else f"it may not be set{on}"
    found.warning(
        "data.may_be_missing",
        f"{shown(name)} is inserted, but {cause}. Add a default, {{{{ {name} | default: '…' }}}}, or set it before.",
        text.path,
        about=name,
    )

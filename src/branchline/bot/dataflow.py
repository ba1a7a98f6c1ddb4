"""Which data is certainly set where: followed forward through the graph, over every way a visitor can take.

Names are bits. A name is certain at a node when every way to it from the start sets it (and does not clear it after).
What sets a name: set data, a capture, and an endpoint's answer, whose names are what `gives` or `mapping` promise; when
its failure has no exit of its own, the visitor goes on without them, so then they are not certain. A case's condition
counts too: past `data.email is_set`, the e-mail is set. The word for "restart" begins with nothing; words that lead to
a node come from every node that waits; the word for "back" may come to a question with anything cleared that the bot
ever clears.
"""

from collections import deque
from collections.abc import Iterable, Mapping

from msgspec import Struct

from branchline.actions.action import Action
from branchline.actions.asking import Asking
from branchline.bot.exits import GoTo, Route, WaitForReply
from branchline.bot.graph import waits
from branchline.bot.model import Bot, Node
from branchline.conditions import Condition

REPLY = "reply"
"""The name under which texts insert the visitor's last reply."""
_ANYWHERE = ""
"""Stands for "said anywhere" among the nodes; no node has an empty name."""


class Way(Struct, frozen=True, gc=False):
    """One way out of a node, and what it does to the certain names: those of `sets`, and what `keeps` leaves of the rest."""

    target: str
    keeps: int
    sets: int


class Certain(Struct, frozen=True):
    """The certain names. `before`: at each node that can be come to, as bits; `anywhere`: at every node that waits."""

    bits: Mapping[str, int]
    before: Mapping[str, int]
    anywhere: int | None
    ways: Mapping[str, tuple[Way, ...]]

    def missing_on(self, start: str, node: str, name: str) -> list[str]:
        """Give a shortest way from the start to a node on which nothing sets the name, as the nodes passed.

        Empty when there is none, because the name is lost by clearing it.
        """
        bit = self.bits[name]
        came_from: dict[str, str] = {start: ""}
        pending = deque([start])
        while pending and node not in came_from:
            here = pending.popleft()
            for way in self.ways.get(here, ()):
                lacks = not way.sets & bit
                if lacks and way.target not in came_from and not self.before.get(way.target, bit) & bit:
                    came_from[way.target] = here
                    pending.append(way.target)
        if node not in came_from:
            return []
        way_back: list[str] = []
        while node:
            way_back.append(node)
            node = came_from[node]
        return [name for name in way_back[::-1] if name != _ANYWHERE]


def certain(bot: Bot, names: Iterable[str]) -> Certain:
    """Follow the given names through the bot."""
    bits = {name: 1 << index for index, name in enumerate(dict.fromkeys(names))}
    every = (1 << len(bits)) - 1
    ways = {name: tuple(_ways(node, bits, every)) for name, node in bot.nodes.items()}
    ways[_ANYWHERE] = tuple(Way(word.go_to, every, 0) for word in bot.words if word.go_to is not None)
    lost = _cleared(bot, bits) if any(word.action == "back" for word in bot.words) else 0
    before: dict[str, int] = {bot.start: 0}
    pending = deque([bot.start])
    queued = {bot.start}
    while pending:
        here = pending.popleft()
        queued.discard(here)
        state = before[here]
        for way in ways.get(here, ()):
            after = state & way.keeps | way.sets
            if way.target in bot.nodes and waits(bot.nodes[way.target]):
                after &= ~lost
            old = before.get(way.target)
            new = after if old is None else old & after
            if new != old:
                before[way.target] = new
                if way.target not in queued:
                    queued.add(way.target)
                    pending.append(way.target)
    return Certain(bits, before, before.get(_ANYWHERE), ways)


def after_action(action: Action, state: int, bits: Mapping[str, int]) -> int:
    """Give the certain names after one action, when the walk goes on past it."""
    if not (isinstance(action, Asking) and action.failed is None):
        state |= mask(action.sets(), bits)
    return state & ~mask(action.clears(), bits)


def mask(names: Iterable[str], bits: Mapping[str, int]) -> int:
    """Give names as bits; names that are not followed have none."""
    total = 0
    for name in names:
        total |= bits.get(name, 0)
    return total


def _ways(node: Node, bits: Mapping[str, int], every: int) -> Iterable[Way]:
    # what actions do to any state is known from what they do to none and to all names
    none, all_ = 0, every
    for action in node.actions:
        for _, target in action.targets():
            yield Way(target, all_, none)
        none, all_ = after_action(action, none, bits), after_action(action, all_, bits)
    exit_ = node.exit
    match exit_:
        case GoTo():
            yield Way(exit_.node, all_, none)
        case WaitForReply():
            yield Way(_ANYWHERE, all_, none)
            taken = mask((REPLY,) if exit_.capture is None else (REPLY, exit_.capture.name), bits)
            for path, target in exit_.targets():
                refused = path[0] in ("failed", "no_reply")
                yield Way(target, all_, none if refused else none | taken)
        case Route():
            fallen = 0
            for case in exit_.cases:
                yield Way(case.go_to, all_, none | fallen | mask(_proved(case.when), bits))
                fallen |= mask(_proved_by_failing(case.when), bits)
            yield Way(exit_.otherwise, all_, none | fallen)


def _proved(condition: Condition) -> frozenset[str]:
    """Give the data that is certainly set when a condition holds."""
    if condition.all is not None:
        return frozenset().union(*(_proved(inner) for inner in condition.all))
    if condition.any is not None:
        groups = [_proved(inner) for inner in condition.any]
        return frozenset.intersection(*groups) if groups else frozenset()
    name = _data_name(condition)
    return frozenset() if name is None or _holds_for_nothing(condition) else frozenset({name})


def _proved_by_failing(condition: Condition) -> frozenset[str]:
    """Give the data that is certainly set when a condition does not hold."""
    if condition.any is not None:
        return frozenset().union(*(_proved_by_failing(inner) for inner in condition.any))
    if condition.all is not None:
        groups = [_proved_by_failing(inner) for inner in condition.all]
        return frozenset.intersection(*groups) if groups else frozenset()
    name = _data_name(condition)
    return frozenset({name}) if name is not None and condition.operator == "is_not_set" else frozenset()


def _data_name(condition: Condition) -> str | None:
    operand = condition.operand or ""
    return operand[5:] if operand.startswith("data.") else None


def _holds_for_nothing(condition: Condition) -> bool:
    """Say whether a comparison can hold for data that is not set, which counts as empty text."""
    if condition.operator in ("is_not", "is_not_set"):
        return True
    if condition.operator not in ("is", "is_one_of"):
        return False
    arguments = condition.argument if isinstance(condition.argument, tuple) else (condition.argument,)
    return any(isinstance(text, str) and (not text.strip() or "{{" in text) for text in arguments)


def _cleared(bot: Bot, bits: Mapping[str, int]) -> int:
    return mask((name for node in bot.nodes.values() for action in node.actions for name in action.clears()), bits)

"""The bot as a graph: where each node can lead, and at which place of the file that stands."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from branchline.bot.exits import GoTo, Route, WaitForReply
from branchline.bot.model import Bot, Node
from branchline.issue import Path

Kind = Literal["go_to", "case", "otherwise", "reply", "choice", "refused", "no_reply", "failed"]
"""Why the walk goes this way: `refused` after the last try, `failed` when an endpoint could not be asked."""

SILENT: frozenset[Kind] = frozenset({"go_to", "case", "otherwise", "failed"})
"""The ways that need neither a visitor nor time."""


class Edge(Struct, frozen=True):
    """One way out of a node. `path` is where the target is written; `index` is the action, case or choice it is of."""

    source: str
    target: str
    kind: Kind
    path: Path
    index: int = 0


def edges(bot: Bot) -> Iterator[Edge]:
    """Give every way from every node, in the order of the file; targets may be unknown."""
    for name, node in bot.nodes.items():
        yield from edges_of(name, node)


def edges_of(name: str, node: Node) -> Iterator[Edge]:
    """Give every way out of one node: those of its actions first, then those of its exit."""
    for index, action in enumerate(node.actions):
        for path, target in action.targets():
            yield Edge(name, target, "failed", ("nodes", name, "actions", index, *path), index)
    for path, target in node.exit.targets():
        kind, index = _kind(node, path)
        yield Edge(name, target, kind, ("nodes", name, "exit", *path), index)


def _kind(node: Node, path: Path) -> tuple[Kind, int]:
    match node.exit, path:
        case GoTo(), _:
            return "go_to", 0
        case Route(), ("cases", int(index), *_):
            return "case", index
        case Route(), _:
            return "otherwise", 0
        case WaitForReply(), ("capture", "choices", int(index), *_):
            return "choice", index
        case WaitForReply(), ("failed",):
            return "refused", 0
        case WaitForReply(), ("no_reply", *_):
            return "no_reply", 0
        case _:
            return "reply", 0


def word_edges(bot: Bot) -> Iterator[tuple[Path, str]]:
    """Give the nodes that words lead to from every waiting node, each with its place; `restart` leads to the start."""
    for index, word in enumerate(bot.words):
        if word.go_to is not None:
            yield ("words", index, "go_to"), word.go_to


def waits(node: Node) -> bool:
    """Say whether the node waits for the visitor."""
    return isinstance(node.exit, WaitForReply)


def reachable(bot: Bot) -> set[str]:
    """Give the nodes that an interaction can come to, from the start and by words."""
    targets: dict[str, list[str]] = {name: [] for name in bot.nodes}
    for edge in edges(bot):
        targets[edge.source].append(edge.target)
    pending = [bot.start, *(target for _, target in word_edges(bot))]
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        if name in targets and name not in seen:
            seen.add(name)
            pending += targets[name]
    return seen


def circles(successors: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Give the groups of nodes that lead round to each other (Tarjan), without recursion; single nodes only with a
    way to themselves. Every successor must be a key."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    groups: list[list[str]] = []
    for root in successors:
        if root in number:
            continue
        walk: list[tuple[str, Iterator[str]]] = []
        _enter(root, number, low, stack, on_stack)
        walk.append((root, iter(successors[root])))
        while walk:
            name, ways = walk[-1]
            target = next(ways, None)
            if target is None:
                walk.pop()
                if walk:
                    above = walk[-1][0]
                    low[above] = min(low[above], low[name])
                if low[name] == number[name]:
                    group = _leave(name, stack, on_stack)
                    if len(group) > 1 or name in successors[name]:
                        groups.append(group)
            elif target not in number:
                _enter(target, number, low, stack, on_stack)
                walk.append((target, iter(successors[target])))
            elif target in on_stack:
                low[name] = min(low[name], number[target])
    return groups


def _enter(name: str, number: dict[str, int], low: dict[str, int], stack: list[str], on_stack: set[str]) -> None:
    number[name] = low[name] = len(number)
    stack.append(name)
    on_stack.add(name)


def _leave(name: str, stack: list[str], on_stack: set[str]) -> list[str]:
    group: list[str] = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        group.append(member)
        if member == name:
            return group


def shortest_way(successors: Mapping[str, Sequence[str]], start: str, goal: str) -> list[str]:
    """Give the shortest way of at least one step from a node to another (or round to itself); empty when there is none."""
    came_from: dict[str, str] = {}
    pending = deque([start])
    while pending:
        name = pending.popleft()
        for target in successors.get(name, ()):
            if target == goal:
                way = [goal]
                while name != start:
                    way.append(name)
                    name = came_from[name]
                return [start, *way[::-1]]
            if target not in came_from and target != start:
                came_from[target] = name
                pending.append(target)
    return []

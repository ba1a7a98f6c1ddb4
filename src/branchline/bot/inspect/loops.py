"""Can the bot go round without the visitor?

A circle is a way from a node back to itself on which nobody is waited for: over go to, route and the failure exits of
fulfillments. What is wrong with one:

* error `loop.endless`: once in, every way stays in, be it always, or as long as every endpoint answers, or as long as
  no endpoint can be asked. Also a circle with a way out on which nothing changes what its routes look at (no endpoint
  is asked, no data is set or cleared): the routes choose the same way each time round.
* warning `loop.possible`: a circle with a way out on which something changes. It may be meant; the engine stops it when
  it has entered too many nodes in one turn.
* warning `loop.no_reply`: while a visitor is silent, no-reply timeouts lead round and round, and no inactivity limit
  ends the conversation.
"""

from collections.abc import Mapping, Sequence

from branchline.actions.asking import Asking
from branchline.actions.clear_data import ClearData
from branchline.actions.set_data import SetData
from branchline.bot.found import Found
from branchline.bot.graph import SILENT, Edge, circles, edges_of, shortest_way
from branchline.bot.model import Bot, Node
from branchline.bot.places import shown

_SHOWN = 6
_CURE = "Wait for the visitor in one of these nodes, or lead out."

Ways = dict[str, list[str | None]]
"""Where each node leads without the visitor; None: it rests, ends, or points into nothing."""


def look(bot: Bot, found: Found) -> None:
    order = {name: index for index, name in enumerate(bot.nodes)}
    always: Ways = {}
    answered: Ways = {}
    down: Ways = {}
    drawn = {name: tuple(edges_of(name, node)) for name, node in bot.nodes.items()}
    for name, out in drawn.items():
        silent = [edge for edge in out if edge.kind in SILENT]
        failed = [edge for edge in silent if edge.kind == "failed"]
        passed = [edge for edge in silent if edge.kind != "failed"]
        exits = [_known(bot, edge) for edge in passed] or [None]
        always[name] = [*(_known(bot, edge) for edge in failed), *exits]
        answered[name] = exits
        down[name] = [_known(bot, failed[0])] if failed else exits  # the exit is not come to
    reported: set[str] = set()
    for ways, when in (
        (always, ""),
        (answered, "when the endpoints answer, "),
        (down, "when no endpoint can be asked, "),
    ):
        _endless(ways, when, order, reported, found)
    _possible(bot, _targets(always), order, reported, found)
    if bot.inactivity is None:
        _silence(bot, drawn, order, found)


def _known(bot: Bot, edge: Edge) -> str | None:
    return edge.target if edge.target in bot.nodes else None


def _targets(ways: Ways) -> dict[str, list[str]]:
    return {name: list(dict.fromkeys(target for target in out if target is not None)) for name, out in ways.items()}


def _endless(ways: Ways, when: str, order: dict[str, int], reported: set[str], found: Found) -> None:
    successors = _targets(ways)
    for group in circles(successors):
        members = set(group)
        if members & reported or any(target not in members for name in group for target in ways[name]):
            continue
        reported |= members
        around = _around(successors, members, order)
        found.error(
            "loop.endless",
            f"Node {shown(around[0])} goes round without end and without the visitor: {when}{_arrows(around)}. {_CURE}",
            ("nodes", around[0]),
        )


def _possible(
    bot: Bot, successors: Mapping[str, Sequence[str]], order: dict[str, int], reported: set[str], found: Found
) -> None:
    for group in circles(successors):
        members = set(group)
        if members & reported:
            continue
        around = _around(successors, members, order)
        if any(_changes(bot.nodes[name]) for name in group):
            found.warning(
                "loop.possible",
                f"Node {shown(around[0])} can go round without the visitor: {_arrows(around)}. {_CURE}",
                ("nodes", around[0]),
            )
        else:
            found.error(
                "loop.endless",
                f"Node {shown(around[0])} can go round without end and without the visitor: {_arrows(around)}; "
                f"nothing on the way changes what the routes look at. {_CURE}",
                ("nodes", around[0]),
            )


def _changes(node: Node) -> bool:
    return any(isinstance(action, Asking | SetData | ClearData) for action in node.actions)


def _silence(bot: Bot, drawn: Mapping[str, Sequence[Edge]], order: dict[str, int], found: Found) -> None:
    """Find circles over no-reply timeouts: in them the silent visitor is written to again and again."""
    successors: dict[str, list[str]] = {}
    timed: dict[str, str | None] = {}
    for name, ways in drawn.items():
        out = [edge for edge in ways if edge.target in bot.nodes]
        timed[name] = next((edge.target for edge in out if edge.kind == "no_reply"), None)
        successors[name] = [edge.target for edge in out if edge.kind == "no_reply" or edge.kind in SILENT]
    for group in circles(successors):
        members = set(group)
        turning = [name for name in group if timed.get(name) in members]
        if turning:
            first = min(turning, key=order.__getitem__)
            found.warning(
                "loop.no_reply",
                f"While the visitor is silent, node {shown(first)} can go round without end over its no-reply timeout. "
                "Lead it to an end, or set `inactivity` for the bot.",
                ("nodes", first, "exit", "no_reply"),
            )


def _around(successors: Mapping[str, Sequence[str]], members: set[str], order: dict[str, int]) -> list[str]:
    """Give the shortest way round through the group's first node of the file."""
    first = min(members, key=order.__getitem__)
    inside = {name: [target for target in successors[name] if target in members] for name in members}
    return shortest_way(inside, first, first)


def _arrows(way: list[str]) -> str:
    names = [shown(name) for name in way]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 2], f"{len(names) - _SHOWN + 1} more", names[-1]]
    return " → ".join(names)

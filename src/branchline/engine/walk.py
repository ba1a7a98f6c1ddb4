"""From node to node: run actions and exits until the bot rests, asks or ends."""

from branchline.actions.action import Jump, Way
from branchline.actions.working import Working
from branchline.bot.exits import End, GoTo, Route, WaitForReply
from branchline.bot.model import Bot, Node
from branchline.captures import suggestions as capture_suggestions
from branchline.conditions import holds
from branchline.duration import milliseconds
from branchline.engine.look import Look
from branchline.interaction.effects import NodeEntered, RouteChosen

NODES_LIMIT = 100
"""Nodes that one turn may enter: past it the bot would run away."""
EFFECTS_LIMIT = 1_000
"""Effects that one walk may have, so that a turn's transcript row stays small."""
FINALIZE_AFTER_MS = 5 * 60_000
"""How long after its end an interaction still takes data and feedback."""


def walk(bot: Bot, turn: Working, node_id: str) -> None:
    """Enter a node and go on until the bot rests, asks or ends."""
    entered = 0
    most = len(turn.effects) + EFFECTS_LIMIT
    target: str | None = node_id
    while target is not None:
        entered += 1
        if entered > NODES_LIMIT or len(turn.effects) > most:
            turn.fail("bot.ran_away", f"The bot went through {entered - 1} nodes without waiting for the visitor.")
            return
        turn.move(target)
        turn.emit(NodeEntered(target))
        node = bot.nodes.get(target)
        if node is None:
            turn.fail("node.unknown", f"The bot leads to node {target!r}, which does not exist.")
            return
        target = _pass_through(bot, turn, node, target, 0)


def go_on(bot: Bot, turn: Working, way: Way) -> None:
    """Go on after an action that was resumed."""
    here = turn.at[-1]
    node = bot.nodes[here.node]
    target = way.node if isinstance(way, Jump) else _pass_through(bot, turn, node, here.node, here.action + 1)
    if target is not None:
        walk(bot, turn, target)


def _pass_through(bot: Bot, turn: Working, node: Node, node_id: str, action: int) -> str | None:
    """Run a node from an action on; give the next node, or None when the turn is over."""
    for index in range(action, len(node.actions)):
        turn.move(node_id, index)
        way = node.actions[index].run(turn)
        if isinstance(way, Jump):
            return way.node
        if way is not None:
            return None
    turn.move(node_id, len(node.actions))
    match node.exit:
        case GoTo(node=target):
            return target
        case Route() as route:
            return _choose(bot, turn, route, node_id)
        case WaitForReply() as wait:
            ask(turn, wait)
        case End():
            turn.end("bot")
    return None


def ask(turn: Working, wait: WaitForReply, tries: int = 0) -> None:
    """Wait for the visitor's reply, with the suggestions that the node and its capture offer."""
    if tries == 0 and wait.capture is not None:
        turn.suggest(capture_suggestions(wait.capture, turn.locale))
    until = turn.now + milliseconds(wait.no_reply.after) if wait.no_reply else None
    turn.await_reply(until, tries)


def _choose(bot: Bot, turn: Working, route: Route, node_id: str) -> str:
    look = Look(bot, turn, node_id)
    for index, case in enumerate(route.cases):
        if holds(case.when, look):
            turn.emit(RouteChosen(node_id, index, case.go_to, look.seen))
            return case.go_to
    turn.emit(RouteChosen(node_id, None, route.otherwise, look.seen))
    return route.otherwise

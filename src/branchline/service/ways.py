"""By which way an interaction came from node to node, told from its turns as they were traced.

A way out of a node is named as the builder names it: its path in the node, with dots, such as `exit.cases.0.go_to`.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from branchline.bot.exits import GoTo, WaitForReply
from branchline.bot.model import Bot
from branchline.captures import OneOf
from branchline.interaction import effects as did
from branchline.interaction import events as came
from branchline.interaction import transcript
from branchline.interaction.transcript import Trace
from branchline.service.asking import action_of
from branchline.service.wording import shown_node
from branchline.store.port import TurnRecord


class Passage(Struct, frozen=True):
    """One entering of a node: by which way out of which node. Both are empty where the conversation begins; the way is
    `word` when a word that works anywhere led there."""

    origin: str
    way: str
    to: str


def passages(bot: Bot, turns: Iterable[TurnRecord]) -> Iterator[Passage]:
    """Give every entering of a node, in order."""
    node, asked = "", dict[str, int]()
    for turn in turns:
        trace = transcript.trace(turn.trace)
        for at, effect in enumerate(trace.effects):
            if isinstance(effect, did.FulfillmentRequested):
                asked[effect.token] = effect.action
            elif isinstance(effect, did.NodeEntered):
                yield Passage(node, way_into(bot, trace, at, node, effect.node, asked), effect.node)
                node = effect.node


def way_into(bot: Bot, trace: Trace, at: int, origin: str, entered: str, asked: dict[str, int]) -> str:
    """Say which way out of `origin` led into the node that effect `at` of a turn enters. `asked`: the actions by token."""
    node = bot.nodes.get(origin)
    if not origin or node is None:
        return ""
    before = _before(trace.effects, at)
    if isinstance(before, did.RouteChosen):
        return way_of_route(before)
    if isinstance(before, did.FulfillmentEnded) and before.status == "failed":
        index = asked.get(before.token)
        action = None if index is None else action_of(bot, origin, index)
        if action is not None and action.failed == entered:
            return f"actions.{index}.failed"
    if isinstance(node.exit, GoTo):
        return "exit.node"
    if isinstance(node.exit, WaitForReply):
        return _way_of_reply(trace, at, node.exit, entered)
    return "word"


def way_of_route(chosen: did.RouteChosen) -> str:
    return "exit.otherwise" if chosen.case is None else f"exit.cases.{chosen.case}.go_to"


def _way_of_reply(trace: Trace, at: int, wait: WaitForReply, entered: str) -> str:
    if isinstance(trace.event, came.TimedOut):
        return "exit.no_reply.go_to"
    if isinstance(_before(trace.effects, at), did.ReplyRefused):
        return "exit.failed"
    if wait.capture is None:
        return "exit.go_to" if entered == wait.go_to else "word"
    kept = next((one for one in trace.effects[:at] if isinstance(one, did.DataSet) and one.source == "reply"), None)
    if kept is None:
        return "word"
    choices = wait.capture.choices if isinstance(wait.capture, OneOf) else ()
    for index, choice in enumerate(choices):
        # what was kept is gone once the interaction was cleaned; then the node alone has to tell
        if choice.go_to == entered and (choice.data == kept.after or (not kept.after and entered != wait.go_to)):
            return f"exit.capture.choices.{index}.go_to"
    return "exit.go_to"


def why(bot: Bot, origin: str, way: str) -> str:
    if not origin:
        return "The conversation began here."
    before = shown_node(bot, origin)
    if way.startswith("exit.cases") or way == "exit.otherwise":
        return f"“{before}” chose this way."
    if way.startswith("actions."):
        return f"The endpoint that “{before}” asked failed, and this is where it goes then."
    return {
        "exit.node": f"“{before}” always goes on here.",
        "exit.go_to": "The visitor replied.",
        "exit.failed": "The last try did not fit either.",
        "exit.no_reply.go_to": "The visitor stayed silent.",
        "word": "The visitor wrote a word that works anywhere.",
    }.get(way, "The visitor chose a reply that leads here.")


def _before(effects: Sequence[object], at: int) -> object | None:
    """Give the effect before one, past warnings."""
    return next((one for one in reversed(effects[:at]) if not isinstance(one, did.WarningRaised)), None)

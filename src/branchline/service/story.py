"""What happened in an interaction, in words: its turns as they were traced, told for people who ask why it went there.

    told(bot, turns) -> turns with items, in order; calls(bot, turns) -> what was asked of endpoints

A way out of a node is named as the builder names it: its path in the node, with dots, such as `exit.cases.0.go_to`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from branchline.bot.exits import GoTo, Route, WaitForReply
from branchline.bot.model import Bot
from branchline.captures import OneOf
from branchline.conditions import Condition
from branchline.fulfillment.reasons import Reason, sentence
from branchline.interaction import effects as did
from branchline.interaction import events as came
from branchline.interaction import transcript
from branchline.interaction.record import Suggestion
from branchline.interaction.transcript import Entry, Shown, Trace
from branchline.service.asking import action_of
from branchline.store.port import TurnRecord

Kind = Literal[
    "event", "node", "message", "file", "suggestions", "data", "tag", "refused", "route", "asked", "answered",
    "warning", "ignored", "ended", "finalized", "failed", "feedback", "deadline",
]  # fmt: skip


class Tried(Struct, frozen=True):
    """A case of a route, in words; the last one of a list is the one that was taken, when `taken`."""

    when: str
    taken: bool


class Item(Struct, frozen=True, omit_defaults=True):
    """One thing that happened. `node`: where; `says`: the sentence about it, with nothing in it that must be drawn.

    `way` and `to`: of a route or an entered node, which way out of which node led there. `number`: of an entry.
    """

    kind: Kind
    node: str = ""
    says: str = ""
    number: int = 0
    sender: str = ""
    text: str = ""
    name: str = ""
    before: str | None = None
    after: str | None = None
    source: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    file: str = ""
    media_type: str = ""
    size: int = 0
    way: str = ""
    origin: str = ""
    to: str = ""
    tried: tuple[Tried, ...] = ()
    saw: dict[str, str | None] = {}
    token: str = ""
    at: int | None = None


class ToldTurn(Struct, frozen=True):
    """A turn: when, by which event, and all that happened."""

    number: int
    at: int
    event: str
    items: tuple[Item, ...]


class LateAnswer(Struct, frozen=True):
    """An answer that came when the interaction had gone on without it; it changed nothing."""

    at: int
    ok: bool
    reason: str
    detail: str
    took_ms: int


class CallMade(Struct, frozen=True):
    """A call that a turn asked for. `status` is `waiting` until something came of it; `turn`: the turn that asked."""

    token: str
    turn: int
    node: str
    action: int
    endpoint: str
    asked_at: int
    status: Literal["waiting", "ok", "failed"]
    settled_at: int | None = None
    reason: str = ""
    sentence: str = ""
    detail: str = ""
    took_ms: int = 0
    pairs: int = 0
    late: tuple[LateAnswer, ...] = ()


class Passage(Struct, frozen=True):
    """One entering of a node: by which way out of which node. Both are empty where the conversation begins; the way is
    `word` when a word that works anywhere led there."""

    origin: str
    way: str
    to: str


def told(bot: Bot, turns: Iterable[TurnRecord], node: str = "") -> list[ToldTurn]:
    """Tell the turns, oldest first. `node`: where the interaction stood before them, if that is known."""
    found, asked = [], dict[str, int]()
    for turn in turns:
        trace = transcript.trace(turn.trace)
        entries = {
            number: transcript.entry(line)
            for number, line in enumerate(turn.entries.split("\n") if turn.entries else (), turn.first_entry)
        }
        items, node = _items(bot, trace, entries, node, asked)
        found.append(ToldTurn(turn.number, turn.at, type(trace.event).__name__, tuple(items)))
    return found


def passages(bot: Bot, turns: Iterable[TurnRecord]) -> Iterator[Passage]:
    """Give every entering of a node, in order."""
    node, asked = "", dict[str, int]()
    for turn in turns:
        trace = transcript.trace(turn.trace)
        for at, effect in enumerate(trace.effects):
            if isinstance(effect, did.FulfillmentRequested):
                asked[effect.token] = effect.action
            elif isinstance(effect, did.NodeEntered):
                yield Passage(node, _way(bot, trace, at, node, effect.node, asked), effect.node)
                node = effect.node


def calls(bot: Bot, turns: Iterable[TurnRecord]) -> list[CallMade]:
    """Give the calls of an interaction, in the order in which they were asked for."""
    found: dict[str, CallMade] = {}
    for turn in turns:
        trace = transcript.trace(turn.trace)
        event = trace.event
        for effect in trace.effects:
            match effect:
                case did.FulfillmentRequested(token=token, node=node, action=index):
                    action = action_of(bot, node, index)
                    endpoint = action.endpoint if action is not None else ""
                    found[token] = CallMade(token, turn.number, node, index, endpoint, turn.at, "waiting")
                case did.FulfillmentEnded(token=token) if token in found:
                    found[token] = replace(
                        found[token],
                        status=effect.status,
                        settled_at=turn.at,
                        reason=effect.reason,
                        sentence=_about(effect.reason),
                        detail=effect.detail,
                        took_ms=effect.took_ms,
                        pairs=len(event.pairs) if isinstance(event, came.FulfillmentReturned) else 0,
                    )
        if _is_late(trace) and isinstance(event, came.FulfillmentReturned | came.FulfillmentFailed):
            call = found.get(event.token)
            if call is not None:
                failed = isinstance(event, came.FulfillmentFailed)
                reason, detail = (event.reason, event.detail) if isinstance(event, came.FulfillmentFailed) else ("", "")
                late = LateAnswer(turn.at, not failed, reason, detail, event.took_ms)
                found[event.token] = replace(call, late=(*call.late, late))
    return list(found.values())


def shown_node(bot: Bot, node: str) -> str:
    """Name a node as authors know it."""
    known = bot.nodes.get(node)
    return known.label or node if known is not None else node


def in_words(condition: Condition) -> str:
    """Write a condition as a sentence would."""
    if condition.operand is None:
        group, joint = (condition.all, " and ") if condition.all is not None else (condition.any or (), " or ")
        return joint.join(f"({in_words(one)})" if one.operand is None else in_words(one) for one in group)
    argument = condition.argument
    given = ", ".join(map(_argument, argument)) if isinstance(argument, tuple) else _argument(argument)
    operand = condition.operand.removeprefix("data.")
    return " ".join(part for part in (operand, (condition.operator or "").replace("_", " "), given) if part)


def _argument(argument: object) -> str:
    if isinstance(argument, bool):
        return "true" if argument else "false"
    return "" if argument is None else str(argument)


def _items(
    bot: Bot, trace: Trace, entries: dict[int, Entry], node: str, asked: dict[str, int]
) -> tuple[list[Item], str]:
    items = _of_event(trace)
    for at, effect in enumerate(trace.effects):
        match effect:
            case Shown(number=number):
                if number in entries:
                    items.append(_of_entry(entries[number], node))
            case did.NodeEntered(node=entered):
                way = _way(bot, trace, at, node, entered, asked)
                why = _why(bot, node, way)
                items.append(Item("node", entered, why, origin=node, way=way, to=entered))
                node = entered
            case did.FulfillmentRequested():
                asked[effect.token] = effect.action
                items.append(_of_effect(bot, effect, node))
            case did.RouteChosen():
                items.append(_of_route(bot, effect))
            case _:
                items.append(_of_effect(bot, effect, node))
    return items, node


def _of_entry(entry: Entry, node: str) -> Item:
    match entry:
        case transcript.MessageEntry():
            return Item("message", node, number=entry.number, sender=entry.sender, text=entry.text)
        case transcript.FileEntry():
            return Item(
                "file",
                node,
                number=entry.number,
                sender=entry.sender,
                name=entry.name,
                file=entry.id,
                media_type=entry.media_type,
                size=entry.size,
            )
        case transcript.SuggestionsEntry():
            return Item("suggestions", node, number=entry.number, suggestions=entry.suggestions)
        case transcript.EndedEntry():
            return Item("ended", node, _ENDED.get(entry.by, "The conversation ended."), number=entry.number)


_ENDED = {
    "bot": "The bot ended the conversation.",
    "visitor": "The visitor left.",
    "inactivity": "It ended by itself: the visitor was silent for too long.",
    "failure": "It had to stop: the bot could not go on.",
}
_IGNORED = {
    "stale": "It came too late, when the interaction had gone on, and changed nothing.",
    "ended": "The conversation was over.",
    "finalized": "The interaction was closed for good.",
    "early": "Nothing was due yet.",
    "asking": "It came while an endpoint was asked, and waits in the transcript.",
    "started": "The conversation had begun before.",
    "cleaned": "The content had been taken out.",
}
_REFUSED = "The reply did not fit what is asked for ({problem}); that was try {tries}."


def _of_event(trace: Trace) -> list[Item]:
    event = trace.event
    match event:
        case came.Started():
            page = len(event.items) + len(event.signed)
            gave = f" The page gave {_count(page, 'piece')} of data." if page else ""
            return [Item("event", says=f"The visitor opened the chat.{gave}")]
        case came.FulfillmentReturned():
            says = f"The endpoint answered after {event.took_ms} ms with {_count(len(event.pairs), 'pair')}."
            return [Item("event", says=says, token=event.token)]
        case came.FulfillmentFailed():
            says = f"The endpoint could not be asked ({event.reason}). {_about(event.reason)}"
            return [Item("event", says=says, text=event.detail, token=event.token)]
        case came.DataGiven():
            who = "The page" if event.source == "page" else "A program of yours"
            return [Item("event", says=f"{who} gave {_count(len(event.items) + len(event.signed), 'piece')} of data.")]
        case came.FeedbackGiven():
            return [Item("event", says="The visitor said how it was.", text=event.feedback.comment)]
        case came.TimedOut():
            return [Item("event", says="A time limit passed.")]
        case came.Closed():
            return [Item("event", says="The visitor closed the chat.")]
        case came.Cleaned():
            why = "as its retention says" if event.by == "retention" else "because it was to be erased"
            return [Item("event", says=f"What was said, and the data, were taken out for good, {why}.")]
        case _:
            return []


def _of_route(bot: Bot, effect: did.RouteChosen) -> Item:
    node = bot.nodes.get(effect.node)
    exit_ = node.exit if node is not None else None
    tried: list[Tried] = []
    if isinstance(exit_, Route):
        last = len(exit_.cases) if effect.case is None else effect.case + 1
        tried = [Tried(in_words(case.when), at == effect.case) for at, case in enumerate(exit_.cases[:last])]
    to = shown_node(bot, effect.target)
    if effect.case is None:
        says = f"None of {_count(len(tried), 'case')} held, so it went on at “{to}” (otherwise)."
    elif tried:
        says = f"It went on at “{to}”, because {tried[-1].when} (case {effect.case + 1})."
    else:
        says = f"It went on at “{to}” (case {effect.case + 1})."
    return Item(
        "route", effect.node, says, way=_way_of_route(effect), to=effect.target, tried=tuple(tried), saw=effect.saw
    )


def _of_effect(bot: Bot, effect: did.AnyEffect, node: str) -> Item:
    match effect:
        case did.DataSet():
            what = "set" if effect.before is None else "cleared" if effect.after is None else "changed"
            return Item(
                "data",
                node,
                f"{effect.name} was {what}.",
                name=effect.name,
                before=effect.before,
                after=effect.after,
                source=effect.source,
            )
        case did.Tagged(tag=tag):
            return Item("tag", node, "It was tagged.", name=tag)
        case did.ReplyRefused():
            return Item(
                "refused", node, _REFUSED.format(problem=effect.problem, tries=effect.tries), name=effect.problem
            )
        case did.FulfillmentRequested():
            action = action_of(bot, effect.node, effect.action)
            endpoint = action.endpoint if action is not None else ""
            return Item(
                "asked", effect.node, f"The endpoint “{endpoint}” was asked.", name=endpoint, token=effect.token
            )
        case did.FulfillmentEnded():
            went = "answered" if effect.status == "ok" else f"could not be asked: {effect.reason}"
            return Item("answered", node, f"The endpoint {went}.", name=effect.reason, token=effect.token)
        case did.TimeoutSet():
            return Item("deadline", node, "It waits for a reply no longer than until then.", at=effect.at)
        case did.WarningRaised():
            return Item("warning", node, effect.detail or effect.code, name=effect.code)
        case did.Ignored():
            return Item("ignored", node, _IGNORED[effect.reason], name=effect.reason)
        case did.Finalized():
            return Item("finalized", node, "The interaction was closed for good, and is owed to its targets.")
        case did.Failed():
            return Item("failed", node, effect.detail or effect.code, name=effect.code)
        case did.FeedbackReceived():
            return Item("feedback", node, f"A rating of {effect.rating} out of 5.", size=effect.rating)
        case _:  # entries stand in the trace by their number alone
            return Item("event", node)


def _way(bot: Bot, trace: Trace, at: int, origin: str, entered: str, asked: dict[str, int]) -> str:
    """Say which way out of `origin` led into the node that effect `at` of a turn enters. `asked`: the actions by token."""
    node = bot.nodes.get(origin)
    if not origin or node is None:
        return ""
    before = _before(trace.effects, at)
    if isinstance(before, did.RouteChosen):
        return _way_of_route(before)
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


def _way_of_route(chosen: did.RouteChosen) -> str:
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


def _why(bot: Bot, origin: str, way: str) -> str:
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


def _is_late(trace: Trace) -> bool:
    first = trace.effects[0] if trace.effects else None
    return isinstance(first, did.Ignored) and first.reason == "stale"


def _about(reason: str) -> str:
    try:
        return sentence(Reason(reason))
    except ValueError:
        return ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"

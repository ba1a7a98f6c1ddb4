"""What happened in an interaction, in words: its traced turns, told for people who ask why it went there."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from branchline.bot.exits import Route
from branchline.bot.model import Bot
from branchline.interaction import effects as did
from branchline.interaction import events as came
from branchline.interaction import transcript
from branchline.interaction.record import Suggestion
from branchline.interaction.transcript import Entry, Shown, Trace
from branchline.service.asking import action_of
from branchline.service.ways import way_into, way_of_route, why
from branchline.service.wording import about, count, in_words, shown_node
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
                way = way_into(bot, trace, at, node, entered, asked)
                says = why(bot, node, way)
                items.append(Item("node", entered, says, origin=node, way=way, to=entered))
                node = entered
            case did.FulfillmentRequested():
                asked[effect.token] = effect.action
                items.append(_of_effect(bot, effect, node))
            case did.RouteChosen():
                items.append(_of_route(bot, effect))
            case did.FulfillmentEnded() if items and items[0].token == effect.token:
                pass  # the event has told it
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
            gave = f" The page gave {count(page, 'piece')} of data." if page else ""
            return [Item("event", says=f"The visitor opened the chat.{gave}")]
        case came.FulfillmentReturned():
            says = f"The endpoint answered after {event.took_ms} ms with {count(len(event.pairs), 'pair')}."
            return [Item("answered", says=says, token=event.token)]
        case came.FulfillmentFailed():
            says = about(event.reason) or "The endpoint gave no answer that could be used."
            return [Item("answered", says=says, text=event.detail, name=event.reason, token=event.token)]
        case came.DataGiven():
            who = "The page" if event.source == "page" else "A program of yours"
            return [Item("event", says=f"{who} gave {count(len(event.items) + len(event.signed), 'piece')} of data.")]
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
        says = f"None of {count(len(tried), 'case')} held, so it went on at “{to}” (otherwise)."
    elif tried:
        says = f"It went on at “{to}”, because {tried[-1].when} (case {effect.case + 1})."
    else:
        says = f"It went on at “{to}” (case {effect.case + 1})."
    return Item(
        "route", effect.node, says, way=way_of_route(effect), to=effect.target, tried=tuple(tried), saw=effect.saw
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
            says = "The endpoint answered." if effect.status == "ok" else about(effect.reason)
            return Item("answered", node, says, name=effect.reason, token=effect.token)
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

"""Why did it go there? A turn, explained from its trace: what was said by which node, what changed, which way, and why.

    told(bot, before, number, trace, entries) -> Told

`before` is the interaction as the turn found it. Nothing is asked again: what a route saw stands in the trace.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from branchline.actions.asking import Asking
from branchline.bot.exits import GoTo, Route, WaitForReply
from branchline.bot.model import Bot
from branchline.captures import OneOf
from branchline.conditions import DEPTH_LIMIT, Condition, argument_texts, holds
from branchline.engine.reply import word_said
from branchline.fulfillment.reasons import Reason, sentence
from branchline.insert import template
from branchline.interaction.effects import (
    DataSet,
    Failed,
    FulfillmentEnded,
    FulfillmentRequested,
    Ignored,
    NodeEntered,
    ReplyRefused,
    RouteChosen,
    WarningRaised,
)
from branchline.interaction.events import (
    AnyEvent,
    Cleaned,
    Closed,
    DataGiven,
    FeedbackGiven,
    FulfillmentFailed,
    FulfillmentReturned,
    Replied,
    Started,
    TimedOut,
)
from branchline.interaction.record import Interaction, Reply
from branchline.interaction.transcript import Entry, Shown, Trace, plain
from branchline.issue import Path


class Compared(Struct, frozen=True):
    """One comparison of a case: what it looked at, what was there (None: not set), and whether it holds."""

    operand: str
    value: str | None
    operator: str
    arguments: tuple[str, ...]
    holds: bool
    seen: bool
    """False: what came before it had decided already, so it was not looked at."""
    words: str


class CaseSeen(Struct, frozen=True):
    """One case of a route. `together`: "all" or "any" of the comparisons must hold."""

    case: int
    to: str
    holds: bool
    together: str
    comparisons: tuple[Compared, ...]


class RouteSeen(Struct, frozen=True):
    """A route as it decided: the cases it looked at, in order. `case` None: none of them held."""

    node: str
    case: int | None
    to: str
    cases: tuple[CaseSeen, ...]
    words: str


class Move(Struct, frozen=True):
    """From one node to the next. `way` (JSON pointer) leads to where the bot file says so; empty when it does not."""

    origin: str
    to: str
    way: str
    words: str


class Changed(Struct, frozen=True):
    """Data that changed, old to new (None: not set), and by which action of which node (None: its exit, or the page)."""

    name: str
    before: str | None
    after: str | None
    source: str
    node: str
    action: int | None
    words: str


class Asked(Struct, frozen=True):
    """What came of a call. `status` is `asked` until it has come back."""

    endpoint: str
    node: str
    action: int
    status: str
    reason: str = ""
    detail: str = ""
    words: str = ""
    took_ms: int = 0


class Spoken(Struct, frozen=True):
    """Which node an entry of the transcript came from; empty for the visitor's own."""

    number: int
    node: str


class Told(Struct, frozen=True):
    """A turn, told. `event`: started, said, chosen, file, returned, failed, data, feedback, silence or left."""

    number: int
    at: int
    event: str
    said: str
    entries: tuple[dict[str, Any], ...]
    spoken: tuple[Spoken, ...]
    nodes: tuple[str, ...]
    moves: tuple[Move, ...]
    routes: tuple[RouteSeen, ...]
    data: tuple[Changed, ...]
    calls: tuple[Asked, ...]
    notes: tuple[str, ...]


def told(bot: Bot, before: Interaction, number: int, trace: Trace, entries: Sequence[Entry]) -> Told:
    """Explain one turn."""
    return _Teller(bot, before, trace.event).tell(number, trace, entries)


class _Teller:
    def __init__(self, bot: Bot, before: Interaction, event: AnyEvent | Cleaned) -> None:
        self.bot = bot
        self.before = before
        self.event = event
        self.node = before.at[-1].node if before.at else ""
        self.action = before.at[-1].action if before.at else 0
        self.values = {name: datum.data for name, datum in before.data.items()}
        self.asked: Asking | None = None
        self.routed: RouteChosen | None = None
        self.refused: ReplyRefused | None = None
        self.ended: FulfillmentEnded | None = None
        self.moved = False
        self.moves: list[Move] = []
        self.routes: list[RouteSeen] = []
        self.data: list[Changed] = []
        self.calls: list[Asked] = []
        self.spoken: list[Spoken] = []
        self.notes: list[str] = []

    def tell(self, number: int, trace: Trace, entries: Sequence[Entry]) -> Told:
        by_number = {entry.number: entry for entry in entries}
        for effect in trace.effects:
            match effect:
                case Shown(number=its):
                    self._shown(its, by_number.get(its))
                case NodeEntered(node=node):
                    self._enter(node)
                case RouteChosen():
                    self.routed = effect
                    self.routes.append(self._route(effect))
                case DataSet():
                    self._set(effect)
                case ReplyRefused(problem=problem, tries=tries):
                    self.refused = effect
                    self.notes.append(f"The reply did not fit ({problem.replace('_', ' ')}); it was try {tries}.")
                case FulfillmentRequested(node=node, action=action):
                    self.calls.append(Asked(self._endpoint(node, action), node, action, "asked"))
                case FulfillmentEnded():
                    self._came_back(effect)
                case WarningRaised(detail=detail) | Failed(detail=detail):
                    self.notes.append(detail)
                case Ignored(reason=reason):
                    self.notes.append(_IGNORED.get(reason, f"It changed nothing ({reason})."))
                case _:
                    pass
        return Told(
            number,
            self.event.at,
            _kind(self.event),
            _said(self.event),
            tuple(plain(entry) for entry in entries),
            tuple(self.spoken),
            tuple(move.to for move in self.moves),
            tuple(self.moves),
            tuple(self.routes),
            tuple(self.data),
            tuple(self.calls),
            tuple(self.notes),
        )

    def _shown(self, number: int, entry: Entry | None) -> None:
        sender = getattr(entry, "sender", "bot")
        self.spoken.append(Spoken(number, "" if sender == "customer" else self.node))

    def _enter(self, node: str) -> None:
        way, words = self._way(node)
        pointer = "" if way is None else _pointer("nodes", self.node, *way)
        self.moves.append(Move(self.node, node, pointer, words))
        self.node, self.moved, self.routed, self.ended = node, True, None, None

    def _way(self, to: str) -> tuple[Path | None, str]:
        """Give where the bot file says that it goes on there, and the sentence for people."""
        there, here = self._named(to), self._named(self.node)
        node = self.bot.nodes.get(self.node)
        if self.routed is not None:
            way: Path = ("otherwise",) if self.routed.case is None else ("cases", self.routed.case, "go_to")
            return ("exit", *way), self.routes[-1].words
        if self.ended is not None and self.ended.status == "failed":
            return ("actions", self.action, "failed"), f"The endpoint could not be asked, so it went to {there}."
        if not self.moved:
            match self.event:
                case Started():
                    return None, f"It begins at {there}."
                case TimedOut():
                    return ("exit", "no_reply", "go_to"), f"No reply came in time, so it went to {there}."
                case Replied():
                    return self._after_reply(to, there)
                case _:
                    pass
        if node is not None and isinstance(node.exit, GoTo):
            return ("exit", "node"), f"{here} always goes on to {there}."
        return None, f"It went to {there}."

    def _after_reply(self, to: str, there: str) -> tuple[Path | None, str]:
        event, awaiting = self.event, self.before.awaiting
        node = self.bot.nodes.get(self.node)
        if node is None or not isinstance(node.exit, WaitForReply):
            return None, f"It went to {there}."
        if isinstance(event, Replied) and isinstance(awaiting, Reply):
            word = word_said(self.bot, awaiting, event)
            if word is not None:
                return None, f"“{event.text.strip()}” is a word that works anywhere; it led to {there}."
        if self.refused is not None:
            return ("exit", "failed"), f"That was the last try for a reply that fits, so it went to {there}."
        capture = node.exit.capture
        if isinstance(capture, OneOf) and to != node.exit.go_to:
            for index, choice in enumerate(capture.choices):
                if choice.go_to == to and choice.data == self.values.get(capture.name):
                    return ("exit", "capture", "choices", index, "go_to"), f"{choice.label} was chosen: on to {there}."
        return ("exit", "go_to"), f"The reply was taken, so it went on to {there}."

    def _set(self, effect: DataSet) -> None:
        if effect.after is None:
            self.values.pop(effect.name, None)
        else:
            self.values[effect.name] = effect.after
        index: int | None = None
        by = "its reply"
        node = self.bot.nodes.get(self.node)
        match effect.source:
            case "fulfillment":
                index = self.action
                by = f"the answer of {self._endpoint(self.node, index)}"
            case "bot":
                actions = node.actions if node is not None else ()
                sets = [at for at, action in enumerate(actions) if effect.name in action.sets()]
                sets += [at for at, action in enumerate(actions) if effect.name in action.clears()]
                index = sets[0] if sets else None
                by = "begin again" if index is None else f"action {index + 1}"
            case "reply":
                by = "the reply"
            case "page" | "signed":
                by = "the page"
            case "api":
                by = "hand"
        where = (
            f" at {self._named(self.node)}" if self.node and effect.source in {"bot", "reply", "fulfillment"} else ""
        )
        was = "nothing" if effect.before is None else f"“{effect.before}”"
        now = "nothing" if effect.after is None else f"“{effect.after}”"
        words = f"{effect.name}: {was} → {now}, by {by}{where}."
        self.data.append(Changed(effect.name, effect.before, effect.after, effect.source, self.node, index, words))

    def _came_back(self, effect: FulfillmentEnded) -> None:
        self.ended = effect
        words = "It answered."
        if effect.status == "failed":
            known = effect.reason in Reason.__members__.values()
            words = sentence(Reason(effect.reason)) if known else effect.detail
        self.calls.append(
            Asked(
                self._endpoint(self.node, self.action),
                self.node,
                self.action,
                effect.status,
                effect.reason,
                effect.detail,
                words,
                effect.took_ms,
            )
        )

    def _endpoint(self, node_id: str, index: int) -> str:
        node = self.bot.nodes.get(node_id)
        action = node.actions[index] if node is not None and index < len(node.actions) else None
        return action.endpoint if isinstance(action, Asking) else ""

    def _named(self, node_id: str) -> str:
        node = self.bot.nodes.get(node_id)
        return f"“{(node.label if node is not None else '') or node_id}”"

    def _route(self, chosen: RouteChosen) -> RouteSeen:
        node = self.bot.nodes.get(chosen.node)
        there = self._named(chosen.target)
        cases = node.exit.cases if node is not None and isinstance(node.exit, Route) else ()
        looked = cases if chosen.case is None else cases[: chosen.case + 1]
        look = _Saw(self, chosen.saw)
        made = []
        for index, case in enumerate(looked):
            comparisons = tuple(_compared(leaf, look) for leaf in _leaves(case.when))
            made.append(
                CaseSeen(
                    index, case.go_to, index == chosen.case, "any" if case.when.any is not None else "all", comparisons
                )
            )
        if chosen.case is None:
            words = f"No case held, so it went to {there}."
        else:
            because = "; ".join(one.words for one in made[-1].comparisons if one.holds) if made else ""
            words = f"Case {chosen.case + 1} held ({because}), so it went to {there}."
        return RouteSeen(chosen.node, chosen.case, chosen.target, tuple(made), words)


class _Saw:
    """What a route looked at, as it saw it."""

    def __init__(self, teller: _Teller, saw: dict[str, str | None]) -> None:
        self.now = teller.event.at
        self.timezone = teller.bot.timezone
        self.saw = saw
        self._values = dict(teller.values)
        self._locale = teller.before.locale

    def value(self, operand: str) -> str | None:
        return self.saw.get(operand)

    def insert(self, text: str) -> str:
        return template(text).fill(self._values.get, self._locale)


def _compared(leaf: Condition, look: _Saw) -> Compared:
    operand, operator = leaf.operand or "", leaf.operator or ""
    arguments = tuple(look.insert(text) if "{{" in text else text for text in argument_texts(leaf))
    seen = operand in look.saw
    value, yes = look.value(operand), seen and holds(leaf, look)
    name = operand.removeprefix("data.")
    was = "was not set" if value is None else f"was “{value}”"
    wanted = " ".join([operator.replace("_", " "), *(f"“{one}”" for one in arguments)])
    answer = ("yes" if yes else "no") if seen else "not looked at"
    words = f"{name} {wanted}: it {was} → {answer}" if seen else f"{name} {wanted}: {answer}"
    return Compared(operand, value, operator, arguments, yes, seen, words)


def _leaves(condition: Condition, depth: int = 0) -> list[Condition]:
    if condition.operand is not None or depth > DEPTH_LIMIT:
        return [condition]
    return [leaf for inner in condition.all or condition.any or () for leaf in _leaves(inner, depth + 1)]


_IGNORED = {
    "asking": "An endpoint was being asked, so this did not count as a reply.",
    "stale": "The answer came too late: the conversation had gone on.",
}


def _kind(event: AnyEvent | Cleaned) -> str:
    match event:
        case Replied(file=file, value=value):
            return "file" if file is not None else "said" if value is None else "chosen"
        case Started():
            return "started"
        case FulfillmentReturned():
            return "returned"
        case FulfillmentFailed():
            return "failed"
        case DataGiven():
            return "data"
        case FeedbackGiven():
            return "feedback"
        case TimedOut():
            return "silence"
        case Closed():
            return "left"
    return "cleaned"


def _said(event: AnyEvent | Cleaned) -> str:
    if not isinstance(event, Replied):
        return ""
    return event.file.name if event.file is not None else event.text


def _pointer(*path: str | int) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def ways(bot: Bot) -> dict[str, str]:
    """Give every way of a bot: the JSON pointer to it, and the node that it leads to."""
    found = {}
    for name, node in bot.nodes.items():
        for path, to in node.exit.targets():
            found[_pointer("nodes", name, "exit", *path)] = to
        for index, action in enumerate(node.actions):
            for path, to in action.targets():
                found[_pointer("nodes", name, "actions", index, *path)] = to
    return found

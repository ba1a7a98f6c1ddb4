"""Play a walk: the same engine, no server, no endpoint, no clock. And the other way: a conversation becomes a walk.

play(bot, walk) -> Played
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from branchline.actions.send_file import SendFile
from branchline.bot.model import Bot
from branchline.engine import advance
from branchline.fulfillment.reasons import Reason
from branchline.interaction import transcript
from branchline.interaction.effects import FulfillmentRequested
from branchline.interaction.events import (
    AnyEvent,
    DataGiven,
    FileRef,
    FulfillmentFailed,
    FulfillmentReturned,
    Given,
    Replied,
    Started,
    TimedOut,
)
from branchline.interaction.record import Fulfillment, Interaction
from branchline.interaction.transcript import Entry, MessageEntry, Trace
from branchline.values import moment
from branchline.walks.walk import Walk, WalkAnswer, WalkFile, WalkTurn
from branchline.walks.why import Told, told, ways

CALLS_LIMIT = 60
"""Calls in one turn; the engine itself stops before."""
SHOWN = 200
"""Characters of a text that are shown where it is not what it must be."""


class PlayedTurn(Struct, frozen=True):
    """A turn as it was played: what is wrong with it, in sentences, and what happened."""

    problems: tuple[str, ...]
    messages: tuple[str, ...]
    nodes: tuple[str, ...]
    data: dict[str, str | None]
    told: tuple[Told, ...]


class Played(Struct, frozen=True):
    """A walk as it was played. `nodes` and `ways` that it went through; the latter are JSON pointers into the bot."""

    passed: bool
    turns: tuple[PlayedTurn, ...]
    nodes: frozenset[str]
    ways: frozenset[str]

    def problems(self) -> tuple[str, ...]:
        return tuple(f"Turn {number}: {one}" for number, turn in enumerate(self.turns, 1) for one in turn.problems)


class Coverage(Struct, frozen=True):
    """How much of a bot walks go through, and what they miss."""

    nodes: int
    nodes_reached: int
    ways: int
    ways_taken: int
    nodes_missed: tuple[str, ...]
    ways_missed: tuple[str, ...]


def play(bot: Bot, walk: Walk) -> Played:
    """Play a walk against a bot. Never raises for what stands in a walk."""
    player = _Player(bot, walk)
    turns = []
    for index, wanted in enumerate(walk.turns):
        turns.append(player.turn(wanted, first=index == 0))
    return Played(
        not any(turn.problems for turn in turns), tuple(turns), frozenset(player.nodes), frozenset(player.ways)
    )


def coverage(bot: Bot, played: Iterable[Played]) -> Coverage:
    """Count what walks went through together."""
    nodes: set[str] = set()
    taken: set[str] = set()
    for one in played:
        nodes |= one.nodes
        taken |= one.ways
    every = ways(bot)
    return Coverage(
        len(bot.nodes),
        len(nodes & bot.nodes.keys()),
        len(every),
        len(taken & every.keys()),
        tuple(node for node in bot.nodes if node not in nodes),
        tuple(way for way in every if way not in taken),
    )


def begun_at(bot: Bot, node: str | None) -> Bot:
    """Give the bot as it is when conversations begin at another node."""
    return bot if node is None else replace(bot, start=node)


class _Player:
    def __init__(self, bot: Bot, walk: Walk) -> None:
        self.bot = begun_at(bot, walk.start)
        self.walk = walk
        found = moment(walk.at)
        self.now = (found.at or 0) if found is not None else 0
        self.interaction = Interaction(
            id=1,
            uuid=walk.seed,
            bot=bot.bot,
            version=0,
            created_at=self.now,
            locale=walk.locale or bot.locale,
            start_url=walk.start_url,
        )
        paths = {a.path for node in bot.nodes.values() for a in node.actions if isinstance(a, SendFile)}
        self.files = {path: FileRef(path, path.rsplit("/", 1)[-1], "application/octet-stream", 1) for path in paths}
        self.nodes: set[str] = set()
        self.ways: set[str] = set()
        self.told: list[Told] = []
        self.asked: FulfillmentRequested | None = None

    def turn(self, wanted: WalkTurn, *, first: bool) -> PlayedTurn:
        self.told = []
        problems = self._happen(wanted, first)
        answers = list(wanted.answers)
        for _ in range(CALLS_LIMIT):
            awaiting = self.interaction.awaiting
            if not isinstance(awaiting, Fulfillment):
                break
            endpoint = self._endpoint()
            if not answers:
                problems.append(
                    f"The endpoint {endpoint!r} is asked, and the walk has no answer for it. Add one to `answers`."
                )
                self._take(FulfillmentFailed(self.now, awaiting.token, Reason.DISABLED))
                continue
            answer = answers.pop(0)
            if answer.endpoint and answer.endpoint != endpoint:
                problems.append(f"The endpoint {endpoint!r} is asked; the walk has an answer of {answer.endpoint!r}.")
            self._take(_event(answer, self.now, awaiting.token))
        if answers:
            problems.append(f"{len(answers)} of the answers were not asked for.")
        messages = tuple(
            entry["text"]
            for one in self.told
            for entry in one.entries
            if entry["kind"] == "message" and entry["sender"] != "customer"
        )
        nodes = tuple(node for one in self.told for node in one.nodes)
        data: dict[str, str | None] = {change.name: change.after for one in self.told for change in one.data}
        problems += self._compared(wanted, messages, nodes)
        return PlayedTurn(tuple(problems), messages, nodes, data, tuple(self.told))

    def _happen(self, wanted: WalkTurn, first: bool) -> list[str]:
        if first:
            items = tuple(Given(name, data) for name, data in self.walk.data.items())
            self._take(Started(self.now, (), items))
            return []
        self.now += 1_000
        said = wanted.say if wanted.say is not None else wanted.choose
        if self.interaction.ended and (said is not None or wanted.file is not None or wanted.silence):
            return ["The conversation was over already."]
        if wanted.given:
            items = tuple(Given(name, data) for name, data in wanted.given.items())
            self._take(DataGiven(self.now, items, "api"))
        if said is not None:
            self._take(Replied(self.now, f"walk-{self.interaction.turn}", said, wanted.choose))
        elif wanted.file is not None:
            file = FileRef("walk", wanted.file.name, wanted.file.media_type, wanted.file.size)
            self._take(Replied(self.now, f"walk-{self.interaction.turn}", "", file=file))
        elif wanted.silence:
            due = self.interaction.due_at
            if due is None:
                return ["Nothing happens by itself here, however long the visitor is silent."]
            self.now = max(self.now, due)
            self._take(TimedOut(self.now))
        return []

    def _take(self, event: AnyEvent) -> None:
        before = self.interaction
        turn = advance(self.bot, before, event, self.files)
        written = transcript.write(event, turn.effects, before.entries + 1)
        self.interaction = replace(turn.interaction, entries=before.entries + written.count)
        entries = [transcript.entry(line) for line in written.entries.split("\n") if line]
        one = told(self.bot, before, self.interaction.turn, transcript.trace(written.trace), entries)
        self.told.append(one)
        self.nodes |= set(one.nodes)
        self.ways |= {move.way for move in one.moves if move.way}
        self.asked = next((one for one in turn.effects if isinstance(one, FulfillmentRequested)), self.asked)

    def _endpoint(self) -> str:
        asked = self.asked
        node = self.bot.nodes.get(asked.node) if asked is not None else None
        if asked is None or node is None:
            return ""
        return node.actions[asked.action].endpoint_name() or ""

    def _compared(self, wanted: WalkTurn, messages: tuple[str, ...], nodes: tuple[str, ...]) -> list[str]:
        problems = []
        if wanted.messages is not None and wanted.messages != messages:
            problems.append(_differ("message", wanted.messages, messages))
        if wanted.nodes is not None and wanted.nodes != nodes:
            problems.append(f"It went through {_path(nodes)}, not through {_path(wanted.nodes)}.")
        for name, value in wanted.data.items():
            datum = self.interaction.data.get(name)
            found = None if datum is None else datum.data
            if found != value:
                problems.append(f"{name!r} is {_shown(found)}; it must be {_shown(value)}.")
        if wanted.ended is not None and wanted.ended != self.interaction.ended:
            is_over, must = ("is over", "must go on") if self.interaction.ended else ("goes on", "must be over")
            problems.append(f"The conversation {is_over}; it {must}.")
        return problems


def recorded(
    bot: Bot, begun: Interaction, turns: Sequence[tuple[Interaction, Trace, Sequence[Entry]]], start: str | None
) -> Walk:
    """Make a walk of a conversation. `turns`: each turn's interaction after it, its trace and its entries."""
    data: dict[str, str] = {}
    made: list[WalkTurn] = []
    at = begun.created_at
    before = begun
    for after, trace, entries in turns:
        event = trace.event
        one = told(bot, before, after.turn, trace, entries)
        happened: WalkTurn | None = None
        match event:
            case Started(items=items, signed=signed):
                data = {item.name: item.data for item in (*items, *signed)}
                happened = WalkTurn(messages=(), nodes=())
            case Replied(file=FileRef() as file):
                happened = WalkTurn(file=WalkFile(file.name, file.media_type, file.size), messages=(), nodes=())
            case Replied(text=text, value=None):
                happened = WalkTurn(say=text, messages=(), nodes=())
            case Replied(value=value):
                happened = WalkTurn(choose=value, messages=(), nodes=())
            case TimedOut():
                happened = WalkTurn(silence=True, messages=(), nodes=())
            case DataGiven(items=items):
                happened = WalkTurn(given={item.name: item.data for item in items}, messages=(), nodes=())
            case FulfillmentReturned(pairs=pairs) if made:
                answer = WalkAnswer(_asked(bot, before), {pair.name: pair.data for pair in pairs})
                made[-1] = replace(made[-1], answers=(*made[-1].answers, answer))
            case FulfillmentFailed(reason=reason) if made:
                made[-1] = replace(
                    made[-1], answers=(*made[-1].answers, WalkAnswer(_asked(bot, before), failed=reason))
                )
            case _:
                before = after
                continue
        if happened is not None:
            made.append(happened)
        last = made[-1]
        said = tuple(entry.text for entry in entries if isinstance(entry, MessageEntry) and entry.sender != "customer")
        changed: dict[str, str | None] = {change.name: change.after for change in one.data}
        if isinstance(event, Started):
            changed = {name: value for name, value in changed.items() if data.get(name) != value}
        made[-1] = replace(
            last,
            messages=(*(last.messages or ()), *said),
            nodes=(*(last.nodes or ()), *one.nodes),
            data={**last.data, **changed},
            ended=True if after.ended else None,
        )
        before = after
    return Walk(
        turns=tuple(made),
        start=start,
        data=data,
        at=transcript.iso(at),
        seed=begun.uuid,
        locale="" if begun.locale == bot.locale else begun.locale,
        start_url=begun.start_url,
    )


def _asked(bot: Bot, before: Interaction) -> str:
    here = before.at[-1]
    node = bot.nodes.get(here.node)
    action = node.actions[here.action] if node is not None and here.action < len(node.actions) else None
    return (action.endpoint_name() or "") if action is not None else ""


def _event(answer: WalkAnswer, now: int, token: str) -> FulfillmentReturned | FulfillmentFailed:
    if answer.failed:
        return FulfillmentFailed(now, token, answer.failed)
    return FulfillmentReturned(now, token, tuple(Given(name, data) for name, data in answer.pairs.items()))


def _differ(what: str, wanted: tuple[str, ...], found: tuple[str, ...]) -> str:
    for number, (must, has) in enumerate(zip(wanted, found, strict=False), 1):
        if must != has:
            return f"{what.capitalize()} {number} is {_shown(has)}; it must be {_shown(must)}."
    if len(found) > len(wanted):
        return f"There is a {what} too many: {_shown(found[len(wanted)])}."
    return f"A {what} is missing: {_shown(wanted[len(found)])}."


def _shown(text: str | None) -> str:
    if text is None:
        return "not set"
    return f"“{text}”" if len(text) <= SHOWN else f"“{text[:SHOWN]}…”"


def _path(nodes: tuple[str, ...]) -> str:
    return " → ".join(nodes) or "no node"

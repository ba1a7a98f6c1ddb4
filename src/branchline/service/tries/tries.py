"""Begin a try of a draft, look at it, go back in it, and keep it as a walk."""

import asyncio
import mimetypes
from collections.abc import Mapping, Sequence

import structlog
from msgspec import Struct

from branchline.actions.send_file import SendFile
from branchline.bot.checked import seen
from branchline.bot.model import Bot
from branchline.bot.parse import read_document
from branchline.errors import AuthorError, CallerError, Refusal
from branchline.interaction import transcript
from branchline.interaction.events import DataGiven, FileRef, Given, Replied, Started, TimedOut
from branchline.interaction.record import Fulfillment, Interaction, Nothing, Reply
from branchline.interaction.transcript import Entry, Trace
from branchline.service.access.sign_ins import SignedIn
from branchline.service.bots import Pinned
from branchline.service.clock import Clock
from branchline.service.converse import Converse
from branchline.service.drafts import Document, Drafts
from branchline.service.identity import hash_of, new_token, new_uuid
from branchline.service.refusals import InteractionUnknown
from branchline.service.templates import Template
from branchline.service.tries.calls import AnswerMode, Answers, Pair, Recorded, TryCalls, answers_of
from branchline.service.tries.kept import KeptTries, encode, pinned_of, record
from branchline.store.port import Store
from branchline.store.tables import Unmatched
from branchline.store.tables import tries as table
from branchline.store.tables.tries import TryRow, TurnRow
from branchline.walks.play import begun_at, recorded
from branchline.walks.walk import Walk
from branchline.walks.why import Told, told

KEPT_MS = 24 * 3_600_000
"""How long a try is kept."""
TRIES_LIMIT = 50
"""Tries of one bot that are kept; the oldest goes when another begins."""
CLEAN_EVERY_S = 600.0
PLAYED = "template."
"""Before the name of a template that is played: the name of no bot, which has no dots."""

log = structlog.get_logger()


class TryUnknown(CallerError):
    """There is no such try. Tries are kept for a day; begin another."""

    code = "try.unknown"
    status = 404


class TryRefused(AuthorError):
    """The draft cannot be tried yet: it has {errors} errors of form. Mend them, then try it again."""

    code = "try.refused"


class TryNodeUnknown(CallerError):
    """The draft has no node {node!r} to begin at."""

    code = "try.node_unknown"
    status = 422


class TryAtStart(CallerError):
    """There is nothing to go back to: the conversation has only begun."""

    code = "try.at_start"
    status = 409


class TryNothingDue(CallerError):
    """Nothing happens by itself here, however much time passes."""

    code = "try.nothing_due"
    status = 409


class Kept(Struct, frozen=True):
    """A piece of data as it is now. `changed`: in the newest turn."""

    name: str
    data: str
    label: str
    source: str
    changed: bool


class Asks(Struct, frozen=True):
    """An endpoint of the draft, and what it answered last, if it did."""

    endpoint: str
    recorded: Recorded | None = None
    recorded_at: int | None = None


class View(Struct, frozen=True):
    """A try as it stands. `at`: the node; `due_at`: when something happens by itself; `nodes` and `ways` (JSON pointers):
    what was walked so far.
    """

    uuid: str
    bot: str
    revision: int
    node: str
    created_at: int
    at: str
    awaiting: str
    ended: bool
    due_at: int | None
    data: tuple[Kept, ...]
    turns: tuple[Told, ...]
    nodes: tuple[str, ...]
    ways: tuple[str, ...]
    answers: Answers
    endpoints: tuple[Asks, ...]


class Begun(Struct, frozen=True):
    """A try that was begun. `token`: what its visitor shows the chat API."""

    uuid: str
    token: str
    revision: int


class _NewTry(Struct, frozen=True):
    """What a try is begun with. `drawn`: the bot as it starts."""

    bot: str
    revision: int
    node: str
    drawn: Bot
    items: tuple[Given, ...]
    answers: Answers


class Tries:
    """All tries."""

    def __init__(
        self, store: Store, kept: KeptTries, converse: Converse, calls: TryCalls, drafts: Drafts, clock: Clock
    ) -> None:
        self._tables = store.tables
        self._kept = kept
        self._converse = converse
        self._calls = calls
        self._drafts = drafts
        self._clock = clock

    async def run(self) -> None:
        """Forget old tries, now and then, until cancelled."""
        while True:
            try:
                await self._tables.write(*table.forgetting(self._clock() - KEPT_MS))
            except Refusal as refusal:
                log.warning("tries.not_cleaned", code=refusal.code)
            await asyncio.sleep(CLEAN_EVERY_S)

    async def begin(
        self,
        who: SignedIn,
        bot: str,
        node: str,
        items: Sequence[Given],
        answers: Answers,
        locale: str = "",
        start_url: str = "",
    ) -> Begun:
        """Begin a try of the draft as it is stored, at a node (empty: the bot's own start), with data."""
        opened = await self._drafts.open(bot)
        drawn = await readable(opened.document)
        if node and node not in drawn.nodes:
            raise TryNodeUnknown(node=node[:100], pointer="/node")
        await self._calls.check(bot, answers, frozenset(drawn.endpoints))
        begun = _NewTry(bot, opened.row.revision, node, begun_at(drawn, node or None), tuple(items), answers)
        return await self._begin(who, begun, locale, start_url)

    async def begin_template(self, who: SignedIn, template: Template) -> Begun:
        """Begin a try of a bot that nobody made yet; its endpoints answer with the template's examples."""
        drawn = await readable(template.document)
        answers = {
            endpoint: AnswerMode("typed", tuple(Pair(name, data) for name, data in pairs.items()))
            for endpoint, pairs in template.answers.items()
        }
        return await self._begin(who, _NewTry(f"{PLAYED}{template.id}", 0, "", drawn, (), answers), "", "")

    async def _begin(self, who: SignedIn, new: _NewTry, locale: str, start_url: str) -> Begun:
        now, token = self._clock(), new_token()
        its, uuid = await self._kept.reserve_id(), new_uuid(now)
        row = TryRow(
            its,
            uuid,
            hash_of(token),
            new.bot,
            new.revision,
            new.node,
            who.person.name,
            now,
            encode(new.drawn).decode(),
            encode(await self._files(new.drawn, new.bot, uuid)).decode(),
            encode(new.answers).decode(),
        )
        older = (await table.of_bot(self._tables, new.bot))[TRIES_LIMIT - 1 :]
        dropped = [statement for one in older for statement in table.dropping(one)]
        await self._tables.write(*table.forgetting(now - KEPT_MS), *dropped, table.adding(row))
        fresh = Interaction(
            id=its,
            uuid=uuid,
            bot=new.bot,
            version=-its,
            created_at=now,
            updated_at=now,
            locale=locale or new.drawn.locale,
            start_url=start_url,
        )
        await self._converse.begin(fresh, pinned_of(row), Started(now, (), new.items), token)
        return Begun(uuid, token, new.revision)

    async def view(self, uuid: str) -> View:
        """Show a try; TryUnknown."""
        row, pinned, turns = await self._read(uuid)
        explained = _explained(pinned.bot, turns)
        now = turns[-1][0]
        fresh = {change.name for change in explained[-1].data}
        known = await self._calls.recorded(row.bot)
        return View(
            uuid=row.uuid,
            bot=row.bot,
            revision=row.revision,
            node=row.node,
            created_at=row.created_at,
            at=now.at[-1].node if now.at else "",
            awaiting=_awaiting(now),
            ended=now.ended,
            due_at=now.due_at,
            data=tuple(
                Kept(name, datum.data, datum.label, datum.source, name in fresh) for name, datum in now.data.items()
            ),
            turns=explained,
            nodes=tuple(dict.fromkeys(node for one in explained for node in one.nodes)),
            ways=tuple(dict.fromkeys(move.way for one in explained for move in one.moves if move.way)),
            answers=answers_of(row.answers),
            endpoints=tuple(_asks(name, known.get(name)) for name in pinned.bot.endpoints),
        )

    async def answer(self, uuid: str, answers: Answers) -> View:
        """Say how endpoints answer from now on."""
        row = await self._row(uuid)
        await self._calls.check(row.bot, answers, frozenset(pinned_of(row).bot.endpoints))
        try:
            await self._tables.write(table.answering(row.id, encode(answers).decode()))
        except Unmatched:
            raise TryUnknown() from None
        return await self.view(uuid)

    async def back(self, uuid: str, turn: int | None = None) -> View:
        """Go back to before a turn; without a number, to before the visitor spoke last. TryAtStart."""
        row, _, turns = await self._read(uuid)
        keep = len(turns)
        if turn is None:
            moves = [index for index, (_, trace, _) in enumerate(turns) if isinstance(trace.event, Replied | TimedOut)]
            keep = moves[-1] if moves else 0
        else:
            keep = min(keep, turn - 1)
        while keep > 0 and isinstance(turns[keep - 1][0].awaiting, Fulfillment):
            keep -= 1
        if keep <= 0:
            raise TryAtStart()
        await self._tables.write(table.cutting(row.id, turns[keep - 1][0].turn + 1))
        return await self.view(uuid)

    async def let_pass(self, uuid: str) -> View:
        """Let the time pass until something happens by itself; TryNothingDue."""
        row = await self._row(uuid)
        loaded = await self._kept.load(row.uuid)
        due = loaded.interaction.due_at if loaded is not None else None
        if due is None:
            raise TryNothingDue()
        await self._converse.receive(uuid, TimedOut(due))
        return await self.view(uuid)

    async def give(self, uuid: str, items: Sequence[Given]) -> View:
        """Set data by hand."""
        await self._row(uuid)
        try:
            await self._converse.receive(uuid, DataGiven(self._clock(), tuple(items), "api"))
        except InteractionUnknown:
            raise TryUnknown() from None
        return await self.view(uuid)

    async def walk(self, uuid: str) -> tuple[str, Walk]:
        """Give a try as a walk, with the bot that it belongs to."""
        row, pinned, turns = await self._read(uuid)
        first = turns[0][0]
        begun = Interaction(
            id=first.id,
            uuid=row.uuid,
            bot=row.bot,
            version=first.version,
            created_at=first.created_at,
            locale=first.locale,
            start_url=first.start_url,
        )
        return row.bot, recorded(pinned.bot, begun, turns, row.node or None)

    async def _row(self, uuid: str) -> TryRow:
        row = await table.by_uuid(self._tables, uuid)
        if row is None:
            raise TryUnknown()
        return row

    async def _read(self, uuid: str) -> tuple[TryRow, Pinned, list[tuple[Interaction, Trace, Sequence[Entry]]]]:
        row = await self._row(uuid)
        turns = [_turn(one) for one in await table.turns(self._tables, row.id)]
        if not turns:
            raise TryUnknown()
        return row, pinned_of(row), turns

    async def _files(self, bot: Bot, name: str, uuid: str) -> Mapping[str, FileRef]:
        """Give the heads of the files that the draft sends; their ids cannot be guessed either."""
        paths = {one.path for node in bot.nodes.values() for one in node.actions if isinstance(one, SendFile)}
        if not paths:
            return {}
        known = [file for file in await self._drafts.files.all(name) if file.path in paths]
        return {
            file.path: FileRef(
                f"{uuid}.{number}.{new_token()}",
                file.path.rsplit("/", 1)[-1],
                mimetypes.guess_type(file.path)[0] or "application/octet-stream",
                file.size,
            )
            for number, file in enumerate(known)
        }


async def readable(document: Document) -> Bot:
    """Give the bot of a document that has its form, whatever else is wrong with it; TryRefused with the issues."""
    found = await asyncio.to_thread(read_document, document)
    if found.draft is None:
        issues = [seen(issue, document) for issue in found.issues]
        raise TryRefused(errors=sum(one.severity == "error" for one in issues), meta={"issues": issues})
    return found.draft


def _turn(row: TurnRow) -> tuple[Interaction, Trace, Sequence[Entry]]:
    entries = [transcript.entry(line) for line in row.entries.split("\n") if line]
    return record(row.interaction), transcript.trace(row.trace), entries


def _explained(bot: Bot, turns: Sequence[tuple[Interaction, Trace, Sequence[Entry]]]) -> tuple[Told, ...]:
    first = turns[0][0]
    before = Interaction(first.id, first.uuid, first.bot, first.version, first.created_at, locale=first.locale)
    found = []
    for after, trace, entries in turns:
        found.append(told(bot, before, after.turn, trace, entries))
        before = after
    return tuple(found)


def _awaiting(interaction: Interaction) -> str:
    match interaction.awaiting:
        case Reply():
            return "reply"
        case Fulfillment():
            return "fulfillment"
        case Nothing():
            return "nothing"


def _asks(endpoint: str, known: tuple[int, Recorded] | None) -> Asks:
    return Asks(endpoint) if known is None else Asks(endpoint, known[1], known[0])

"""The walks of a bot: kept with its draft, played on it."""

import asyncio
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from branchline.bot.checked import seen
from branchline.bot.model import Bot
from branchline.errors import AuthorError, CallerError
from branchline.service.access.sign_ins import SignedIn
from branchline.service.clock import Clock
from branchline.service.drafts import Drafts
from branchline.service.tries.tries import readable
from branchline.store.port import Store
from branchline.store.tables import Unmatched
from branchline.store.tables import tries as table
from branchline.store.tables.tries import WalkRow
from branchline.walks.file import read_walks, write_walks
from branchline.walks.play import Coverage, Played, coverage, play
from branchline.walks.walk import WALKS_LIMIT, Walk

_walk = msgspec.json.Decoder(Walk).decode


class WalkUnknown(CallerError):
    """The bot {bot!r} has no walk {name!r}."""

    code = "walk.unknown"
    status = 404


class WalkExists(CallerError):
    """The bot {bot!r} has a walk {name!r} already. Take another name, or replace it."""

    code = "walk.exists"
    status = 409


class WalksTooMany(CallerError):
    """The bot {bot!r} has {limit} walks, as many as it can have. Delete one first."""

    code = "walk.too_many"
    status = 422


class WalksRefused(AuthorError):
    """The file of walks cannot be read: {problem} Mend it, then import it again."""

    code = "walk.refused"


class Stored(Struct, frozen=True):
    """A walk as it is kept."""

    name: str
    walk: Walk
    saved_at: int
    saved_by: str


class Outcome(Struct, frozen=True):
    """What came of playing a walk. `ways`: JSON pointers into the draft."""

    name: str
    passed: bool
    problems: tuple[str, ...]
    nodes: tuple[str, ...]
    ways: tuple[str, ...]


class Ran(Struct, frozen=True):
    """What came of playing the walks of a bot on its draft of a revision."""

    revision: int
    passed: int
    failed: int
    walks: tuple[Outcome, ...]
    coverage: Coverage


class BotWalks:
    """Keeps walks and plays them."""

    def __init__(self, store: Store, drafts: Drafts, clock: Clock) -> None:
        self._tables = store.tables
        self._drafts = drafts
        self._clock = clock
        self._one = asyncio.Semaphore(1)  # playing hundreds takes a core for a while: one at a time leaves room

    async def list(self, bot: str) -> tuple[Stored, ...]:
        rows = await table.walks(self._tables, bot)
        return tuple(Stored(row.name, _walk(row.document), row.saved_at, row.saved_by) for row in rows)

    async def keep(self, who: SignedIn, bot: str, walks: Mapping[str, Walk], *, replace: bool) -> None:
        """Keep walks, all or none; WalkExists, WalksTooMany."""
        await self._drafts.open(bot)
        known = {row.name for row in await table.walks(self._tables, bot)}
        taken = [name for name in walks if name in known]
        if taken and not replace:
            raise WalkExists(bot=bot, name=taken[0], pointer="/name")
        if len(known | set(walks)) > WALKS_LIMIT:
            raise WalksTooMany(bot=bot, limit=WALKS_LIMIT)
        now, by = self._clock(), who.person.name
        made = [WalkRow(name, msgspec.json.encode(walk).decode(), now, by) for name, walk in walks.items()]
        await self._tables.write(*(table.setting_walk(bot, row) for row in made))

    async def drop(self, bot: str, name: str) -> None:
        try:
            await self._tables.write(table.dropping_walk(bot, name))
        except Unmatched:
            raise WalkUnknown(bot=bot, name=name) from None

    async def text(self, bot: str) -> bytes:
        """Give the file of walks that stands beside the bot file."""
        return write_walks(bot, {one.name: one.walk for one in await self.list(bot)}).encode()

    async def take(self, who: SignedIn, bot: str, source: bytes) -> int:
        """Keep the walks of a file, in the place of those with the same names; gives how many. WalksRefused."""
        found = await asyncio.to_thread(read_walks, source)
        if found.walks is None:
            issues = [seen(issue, None) for issue in found.issues]
            raise WalksRefused(problem=issues[0].message if issues else "it is empty.", meta={"issues": issues})
        await self.keep(who, bot, found.walks.walks, replace=True)
        return len(found.walks.walks)

    async def run(self, bot: str) -> Ran:
        """Play every walk on the draft as it is stored."""
        opened = await self._drafts.open(bot)
        drawn = await readable(opened.document)
        stored = {one.name: one.walk for one in await self.list(bot)}
        async with self._one:
            played = await asyncio.to_thread(_played, drawn, stored)
        outcomes = tuple(
            Outcome(name, one.passed, one.problems(), tuple(sorted(one.nodes)), tuple(sorted(one.ways)))
            for name, one in played.items()
        )
        passed = sum(one.passed for one in outcomes)
        return Ran(opened.row.revision, passed, len(outcomes) - passed, outcomes, coverage(drawn, played.values()))


def _played(bot: Bot, walks: Mapping[str, Walk]) -> dict[str, Played]:
    return {name: play(bot, walk) for name, walk in walks.items()}

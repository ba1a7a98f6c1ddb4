"""What becomes of drafts: made, saved, checked, published."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from branchline.bot.checked import Seen, seen
from branchline.bot.comments import rewritten
from branchline.bot.model import Bot
from branchline.bot.parse import Read, read_document
from branchline.service.access.audit import Act, Append, Audit
from branchline.service.access.sign_ins import SignedIn, Visit
from branchline.service.bots import Bots
from branchline.service.checker import Checker
from branchline.service.clock import Clock
from branchline.service.drafts.documents import (
    DOCUMENT_LIMIT,
    Document,
    begun,
    comments_lost,
    document_of,
    imported,
    shown_as,
)
from branchline.service.drafts.files import DraftFiles
from branchline.service.drafts.refusals import (
    BotExists,
    DraftConflict,
    DraftInvalid,
    DraftRefused,
    DraftUnknown,
    VersionUnknown,
)
from branchline.service.refusals import BotUnknown
from branchline.store.port import Duplicate, Store, Version
from branchline.store.tables import Statement, Unmatched, drafts
from branchline.store.tables.drafts import DraftFile, DraftRow

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Opened(Struct, frozen=True):
    """A draft with its document. `revision` 0: nothing is stored yet, it is the newest version."""

    row: DraftRow
    document: Document
    issues: tuple[Seen, ...]
    comments_lost: bool = False


class Head(Struct, frozen=True):
    """A bot in the list: its newest version, and its draft without the document."""

    bot: str
    version: Version | None
    draft: DraftRow | None


class Drafts:
    """Makes, saves, checks and publishes drafts."""

    def __init__(self, store: Store, bots: Bots, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._tables = store.tables
        self._bots = bots
        self._audit = audit
        self._clock = clock
        self._checker = Checker()
        self._one_import = asyncio.Semaphore(1)  # a large file takes a second of a core: one at a time leaves room
        self.files = DraftFiles(store, audit, clock)

    async def close(self) -> None:
        """Let go of what checks."""
        await self._checker.close()

    async def heads(self) -> list[Head]:
        """Give every bot there is, by its name for machines."""
        versions = {version.bot: version for version in await self._store.versions()}
        stored = {row.bot: row for row in await drafts.heads(self._tables)}
        return [Head(bot, versions.get(bot), stored.get(bot)) for bot in sorted({*versions, *stored})]

    async def check(self, document: Document, bot: str = "") -> tuple[Seen, ...]:
        """Give what is wrong with a document; `bot`: whose files it may send."""
        return await self._checker.check(document, await self.files.paths(bot) if bot else None)

    async def open(self, bot: str) -> Opened:
        """Give the draft, or what a new one begins as: the newest version. BotUnknown."""
        row = await drafts.draft(self._tables, bot)
        if row is None:
            version = await self._store.version(bot)
            if version is None:
                raise BotUnknown(bot=bot)
            row = await asyncio.to_thread(begun, version, 0)
        document = msgspec.json.decode(row.document)
        lost = await asyncio.to_thread(comments_lost, row.source, document)
        return Opened(row, document, await self.check(document, bot), lost)

    async def create(
        self, who: SignedIn, visit: Visit, document: Document, source: bytes | None = None, what: str = "draft.create"
    ) -> Opened:
        """Make the draft of a new bot; BotExists, DraftInvalid."""
        bot = document.get("bot")
        if not isinstance(bot, str) or not _SLUG.fullmatch(bot):
            raise DraftInvalid(problem="`bot` is its name in lower-case letters, digits and hyphens.", pointer="/bot")
        if await self._store.version(bot) is not None:
            raise BotExists(bot=bot, pointer="/bot")
        issues = await self.check(document, bot)
        row = self._row(bot, 1, document, issues, who, source)
        act = Act(row.saved_at, who.person.email, what, bot, address=visit.address)
        try:
            await self._audit.write(act, drafts.adding(row))
        except Duplicate:
            raise BotExists(bot=bot, pointer="/bot") from None
        return Opened(row, document, issues)

    async def imported(self, source: str) -> tuple[Document, bytes]:
        """Read the text of a bot file (YAML or JSON) into a document; FileRefused with every issue."""
        name = "bot.json" if source.lstrip()[:1] == "{" else "bot.yaml"
        async with self._one_import:
            return await asyncio.to_thread(imported, source.encode("utf-8", "surrogatepass"), name)

    async def free_name(self, wanted: str) -> str:
        """Give a name for a new bot that is like the wanted one and not taken."""
        base = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:50].strip("-") or "bot"
        taken = {head.bot for head in await self.heads()}
        name, number = base, 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        return name

    async def save(self, who: SignedIn, bot: str, revision: int, document: Document) -> Opened:
        """Save a draft over the revision that it was made from; DraftConflict when there is a newer one.

        The same save once more changes nothing and gives the same: its answer may have been lost on the way.
        """
        if document.get("bot") != bot:
            raise DraftInvalid(problem=f"`bot` must stay {bot!r}. Make a copy to rename it.", pointer="/document/bot")
        issues = await self.check(document, bot)
        row = self._row(bot, revision, document, issues, who)
        if revision == 0:
            version = await self._store.version(bot)
            if version is None:
                raise BotUnknown(bot=bot)
            first = replace(row, revision=1, base=version.number, source=version.source)
            try:
                await self._tables.write(drafts.adding(first))
            except Duplicate:
                return await self._saved_before(row, document, issues)
            return Opened(first, document, issues)
        try:
            await self._tables.write(drafts.saving(row))
        except Unmatched:
            return await self._saved_before(row, document, issues)
        return Opened(replace(row, revision=revision + 1), document, issues)

    async def _saved_before(self, row: DraftRow, document: Document, issues: tuple[Seen, ...]) -> Opened:
        """Give the stored draft if it is this very save; DraftConflict for any other."""
        stored = await drafts.draft(self._tables, row.bot)
        same = stored is not None and (stored.revision, stored.saved_by) == (row.revision + 1, row.saved_by)
        if stored is None or not same or stored.document != row.document:
            raise await self._conflict(row.bot) from None
        return Opened(stored, document, issues)

    async def discard(self, who: SignedIn, bot: str, visit: Visit) -> None:
        """Throw the draft away; DraftUnknown."""
        act = Act(self._clock(), who.person.email, "draft.discard", bot, address=visit.address)
        try:
            await self._audit.write(act, drafts.discarding(bot), drafts.dropping_files(bot))
        except Unmatched:
            raise DraftUnknown(bot=bot) from None

    async def publish(self, who: SignedIn, bot: str, revision: int, note: str, visit: Visit) -> int:
        """Publish the draft as it was at a revision; DraftConflict, DraftRefused."""
        row = await drafts.draft(self._tables, bot)
        if row is None:
            raise DraftUnknown(bot=bot)
        if row.revision != revision:
            raise await self._conflict(bot)
        document = msgspec.json.decode(row.document)
        files = await self.files.paths(bot)
        found = await asyncio.to_thread(read_document, document, files.__contains__)
        if found.bot is None:
            raise _refused(found, document)
        source, _ = await asyncio.to_thread(rewritten, row.source, document)

        def with_it(number: int, append: Append) -> Sequence[Statement]:
            act = self._published(who, bot, number, visit, {"note": note})
            return [drafts.published(bot, revision, number, source.encode()), append(act)]

        try:
            return await self._publish(who, found.bot, source.encode(), note, with_it)
        except Unmatched:
            raise await self._conflict(bot) from None

    async def publish_again(self, who: SignedIn, bot: str, number: int, note: str, visit: Visit) -> int:
        """Publish an earlier version as the next one; the draft stays as it is."""
        version = await self.version(bot, number)
        definition = msgspec.json.decode(version.definition, type=Bot)

        def with_it(new: int, append: Append) -> Sequence[Statement]:
            return [append(self._published(who, bot, new, visit, {"note": note, "again": number}))]

        files = await self.files.contents(bot, number)
        return await self._publish(who, definition, version.source, note, with_it, files)

    async def restore(self, who: SignedIn, bot: str, number: int, revision: int, visit: Visit) -> Opened:
        """Make the draft what a version is, over the revision that was looked at (0: there is none)."""
        version = await self.version(bot, number)
        first = await asyncio.to_thread(begun, version, revision)
        document = msgspec.json.decode(first.document)
        # what the version sends and the draft has not comes along with it
        known = await self.files.paths(bot)
        missing = {
            path: content for path, content in (await self.files.contents(bot, number)).items() if path not in known
        }
        issues = await self._checker.check(document, {*known, *missing})
        row = replace(self._row(bot, revision, document, issues, who, version.source), base=number)
        act = Act(row.saved_at, who.person.email, "draft.restore", bot, address=visit.address, details={"of": number})
        files = [
            drafts.setting_file(bot, DraftFile(path, len(content), row.saved_at, row.saved_by), content)
            for path, content in missing.items()
        ]
        try:
            await self._audit.write(act, drafts.replacing(row) if revision else drafts.adding(row), *files)
        except (Unmatched, Duplicate):
            raise await self._conflict(bot) from None
        return Opened(replace(row, revision=revision + 1), document, issues)

    async def versions(self, bot: str) -> list[tuple[Version, int]]:
        """Give the versions of a bot, newest first, each with how many interactions run on it. BotUnknown."""
        found = await self._store.versions(bot)
        if not found and await drafts.draft(self._tables, bot) is None:
            raise BotUnknown(bot=bot)
        running = await self._store.running(bot)
        return [(version, running.get(version.number, 0)) for version in found]

    async def version(self, bot: str, number: int) -> Version:
        """Give a version; VersionUnknown."""
        version = await self._store.version(bot, number) if 0 < number < 2**31 else None
        if version is None:
            raise VersionUnknown(bot=bot, number=number)
        return version

    async def whole(self, bot: str, number: int) -> tuple[Version, Document]:
        """Give a version with its document; VersionUnknown."""
        version = await self.version(bot, number)
        return version, await asyncio.to_thread(document_of, version)

    async def text(self, bot: str, number: int | None = None) -> bytes:
        """Give the bot file of a version, or of the draft, as its author would write it."""
        if number is not None:
            return (await self.version(bot, number)).source
        opened = await self.open(bot)
        return (await asyncio.to_thread(rewritten, opened.row.source, opened.document))[0].encode()

    async def _publish(
        self,
        who: SignedIn,
        bot: Bot,
        source: bytes,
        note: str,
        with_it: Any,
        contents: Mapping[str, bytes] | None = None,
    ) -> int:
        files = contents if contents is not None else await self.files.contents(bot.bot)

        async def run(append: Append) -> int:
            return await self._bots.publish(
                bot, source, note, files.__getitem__, who.person.name, lambda number: with_it(number, append)
            )

        return await self._audit.alongside(run)

    def _published(self, who: SignedIn, bot: str, number: int, visit: Visit, details: Mapping[str, Any]) -> Act:
        of = f"{bot} version {number}"
        return Act(self._clock(), who.person.email, "bot.publish", of, address=visit.address, details=details)

    def _row(
        self,
        bot: str,
        revision: int,
        document: Document,
        issues: Sequence[Seen],
        who: SignedIn,
        source: bytes | None = None,
    ) -> DraftRow:
        encoded = msgspec.json.encode(document)
        if len(encoded) > DOCUMENT_LIMIT:
            raise DraftInvalid(problem=f"it has more than {DOCUMENT_LIMIT:,} bytes.", pointer="/document")
        errors = sum(issue.severity == "error" for issue in issues)
        name, warnings = shown_as(document), len(issues) - errors
        return DraftRow(
            bot, revision, encoded.decode(), name, errors, warnings, None, self._clock(), who.person.name, source
        )

    async def _conflict(self, bot: str) -> Exception:
        row = await drafts.draft(self._tables, bot)
        if row is None:
            return DraftUnknown(bot=bot)
        meta = {"revision": row.revision, "saved_at": row.saved_at, "saved_by": row.saved_by}
        return DraftConflict(revision=row.revision, saved_by=row.saved_by, meta=meta)


def _refused(found: Read, document: Document) -> DraftRefused:
    issues = [seen(issue, document) for issue in found.issues]
    return DraftRefused(errors=sum(issue.severity == "error" for issue in issues), meta={"issues": issues})

"""Drafts: bots that are being drawn. A draft may be wrong; publishing it makes the bot's next version.

Every save names the revision that it was made from. When another save came first it is refused, and nothing is
overwritten.
"""

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from branchline.bot.comments import loses_comments, rewritten
from branchline.bot.fixes import Fix, fix
from branchline.bot.model import FORMAT, Bot
from branchline.bot.parse import Read, check_document, read, read_document
from branchline.errors import AuthorError, CallerError
from branchline.issue import Issue, Path
from branchline.service.access.audit import Act, Append, Audit
from branchline.service.access.sign_ins import SignedIn, Visit
from branchline.service.bots import Bots
from branchline.service.clock import Clock
from branchline.service.refusals import BotUnknown
from branchline.store.port import Duplicate, Store, Version
from branchline.store.tables import Statement, Unmatched, drafts
from branchline.store.tables.drafts import DraftFile, DraftRow

DOCUMENT_LIMIT = 2 * 1024 * 1024
"""Bytes of a draft as JSON."""
LOOKED_AT_LIMIT = 64 * 1024
"""Bytes of a bot file up to which a draft that is opened says exactly whether comments get lost; that takes a moment."""
FILES_LIMIT = 100 * 1024 * 1024
"""Bytes of all files of a draft; what a version has already is not counted."""
NAME_LIMIT = 200
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

Document = dict[str, Any]


class DraftConflict(CallerError):
    """{saved_by} saved this draft meanwhile; it has revision {revision} now. Look at theirs, then save yours over it or keep it as a copy."""

    code = "draft.conflict"
    status = 412


class DraftUnknown(CallerError):
    """The bot {bot!r} has no draft. Open it in the builder to begin one."""

    code = "draft.unknown"
    status = 404


class DraftInvalid(CallerError):
    """This cannot be a draft: {problem}"""

    code = "draft.invalid"
    status = 422


class DraftRefused(AuthorError):
    """The draft was not published: it has {errors} errors. Mend them, then publish again."""

    code = "draft.refused"


class FileRefused(AuthorError):
    """The file cannot be imported: {problem}. Mend it where the issues say, then import it again."""

    code = "file.refused"


class BotExists(CallerError):
    """There is a bot {bot!r} already. Take another name."""

    code = "bot.exists"
    status = 409


class VersionUnknown(CallerError):
    """The bot {bot!r} has no version {number}."""

    code = "version.unknown"
    status = 404


class FileUnknown(CallerError):
    """The draft of {bot!r} has no file {path!r}."""

    code = "file.unknown"
    status = 404


class FilePathInvalid(CallerError):
    """A file cannot be called {path!r}. Write a name, perhaps with folders before it: images/map.png."""

    code = "file.path"
    status = 422


class FilesTooMany(CallerError):
    """The files of this draft would have more than {limit} MB. Drop one first."""

    code = "file.too_many"
    status = 422


class Seen(Struct, frozen=True):
    """An issue as the builder shows it. `pointer` (RFC 6901) leads into the document; `line` and `column` only for text."""

    code: str
    severity: str
    pointer: str
    message: str
    line: int | None = None
    column: int | None = None
    fix: Fix | None = None


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
        self._one_check = asyncio.Semaphore(1)  # a large bot takes half a second of a core: one at a time leaves room

    async def heads(self) -> list[Head]:
        """Give every bot there is, by its name for machines."""
        versions = {version.bot: version for version in await self._store.versions()}
        stored = {row.bot: row for row in await drafts.heads(self._tables)}
        return [Head(bot, versions.get(bot), stored.get(bot)) for bot in sorted({*versions, *stored})]

    async def check(self, document: Document, bot: str = "") -> tuple[Seen, ...]:
        """Give what is wrong with a document; `bot`: whose files it may send."""
        return await self._check(document, await self._files(bot) if bot else None)

    async def _check(self, document: Document, files: Collection[str] | None) -> tuple[Seen, ...]:
        async with self._one_check:
            return await asyncio.to_thread(_checked, document, files)

    async def open(self, bot: str) -> Opened:
        """Give the draft, or what a new one begins as: the newest version. BotUnknown."""
        row = await drafts.draft(self._tables, bot)
        if row is None:
            version = await self._store.version(bot)
            if version is None:
                raise BotUnknown(bot=bot)
            row = await asyncio.to_thread(_of_version, version, 0)
        document = msgspec.json.decode(row.document)
        lost = await asyncio.to_thread(_comments_lost, row.source, document)
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
        async with self._one_check:
            return await asyncio.to_thread(_imported, source.encode("utf-8", "surrogatepass"), name)

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
            begun = replace(row, revision=1, base=version.number, source=version.source)
            try:
                await self._tables.write(drafts.adding(begun))
            except Duplicate:
                return await self._saved_before(row, document, issues)
            return Opened(begun, document, issues)
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
        files = await self._files(bot)
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

        files = await self._contents(bot, number)
        return await self._publish(who, definition, version.source, note, with_it, files)

    async def restore(self, who: SignedIn, bot: str, number: int, revision: int, visit: Visit) -> Opened:
        """Make the draft what a version is, over the revision that was looked at (0: there is none)."""
        version = await self.version(bot, number)
        begun = await asyncio.to_thread(_of_version, version, revision)
        document = msgspec.json.decode(begun.document)
        # what the version sends and the draft has not comes along with it
        known = await self._files(bot)
        missing = {path: content for path, content in (await self._contents(bot, number)).items() if path not in known}
        issues = await self._check(document, {*known, *missing})
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

    async def files(self, bot: str) -> list[DraftFile]:
        """Give the files that the draft may send, by path: its own, and those of the newest version."""
        version = await self._store.version(bot)
        found: dict[str, DraftFile] = {}
        for file in await self._store.version_files(bot, version.number) if version else ():
            if file.path:
                found[file.path] = DraftFile(file.path, file.size, file.created_at, "")
        found |= {own.path: own for own in await drafts.files(self._tables, bot)}
        return [found[path] for path in sorted(found)]

    async def file(self, bot: str, path: str) -> bytes:
        """Give the content of a file that the draft may send; FileUnknown."""
        own = await drafts.file(self._tables, bot, path)
        if own is None:
            own = (await self._contents(bot)).get(path)
        if own is None:
            raise FileUnknown(bot=bot, path=path)
        return own

    async def put_file(self, who: SignedIn, bot: str, path: str, content: bytes, visit: Visit) -> DraftFile:
        """Keep a file that the draft may send; FilePathInvalid, FilesTooMany."""
        parts = path.split("/")
        wrong = not path.isprintable() or "\\" in path or ":" in path
        if wrong or any(part.strip() in {"", ".", ".."} for part in parts):
            raise FilePathInvalid(path=path[:100])
        if await drafts.draft(self._tables, bot) is None and await self._store.version(bot) is None:
            raise BotUnknown(bot=bot)
        others = [file for file in await drafts.files(self._tables, bot) if file.path != path]
        if sum(file.size for file in others) + len(content) > FILES_LIMIT:
            raise FilesTooMany(limit=FILES_LIMIT // 1024 // 1024)
        file = DraftFile(path, len(content), self._clock(), who.person.name)
        act = Act(file.saved_at, who.person.email, "file.put", bot, address=visit.address, details={"path": path})
        await self._audit.write(act, drafts.setting_file(bot, file, content))
        return file

    async def drop_file(self, who: SignedIn, bot: str, path: str, visit: Visit) -> None:
        """Drop a file of the draft; one of the newest version stays. FileUnknown."""
        act = Act(self._clock(), who.person.email, "file.drop", bot, address=visit.address, details={"path": path})
        try:
            await self._audit.write(act, drafts.dropping_file(bot, path))
        except Unmatched:
            raise FileUnknown(bot=bot, path=path) from None

    async def _publish(
        self,
        who: SignedIn,
        bot: Bot,
        source: bytes,
        note: str,
        with_it: Any,
        contents: Mapping[str, bytes] | None = None,
    ) -> int:
        files = contents if contents is not None else await self._contents(bot.bot)

        async def run(append: Append) -> int:
            return await self._bots.publish(
                bot, source, note, files.__getitem__, who.person.name, lambda number: with_it(number, append)
            )

        return await self._audit.alongside(run)

    def _published(self, who: SignedIn, bot: str, number: int, visit: Visit, details: Mapping[str, Any]) -> Act:
        of = f"{bot} version {number}"
        return Act(self._clock(), who.person.email, "bot.publish", of, address=visit.address, details=details)

    async def _files(self, bot: str) -> Collection[str]:
        """Give the files that a draft may send: its own, and those of the newest version."""
        return frozenset(file.path for file in await self.files(bot))

    async def _contents(self, bot: str, number: int | None = None) -> dict[str, bytes]:
        """Give the files of a version; without a number all that the draft may send."""
        version = await self._store.version(bot, number)
        found: dict[str, bytes] = {}
        for file in await self._store.version_files(bot, version.number) if version else ():
            whole = await self._store.file(file.id)
            if whole is not None and file.path:
                found[file.path] = whole.content
        if number is None:
            for own in await drafts.files(self._tables, bot):
                found[own.path] = await drafts.file(self._tables, bot, own.path) or b""
        return found

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


def _imported(source: bytes, name: str) -> tuple[Document, bytes]:
    found = read(source, name)
    if not isinstance(found.document, dict) or not isinstance(found.document.get("nodes"), dict):
        issues = [seen(issue, None) for issue in found.issues]
        raise FileRefused(
            problem=issues[0].message.rstrip(".") if issues else "it holds no bot", meta={"issues": issues}
        )
    return found.document, source


def started(bot: str, name: str) -> Document:
    """Give the document of a new, almost empty bot."""
    hello = {"do": "send_message", "text": "Hello! How can I help you?"}
    nodes = {"welcome": {"label": "Welcome", "actions": [hello], "exit": {"do": "end"}}}
    return {"branchline": FORMAT, "bot": bot, "name": name, "start": "welcome", "nodes": nodes}


def shown_as(document: Document) -> str:
    """Give the name for people of a document, or its name for machines."""
    name = document.get("name")
    shown = name if isinstance(name, str) and name.strip() else str(document.get("bot", ""))
    return shown.replace("\x00", "")[:NAME_LIMIT]


def seen(issue: Issue, document: Any) -> Seen:
    return Seen(
        issue.code,
        issue.severity,
        pointer(issue.path),
        issue.message,
        issue.line,
        issue.column,
        fix(issue, document) if document is not None else None,
    )


def pointer(path: Path) -> str:
    """Write a path as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _checked(document: Document, files: Collection[str] | None) -> tuple[Seen, ...]:
    issues = check_document(document, None if files is None else files.__contains__)
    return tuple(seen(issue, document) for issue in issues)


def _refused(found: Read, document: Document) -> DraftRefused:
    issues = [seen(issue, document) for issue in found.issues]
    return DraftRefused(errors=sum(issue.severity == "error" for issue in issues), meta={"issues": issues})


def document_of(version: Version) -> Document:
    """Give the document of a version: as its author wrote it, unless something else was published than the file says."""
    found = read(version.source)
    if found.bot is not None and msgspec.json.encode(found.bot) == version.definition:
        return dict(found.document)
    return dict(msgspec.json.decode(version.definition))


def _comments_lost(source: bytes | None, document: Document) -> bool:
    if source is None or b"#" not in source:
        return False
    return loses_comments(source) if len(source) > LOOKED_AT_LIMIT else rewritten(source, document)[1]


def _of_version(version: Version, revision: int) -> DraftRow:
    """Give the draft that a version begins as."""
    document = document_of(version)
    name = shown_as(document)
    text = msgspec.json.encode(document).decode()
    return DraftRow(
        version.bot,
        revision,
        text,
        name,
        0,
        0,
        version.number,
        version.published_at,
        version.published_by,
        version.source,
    )

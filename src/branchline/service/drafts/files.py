"""The files that a draft may send: its own, and those of the newest version."""

from collections.abc import Collection

from branchline.service.access.audit import Act, Audit
from branchline.service.access.sign_ins import SignedIn, Visit
from branchline.service.clock import Clock
from branchline.service.drafts.refusals import FilePathInvalid, FilesTooMany, FileUnknown
from branchline.service.refusals import BotUnknown
from branchline.store.port import Store
from branchline.store.tables import Unmatched, drafts
from branchline.store.tables.drafts import DraftFile

FILES_LIMIT = 100 * 1024 * 1024
"""Bytes of all files of a draft; what a version has already is not counted."""


class DraftFiles:
    """Keeps, gives and drops them."""

    def __init__(self, store: Store, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._tables = store.tables
        self._audit = audit
        self._clock = clock

    async def all(self, bot: str) -> list[DraftFile]:
        """Give the files that the draft may send, by path: its own, and those of the newest version."""
        version = await self._store.version(bot)
        found: dict[str, DraftFile] = {}
        for file in await self._store.version_files(bot, version.number) if version else ():
            if file.path:
                found[file.path] = DraftFile(file.path, file.size, file.created_at, "")
        found |= {own.path: own for own in await drafts.files(self._tables, bot)}
        return [found[path] for path in sorted(found)]

    async def one(self, bot: str, path: str) -> bytes:
        """Give the content of a file that the draft may send; FileUnknown."""
        own = await drafts.file(self._tables, bot, path)
        if own is None:
            own = (await self.contents(bot)).get(path)
        if own is None:
            raise FileUnknown(bot=bot, path=path)
        return own

    async def put(self, who: SignedIn, bot: str, path: str, content: bytes, visit: Visit) -> DraftFile:
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

    async def drop(self, who: SignedIn, bot: str, path: str, visit: Visit) -> None:
        """Drop a file of the draft; one of the newest version stays. FileUnknown."""
        act = Act(self._clock(), who.person.email, "file.drop", bot, address=visit.address, details={"path": path})
        try:
            await self._audit.write(act, drafts.dropping_file(bot, path))
        except Unmatched:
            raise FileUnknown(bot=bot, path=path) from None

    async def paths(self, bot: str) -> Collection[str]:
        """Give the files that a draft may send: its own, and those of the newest version."""
        return frozenset(file.path for file in await self.all(bot))

    async def contents(self, bot: str, number: int | None = None) -> dict[str, bytes]:
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

"""Published bots: immutable versions, read from a cache; publishing the next one."""

import mimetypes
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec
from msgspec import Struct

from branchline.actions.send_file import SendFile
from branchline.bot.model import Bot
from branchline.interaction.events import FileRef
from branchline.service.clock import Clock
from branchline.service.identity import new_token
from branchline.service.refusals import BotUnknown
from branchline.store.port import Alongside, Store, StoredFile, nothing_alongside

CACHED_VERSIONS = 64
NEWEST_FOR_MS = 1_000
"""How long this process may go on starting interactions on the version before the newest."""

_decode = msgspec.json.Decoder(Bot).decode


class Pinned(Struct, frozen=True):
    """A version as the engine runs it."""

    bot: Bot
    number: int
    files: Mapping[str, FileRef]


class Versions(Protocol):
    """Gives the bot that an interaction runs on."""

    async def pinned(self, bot: str, number: int) -> Pinned: ...

    async def newest(self, bot: str) -> Pinned: ...


class Bots:
    """The versions of all bots."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cache: OrderedDict[tuple[str, int], Pinned] = OrderedDict()
        self._newest: dict[str, tuple[int, Pinned]] = {}

    async def pinned(self, bot: str, number: int) -> Pinned:
        """Give a version; BotUnknown when it was never published."""
        pinned = self._cache.get((bot, number))
        return pinned if pinned is not None else await self._load(bot, number)

    async def newest(self, bot: str) -> Pinned:
        """Give the version that new interactions run on."""
        known = self._newest.get(bot)
        now = self._clock()
        if known is not None and known[0] <= now < known[0] + NEWEST_FOR_MS:
            return known[1]
        pinned = await self._load(bot, None)
        self._newest[bot] = (now, pinned)
        return pinned

    async def publish(
        self,
        bot: Bot,
        source: bytes,
        note: str,
        read_file: Callable[[str], bytes],
        by: str = "",
        alongside: Alongside = nothing_alongside,
    ) -> int:
        """Publish a checked bot as its next version; `read_file` gives the content of a file that it sends.

        `by`: the person's name. `alongside`: see `Store.publish`.
        """
        now = self._clock()
        files = [_stored(path, read_file(path), now, bot.bot) for path in sorted(_paths(bot))]
        number = await self._store.publish(bot.bot, msgspec.json.encode(bot), source, now, note, files, by, alongside)
        self._newest.pop(bot.bot, None)
        return number

    async def _load(self, bot: str, number: int | None) -> Pinned:
        version = await self._store.version(bot, number)
        if version is None:
            raise BotUnknown(bot=bot)
        key = (bot, version.number)
        pinned = self._cache.get(key)
        if pinned is None:
            stored = await self._store.version_files(bot, version.number)
            files = {file.path: FileRef(file.id, file.name, file.media_type, file.size) for file in stored if file.path}
            pinned = Pinned(_decode(version.definition), version.number, files)
            self._cache[key] = pinned
            while len(self._cache) > CACHED_VERSIONS:
                self._cache.popitem(last=False)
        else:
            self._cache.move_to_end(key)
        return pinned


def _paths(bot: Bot) -> set[str]:
    return {action.path for node in bot.nodes.values() for action in node.actions if isinstance(action, SendFile)}


def _stored(path: str, content: bytes, now: int, bot: str) -> StoredFile:
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    name = path.rsplit("/", 1)[-1]
    return StoredFile(new_token(), name, media_type, len(content), content, now, bot=bot, path=path)

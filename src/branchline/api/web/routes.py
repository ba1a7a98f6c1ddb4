"""The routes for browsers. Nothing here knows a visitor: no token, no cookie, the same answer for everybody."""

import re
from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from branchline.api.http import Headers, MethodWrong, Receive, RouteUnknown, Scope, Send, answer, header
from branchline.api.origin import check_origin
from branchline.api.web.assets import BUILT, HOW_TO_BUILD, Asset, give, read_assets
from branchline.api.web.page import asked_locale, page, page_headers
from branchline.errors import HostError
from branchline.service.bots import Bots, Pinned
from branchline.service.clock import Clock
from branchline.service.seen import Seen
from branchline.service.widget import about, origins

FILES = "/w/"
PAGE = "/chat/"
LOADER = "/api/ecs/v1/loader/"
"""Where pages written for the other vendor find their loader; the last part is the bot or an alias, with `.js` after it."""
PREFIXES = (FILES, PAGE, LOADER)

_ABOUT = re.compile(r"/api/chat/v1/bots/([^/]+)")
_encode = msgspec.json.Encoder().encode


class ChatNotBuilt(HostError):
    """The chat for browsers is not built in this installation. {how}"""

    code = "chat.not_built"


class Web:
    """ASGI application for what browsers load."""

    def __init__(
        self,
        bots: Bots,
        clock: Clock,
        aliases: Mapping[str, str],
        seen: Seen,
        assets: dict[str, Asset] | None = None,
    ) -> None:
        self._bots = bots
        self._clock = clock
        self._aliases = aliases
        self._seen = seen
        self._assets = read_assets() if assets is None else assets

    @staticmethod
    def owns(scope: Scope) -> bool:
        """Say whether a request is for this room; all else below `/api/chat/` is the chat API's."""
        path: str = scope["path"]
        return path.startswith(PREFIXES) or (scope["method"] in {"GET", "HEAD"} and _ABOUT.fullmatch(path) is not None)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if scope["method"] not in {"GET", "HEAD"}:
            raise MethodWrong(path=path, allowed="GET", method=scope["method"])
        if path.startswith(FILES):
            await self._file(scope, send, path[len(FILES) :])
        elif path.startswith(LOADER):
            await self._file(scope, send, "compat.js")
        elif path.startswith(PAGE):
            await self._page(scope, send, path[len(PAGE) :])
        else:
            await self._about(scope, send, path.rsplit("/", 1)[-1])

    async def _file(self, scope: Scope, send: Send, name: str) -> None:
        asset = self._assets.get(name)
        if asset is None:
            raise RouteUnknown(path=scope["path"])
        await give(asset, scope, send)

    async def _page(self, scope: Scope, send: Send, bot: str) -> None:
        if bot.endswith("/"):  # the page's own addresses are relative to the one without
            there = b"../" + quote(bot.strip("/"), safe="").encode() + b"?" + scope["query_string"]
            await answer(send, 307, b"", more=[(b"location", there)])
            return
        if BUILT.name not in self._assets:
            raise ChatNotBuilt(how=HOW_TO_BUILD)
        pinned = await self._named(bot)
        given = about(pinned.bot, self._clock())
        body = page(given, asked_locale(scope))
        await answer(send, 200, body, b"text/html; charset=utf-8", page_headers(origins(pinned.bot)))

    async def _about(self, scope: Scope, send: Send, bot: str) -> None:
        pinned = await self._named(bot)
        check_origin(scope, pinned.bot)
        self._seen.note(pinned.bot.bot, header(scope, b"origin").decode("latin-1"), self._clock())
        aliases = tuple(alias for alias, name in self._aliases.items() if name == pinned.bot.bot)
        cors: Headers = [(b"access-control-allow-origin", b"*")]
        await answer(send, 200, _encode(about(pinned.bot, self._clock(), aliases)), more=cors)

    async def _named(self, name: str) -> Pinned:
        """Give the newest version of a bot, by its name or by an alias."""
        return await self._bots.newest(self._aliases.get(name, name))

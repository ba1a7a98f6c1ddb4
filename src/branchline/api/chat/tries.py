"""The chat API of tries: `/try/<uuid>/api/chat/v1/…` is what `/api/chat/v1/…` is for visitors, on a draft."""

import re

import msgspec

from branchline.api.chat.routes import CORS, Chat
from branchline.api.http import Receive, RouteUnknown, Scope, Send, answer
from branchline.service.clock import Clock
from branchline.service.tries.kept import KeptTries
from branchline.service.widget import about

PREFIX = "/try/"
_PATH = re.compile(r"/try/([0-9a-f-]{36})(/api/chat/v1/.*)")
_ABOUT = re.compile(r"/api/chat/v1/bots/[^/]+")
_encode = msgspec.json.Encoder().encode


class TryChat:
    """ASGI application for everything below `/try/`. Tries begin in the admin API; here they go on."""

    def __init__(self, kept: KeptTries, chat: Chat, clock: Clock) -> None:
        self._kept = kept
        self._chat = chat
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _PATH.fullmatch(scope["path"])
        if found is None:
            raise RouteUnknown(path=scope["path"])
        uuid, path = found.groups()
        if _ABOUT.fullmatch(path) and scope["method"] == "GET":
            pinned = await self._kept.of_uuid(uuid)
            if pinned is None:
                raise RouteUnknown(path=scope["path"])
            await answer(send, 200, _encode(about(pinned.bot, self._clock())), more=CORS)
            return
        await self._chat({**scope, "path": path}, receive, send)

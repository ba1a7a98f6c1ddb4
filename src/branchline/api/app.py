"""The ASGI application: which part of the path belongs to whom."""

from collections.abc import Awaitable, Callable

from branchline.api.chat import Chat
from branchline.api.chat.routes import CORS
from branchline.api.chat.routes import PREFIX as CHAT
from branchline.api.core import Core
from branchline.api.core.routes import PREFIX as CORE
from branchline.api.http import Receive, RouteUnknown, Scope, Send
from branchline.api.problems import Problems

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class App:
    """Routes by prefix. `opened` and `closing` run when the server starts and stops (ASGI lifespan)."""

    def __init__(
        self,
        chat: Chat,
        core: Core,
        opened: Callable[[], Awaitable[None]],
        closing: Callable[[], Awaitable[None]],
    ) -> None:
        self._chat = Problems(chat, CORS)
        self._core = Problems(core)
        self._rest = Problems(_nothing)
        self._opened = opened
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            if path.startswith(CHAT):
                await self._chat(scope, receive, send)
            elif path.startswith(CORE):
                await self._core(scope, receive, send)
            else:
                await self._rest(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._opened()
                except Exception as problem:
                    await send({"type": "lifespan.startup.failed", "message": str(problem)})
                    raise
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._closing()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _nothing(scope: Scope, _receive: Receive, _send: Send) -> None:
    raise RouteUnknown(path=scope["path"])

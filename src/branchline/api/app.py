"""The ASGI application: which part of the path belongs to whom."""

from collections.abc import Awaitable, Callable, Sequence

from branchline.api.http import Headers, Receive, RouteUnknown, Scope, Send
from branchline.api.problems import Problems, Shown

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Owns = Callable[[Scope], bool]


class Room:
    """A part of the interface: the requests it owns, and the application that answers them. `more`: headers that every
    refusal carries too; `shown`: how a person sees one.
    """

    def __init__(self, owns: Owns, app: Asgi, more: Headers | None = None, shown: Shown | None = None) -> None:
        self.owns = owns
        self.app = Problems(app, more, shown)


def below(*prefixes: str) -> Owns:
    """Own every path that begins so."""

    def owns(scope: Scope) -> bool:
        path: str = scope["path"]
        return path.startswith(prefixes)

    return owns


class App:
    """Asks the rooms in their order. `opened` and `closing` run when the server starts and stops (ASGI lifespan);
    `shown`: how a person sees that there is nothing at an address.
    """

    def __init__(
        self,
        rooms: Sequence[Room],
        opened: Callable[[], Awaitable[None]],
        closing: Callable[[], Awaitable[None]],
        shown: Shown | None = None,
    ) -> None:
        self._rooms = tuple((room.owns, room.app) for room in rooms)
        self._rest = Problems(_nothing, shown=shown)
        self._opened = opened
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for owns, app in self._rooms:
                if owns(scope):
                    await app(scope, receive, send)
                    return
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

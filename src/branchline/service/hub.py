"""Who is listening to which interaction in this process. What it carries are hints: losing one loses nothing,
since every listener can read the store again from the last entry it saw."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from branchline.interaction.record import Interaction

LISTENER_LIMIT = 256
"""Turns a listener may lag behind before it is told to read the store again."""


class News(Struct, frozen=True):
    """A turn that was saved: the interaction after it, and its entries, one JSON object each."""

    interaction: Interaction
    first_entry: int
    lines: tuple[str, ...]


class Hub:
    """Passes on what was saved."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()
        """The server is asked to stop: who listens for as long as a visitor likes lets go, and will ask again."""
        self._listeners: dict[str, list[asyncio.Queue[News]]] = {}

    @contextmanager
    def listen(self, uuid: str) -> Iterator[asyncio.Queue[News]]:
        queue: asyncio.Queue[News] = asyncio.Queue(LISTENER_LIMIT)
        self._listeners.setdefault(uuid, []).append(queue)
        try:
            yield queue
        finally:
            mine = self._listeners[uuid]
            mine.remove(queue)
            if not mine:
                del self._listeners[uuid]

    def tell(self, uuid: str, news: News) -> None:
        for queue in self._listeners.get(uuid, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(news)

"""Who is listening to which interaction in this process. What it carries are hints: losing one loses nothing,
since every listener can read the store again from the last entry it saw."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from branchline.interaction.record import Interaction

LISTENER_LIMIT = 256
"""Turns a listener may lag behind before it is told to read the store again."""


class News(Struct, frozen=True):
    """A turn that was saved, or several: the interaction after it, and the entries, one JSON object each."""

    interaction: Interaction
    first_entry: int
    lines: tuple[str, ...]


class _Listener:
    """`turn` and `entries`: how far it was told."""

    __slots__ = ("entries", "queue", "turn")

    def __init__(self, interaction: Interaction, entries: int) -> None:
        self.queue: asyncio.Queue[News | None] = asyncio.Queue(LISTENER_LIMIT)
        self.turn = interaction.turn
        self.entries = entries

    def tell(self, news: News) -> None:
        self.turn = news.interaction.turn
        self.entries = news.interaction.entries
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(news)


class Hub:
    """Passes on what was saved."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()
        """The server is asked to stop: who listens for as long as a visitor likes lets go, and will ask again."""
        self.behind: Callable[[str], None] = lambda uuid: None
        """Called when another process wrote what listeners here were not told: see `service.follow`."""
        self._listeners: dict[str, list[_Listener]] = {}
        self._watchers: list[Callable[[str], None]] = []
        self._apart: list[Hub] = []

    def apart(self) -> "Hub":
        """Give a hub for other interactions that stops with this one."""
        other = Hub()
        other.stopped = self.stopped
        self._apart.append(other)
        return other

    @contextmanager
    def listen(self, interaction: Interaction, entries: int | None = None) -> Iterator["asyncio.Queue[News | None]"]:
        """Hear of what follows on an interaction as it was read; None: wait no longer. `entries`: the last entry that is
        known, if not all are.
        """
        uuid = interaction.uuid
        listener = _Listener(interaction, interaction.entries if entries is None else entries)
        self._listeners.setdefault(uuid, []).append(listener)
        try:
            yield listener.queue
        finally:
            mine = self._listeners[uuid]
            mine.remove(listener)
            if not mine:
                del self._listeners[uuid]

    @contextmanager
    def watch(self, told: Callable[[str], None]) -> Iterator[None]:
        """Have `told` called with the uuid of every interaction that moves on, in whichever process."""
        self._watchers.append(told)
        try:
            yield
        finally:
            self._watchers.remove(told)

    def stir(self, uuid: str) -> None:
        """Tell those who watch all interactions that one moved on."""
        for told in self._watchers:
            told(uuid)

    def tell(self, uuid: str, news: News) -> None:
        """Pass on a turn. A listener who lacks entries before it hears of it with them, later."""
        if self._watchers:
            self.stir(uuid)
        for listener in self._listeners.get(uuid, ()):
            if news.interaction.turn <= listener.turn:
                continue
            if news.first_entry > listener.entries + 1:
                self.behind(uuid)
            else:
                listener.tell(news)

    def let_go(self) -> None:
        """Let nobody wait any longer: the server stops."""
        for other in self._apart:
            other.let_go()
        for listeners in self._listeners.values():
            for listener in listeners:
                if not listener.queue.full():
                    listener.queue.put_nowait(None)

    def known(self, uuid: str) -> tuple[int, int] | None:
        """Give the turn and the entry that every listener was told; None when nobody listens."""
        listeners = self._listeners.get(uuid)
        if not listeners:
            return None
        return min(one.turn for one in listeners), min(one.entries for one in listeners)

    def turns(self) -> dict[str, int]:
        """Give every interaction that somebody listens to, with the turn that all of them were told."""
        return {uuid: min(one.turn for one in listeners) for uuid, listeners in self._listeners.items()}

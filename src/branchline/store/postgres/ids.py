"""Interaction ids: a sequence in the database, from which each process takes a block at a time."""

from collections.abc import Awaitable, Callable

BLOCK = 64
"""Ids of one block: what the sequence `interaction_ids` grows by."""


class Ids:
    """Gives ids that grow within a process and are given once in all of them."""

    def __init__(self, take: Callable[[], Awaitable[int]]) -> None:
        self._take = take
        self._next = self._end = 0

    async def next(self) -> int:
        while self._next == self._end:
            first = await self._take()
            if self._next == self._end:  # another task may have taken a block meanwhile; then this one is a gap
                self._next, self._end = first, first + BLOCK
        number = self._next
        self._next += 1
        return number

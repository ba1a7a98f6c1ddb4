"""Interaction ids: a sequence in the database, from which each process takes a block at a time."""

import asyncio
from collections.abc import Awaitable, Callable

BLOCK = 64
"""Ids of one block: what the sequence `interaction_ids` grows by."""


class Ids:
    """Gives ids that grow within a process and are given once in all of them."""

    def __init__(self, take: Callable[[], Awaitable[int]]) -> None:
        self._take = take
        self._taking = asyncio.Lock()
        self._next = self._end = 0

    async def next(self) -> int:
        if self._next == self._end:
            async with self._taking:
                if self._next == self._end:  # whoever waited finds the block of the one before
                    self._next = await self._take()
                    self._end = self._next + BLOCK
        number = self._next
        self._next += 1
        return number

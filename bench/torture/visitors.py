"""Visitors who write down what was acknowledged, and say a thing again when they have not heard that it was."""

import asyncio
import math
import random
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import aiohttp
from msgspec import Struct, field

from bench.torture.bots import NAME

PATIENCE_S = 60.0
"""An interaction that has not gone on so long after the last kill is stuck. While servers are killed every second, whoever
takes a dead one's call over is likely to be killed too, so that a visitor may have bad luck again and again.
"""
AGAIN_S = 0.1
LOOK_S = 0.5
"""How often a visitor looks whether the bot has gone on: all of them together must leave the servers time for it."""
THINK_S = 0.1
_UNHEARD = (aiohttp.ClientError, TimeoutError, OSError)


class Kept(Struct):
    """What one visitor knows of one interaction: the messages that were acknowledged by id, the entries by number."""

    uuid: str
    token: str
    said: dict[str, str] = field(default_factory=dict)
    seen: dict[int, str] = field(default_factory=dict)
    ended: bool = False
    problem: str = ""

    def note(self, entries: Sequence[dict[str, Any]]) -> None:
        for entry in entries:
            text = str(entry.get("text", entry["kind"]))
            before = self.seen.setdefault(entry["number"], text)
            if before != text:
                self.problem = f"entry {entry['number']} was {before!r} and is {text!r}"


class Crowd:
    """Visitors who talk until told to stop. `addresses` gives the servers that may be there."""

    def __init__(self, addresses: Callable[[], Sequence[str]], seed: int) -> None:
        self._addresses = addresses
        self._chance = random.Random(seed)
        self._stopping = False
        self._patience_ends = math.inf
        self.kept: list[Kept] = []
        self.unheard = 0
        self.longest_s = 0.0
        """The longest that a visitor waited for the bot to go on."""

    async def talk(self, visitors: int) -> None:
        """Talk with so many at once; comes back when each has finished its conversation after `stop`."""
        timeout = aiohttp.ClientTimeout(total=8)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as http:
            await asyncio.gather(*(self._visitor(http) for _ in range(visitors)))

    def stop(self) -> None:
        """Begin no conversation any more: there are no more kills."""
        self._stopping = True
        self._patience_ends = time.monotonic() + PATIENCE_S

    async def _visitor(self, http: aiohttp.ClientSession) -> None:
        while not self._stopping:
            kept = await self._begin(http)
            if kept is None:
                return
            self.kept.append(kept)
            for text in ("first", "second"):
                await asyncio.sleep(self._chance.uniform(0, THINK_S))
                if not await self._say(http, kept, f"{text}-{uuid4().hex[:8]}"):
                    break

    async def _begin(self, http: aiohttp.ClientSession) -> Kept | None:
        while not self._stopping:
            answer = await self._post(http, f"/api/chat/v1/bots/{NAME}/interactions", {}, "")
            if answer is not None:
                kept = Kept(answer["interaction"]["uuid"], answer["interaction"]["token"])
                kept.note(answer["entries"])
                return kept
            await asyncio.sleep(AGAIN_S)
        return None

    async def _say(self, http: aiohttp.ClientSession, kept: Kept, text: str) -> bool:
        """Say something until it is acknowledged, then wait until the bot rests; False when it never does."""
        began = time.monotonic()
        path = f"/api/chat/v1/interactions/{kept.uuid}"
        said = {"id": uuid4().hex, "text": text}
        answer = None
        while answer is None:
            if time.monotonic() > self._patience_ends:
                kept.problem = f"{text!r} was never acknowledged"
                return False
            answer = await self._post(http, path + "/messages?wait=1", said, kept.token)
            if answer is None:
                await asyncio.sleep(AGAIN_S)
        kept.said[said["id"]] = text
        kept.note(answer["entries"])
        while answer is None or answer["awaiting"]["kind"] == "fulfillment":
            if time.monotonic() > self._patience_ends:
                kept.problem = f"the bot has not gone on after {text!r}"
                return False
            await asyncio.sleep(LOOK_S)
            answer = await self._get(http, path + "/entries?after=0", kept.token)
            if answer is not None:
                kept.note(answer["entries"])
        self.longest_s = max(self.longest_s, time.monotonic() - began)
        kept.ended = answer["awaiting"]["kind"] == "nothing"
        return not kept.ended

    async def _post(self, http: aiohttp.ClientSession, path: str, body: object, token: str) -> dict[str, Any] | None:
        try:
            async with http.post(self._where(path), json=body, headers=_bearer(token)) as response:
                return await self._heard(response)
        except _UNHEARD:
            self.unheard += 1
            return None

    async def _get(self, http: aiohttp.ClientSession, path: str, token: str) -> dict[str, Any] | None:
        try:
            async with http.get(self._where(path), headers=_bearer(token)) as response:
                return await self._heard(response)
        except _UNHEARD:
            return None

    def _where(self, path: str) -> str:
        return self._chance.choice(self._addresses()) + path

    async def _heard(self, response: aiohttp.ClientResponse) -> dict[str, Any] | None:
        if response.status in {200, 201}:
            heard: dict[str, Any] = await response.json()
            return heard
        if response.status in {429, 503}:
            return None
        raise AssertionError(f"{response.status}: {await response.text()}")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}

"""The visitor's side of a conversation in the terminal, over the chat API like any visitor's program."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp

from branchline.errors import CallerError, HostError

HELP = (
    "A number chooses a suggestion. /data shows what the bot knows, /file PATH sends a file, "
    "/restart starts again, /quit leaves."
)
ENDINGS = {
    "bot": "The bot ended the conversation.",
    "inactivity": "The conversation ended, since nothing was said for a while.",
    "failure": "The conversation ended: the bot cannot go on.",
}
WAIT_S = 60
"""How long one answer may take: more than the longest deadline of an endpoint."""
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Between attempts to reach a server that does not answer: long enough for one that is being restarted."""
NO_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=90)


class ServerAway(HostError):
    """No Branchline server answers at {server}. Start one with `branchline serve` or `branchline demo`, or talk to a bot file."""

    code = "server.away"


class Refused(CallerError):
    """{detail}"""

    code = "talk.refused"


class Talk:
    """One conversation."""

    def __init__(self, server: str, bot: str, api_key: str) -> None:
        from branchline.cli.terminal import Terminal  # noqa: PLC0415 what draws in a terminal is no part of a server

        self._server = server.rstrip("/")
        self._bot = bot
        self._api_key = api_key
        self._terminal = Terminal()
        self._uuid = ""
        self._token = ""
        self._seen = 0
        self._awaiting: dict[str, Any] = {}
        self._over = asyncio.Event()
        self._order = asyncio.Lock()
        """Entries come over two streams; they are shown one after the other."""

    async def run(self) -> None:
        async with aiohttp.ClientSession(trust_env=False) as http:
            self._http = http
            await self._start(HELP)
            try:
                while await self._once():
                    pass
            finally:
                self._listening.cancel()
                await asyncio.gather(self._listening, return_exceptions=True)

    async def _once(self) -> bool:
        """Ask for a line and do what it says; False when the conversation is over."""
        if self._over.is_set():
            return False
        self._offer()
        line = await self._line()
        if line is None or line == "/quit":
            await self._leave()
            if not self._over.is_set():
                self._terminal.note("You left the conversation.")
            return False
        word, _, rest = line.partition(" ")
        match word:
            case "/data":
                await self._show_data()
            case "/restart":
                await self._leave()
                await self._start()
            case "/file":
                await self._send_file(rest.strip())
            case "/help":
                self._terminal.note(HELP)
            case _ if word.startswith("/") and not line.startswith("//"):
                self._terminal.note(f"There is no {word} here. {HELP} //text sends /text.", "yellow")
            case _ if line.strip():
                await self._send(line.strip().removeprefix("/") if line.startswith("//") else line.strip())
        return True

    def _offer(self) -> None:
        buttons = [suggestion["label"] for suggestion in self._awaiting.get("suggestions", [])]
        self._terminal.choices(buttons, self._awaiting.get("input", {}).get("kind", ""))

    async def _line(self) -> str | None:
        """Ask for a line while the bot may go on by itself; None when it ended the conversation or the input ended."""
        line = asyncio.ensure_future(self._terminal.line())
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({line, over, self._listening}, return_when=asyncio.FIRST_COMPLETED)
            while not line.done() and not over.done():  # the stream broke; the next message finds out more
                await asyncio.wait({line, over}, return_when=asyncio.FIRST_COMPLETED)
            return line.result() if line.done() else None
        finally:
            line.cancel()
            over.cancel()

    async def _start(self, note: str = "Once more from the start.") -> None:
        url = f"{self._server}/api/chat/v1/bots/{quote(self._bot, safe='')}/interactions"
        try:
            async with self._http.post(url, json={}) as response:
                answer = await _read(response)
        except aiohttp.ClientError:
            raise ServerAway(server=self._server) from None
        self._uuid, self._token = answer["interaction"]["uuid"], answer["interaction"]["token"]
        self._seen = 0
        self._over.clear()
        self._terminal.note(note)
        await self._take(answer)
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        """Show what the bot says by itself, such as after a time without a reply."""
        while not self._over.is_set():
            url = f"{self._url('events')}?after={self._seen}"
            with suppress(aiohttp.ClientError, Refused):
                async with self._http.get(url, headers=self._headers(), timeout=NO_TIMEOUT) as response:
                    if response.status != 200:
                        return
                    await self._follow(response)
            await asyncio.sleep(PAUSES_S[0])

    async def _leave(self) -> None:
        self._listening.cancel()
        with suppress(aiohttp.ClientError):
            async with self._http.post(self._url("end"), json={}, headers=self._headers()) as response:
                await response.read()

    async def _send(self, line: str) -> None:
        body = {"id": str(uuid4()), "text": line}
        suggestions = self._awaiting.get("suggestions", [])
        chosen = next((one for one in suggestions if one["label"] == line), None)
        if chosen is None and line.isdigit() and 1 <= int(line) <= len(suggestions) and not self._wants("number"):
            chosen = suggestions[int(line) - 1]
        if chosen is not None and not self._wants("several_of"):
            body = {"id": body["id"], "suggestion": chosen["value"]}

        async def post() -> None:
            headers = {**self._headers(), "Accept": "text/event-stream"}
            url = f"{self._url('messages')}?wait={WAIT_S}"
            async with self._http.post(url, json=body, headers=headers, timeout=NO_TIMEOUT) as response:
                if response.status != 200:
                    await _read(response)
                await self._follow(response)

        await self._until_told(post)

    async def _send_file(self, name: str) -> None:
        path = Path(name)
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as problem:
            self._terminal.note(f"Cannot read {path}: {problem.strerror}. Write /file PATH.", "yellow")
            return
        headers = {
            **self._headers(),
            "Content-Type": guess_type(path.name)[0] or "application/octet-stream",
            "X-File-Name": quote(path.name),
            "X-Message-Id": str(uuid4()),
        }

        async def post() -> None:
            async with self._http.post(self._url("files"), data=content, headers=headers) as response:
                await self._take(await _read(response))

        await self._until_told(post)

    async def _until_told(self, post: Callable[[], Awaitable[None]]) -> None:
        """Post until there is an answer and the bot rests. The message keeps its id, so that it counts once."""
        pauses = iter(PAUSES_S)
        with self._terminal.waiting(""):
            while True:
                try:
                    await post()
                except Refused as refused:
                    self._terminal.note(str(refused), "red")
                    return
                except (aiohttp.ClientError, TimeoutError):
                    pause = next(pauses, None)
                    if pause is None:
                        raise ServerAway(server=self._server) from None
                    if pause == PAUSES_S[0]:
                        self._terminal.note("The server does not answer. Trying again …", "yellow")
                    await asyncio.sleep(pause)
                else:
                    if self._awaiting.get("kind") != "fulfillment":
                        return

    async def _follow(self, response: aiohttp.ClientResponse) -> None:
        async for event, data in _events(response):
            await self._take({"entries": [data]} if event == "entry" else {"awaiting": data})

    async def _take(self, state: dict[str, Any]) -> None:
        """Show the entries that are new, and keep what is awaited."""
        async with self._order:
            for entry in state.get("entries", ()):
                if entry["number"] > self._seen:
                    self._seen = entry["number"]
                    await self._show(entry)
            before, self._awaiting = self._awaiting, state.get("awaiting", self._awaiting)
            if self._terminal.is_asking and self._awaiting != before:
                self._offer()

    async def _show(self, entry: dict[str, Any]) -> None:
        match entry["kind"]:
            case "message" if entry["sender"] != "customer":
                await self._terminal.message(entry["text"], entry.get("typing_ms", 0))
            case "file" if entry["sender"] != "customer":
                address = f"{self._server}/api/chat/v1/files/{entry['id']}"
                self._terminal.note(f"{entry['name']} ({entry['size']:,} bytes): {address}", "bold")
            case "ended":
                self._over.set()
                self._terminal.note(ENDINGS.get(entry["by"], "The conversation is over."))

    async def _show_data(self) -> None:
        if not self._api_key:
            self._terminal.note("Give --api-key to see data: `branchline api-key create NAME` makes one.", "yellow")
            return
        url = f"{self._server}/api/core/v1/interactions/{self._uuid}"
        try:
            async with self._http.get(url, headers={"Authorization": f"Bearer {self._api_key}"}) as response:
                meta = (await _read(response))["meta"]
        except (Refused, aiohttp.ClientError) as problem:
            self._terminal.note(str(problem), "red")
            return
        if meta["data"]:
            self._terminal.data(meta["data"])
        self._terminal.note(f"{'' if meta['data'] else 'No data yet. '}Node {meta['node']}, version {meta['version']}.")

    def _wants(self, kind: str) -> bool:
        return bool(self._awaiting.get("input", {}).get("kind") == kind)

    def _url(self, what: str) -> str:
        return f"{self._server}/api/chat/v1/interactions/{self._uuid}/{what}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


async def _read(response: aiohttp.ClientResponse) -> Any:
    body = await response.read()
    try:
        answer = json.loads(body)
        if response.status >= 400:
            raise Refused(detail=answer["errors"][0]["detail"])
    except (ValueError, KeyError, IndexError, TypeError):
        raise Refused(
            detail=f"The server answered {response.status}, and not as Branchline does. Check --server."
        ) from None
    return answer


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Read server-sent events: each has a type and JSON data."""
    event = ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            event = line[7:]
        elif line.startswith("data: "):
            yield event, json.loads(line[6:])

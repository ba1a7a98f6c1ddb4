"""`talk`: a conversation in the terminal, over the chat API like any visitor's program."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import aiohttp
import typer
from msgspec.structs import replace
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from branchline.bot.report import render
from branchline.bot.source import SIZE_LIMIT
from branchline.cli.app import SettingsFile, app, read_settings, run_async
from branchline.cli.bots import BotRefused, attached, read_file, read_limited
from branchline.cli.serve import address_of, listen, make_server
from branchline.errors import CallerError, HostError
from branchline.main import Parts, build
from branchline.settings import Settings

HELP = "/data shows the interaction's data, /restart starts again, /quit leaves. A number chooses a suggestion."

console = Console(highlight=False)


class ServerAway(HostError):
    """No Branchline server answers at {server}. Start one with `branchline serve` or `branchline demo`, or talk to a bot file."""

    code = "server.away"


class Refused(CallerError):
    """{detail}"""

    code = "talk.refused"


@app.command()
def talk(
    bot: Annotated[str, typer.Argument(metavar="FILE|BOT", help="A bot file, or the name of a published bot.")],
    server: Annotated[str | None, typer.Option(help="The server's address, for a published bot.")] = None,
    api_key: Annotated[str, typer.Option(envvar="BRANCHLINE_API_KEY", help="For /data on a published bot.")] = "",
    settings_file: SettingsFile = None,
) -> None:
    """Talk to a bot: to a file as it is now, in memory, or to a published bot on a running server."""
    settings = read_settings(settings_file)
    if Path(bot).suffix in {".yaml", ".yml", ".json"} or Path(bot).is_file():
        run_async(talk_to_file(Path(bot), settings))
    else:
        run_async(Talk(server or f"http://{settings.host}:{settings.port}", bot, api_key).run())


async def talk_to_file(file: Path, settings: Settings) -> None:
    """Run a server in memory for this one conversation, and talk to it over its socket."""
    found = read_file(file)
    if found.bot is None:
        print(render(found.issues, str(file), "text"), file=sys.stderr)
        raise BotRefused(file=file, errors=sum(issue.severity == "error" for issue in found.issues))
    listener = listen(replace(settings, port=0))
    address = address_of(replace(settings, public_url=""), listener)
    parts: Parts = build(replace(settings, database="memory:"), "", lambda: address)
    server = make_server(parts)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    source = read_limited(file, SIZE_LIMIT)
    await parts.bots.publish(found.bot, source, "", lambda path: attached(file, path))
    _, key = await parts.keys.create("talk")
    try:
        await Talk(address, found.bot.bot, key).run()
    finally:
        server.should_exit = True
        await serving


class Talk:
    """One conversation."""

    def __init__(self, server: str, bot: str, api_key: str) -> None:
        self._server = server.rstrip("/")
        self._bot = bot
        self._api_key = api_key
        self._uuid = ""
        self._token = ""
        self._seen = 0
        self._awaiting: dict[str, Any] = {}

    async def run(self) -> None:
        console.print(f"[dim]{HELP}[/dim]")
        async with aiohttp.ClientSession(trust_env=False) as http:
            await self._start(http)
            while self._awaiting.get("kind") != "nothing":
                line = await self._ask()
                if line is None or line == "/quit":
                    await self._post(http, "end", {})
                    break
                if line == "/data":
                    await self._show_data(http)
                elif line == "/restart":
                    await self._post(http, "end", {})
                    await self._start(http)
                elif line.strip():
                    await self._send(http, line.strip())
        console.print("[dim]The conversation is over.[/dim]")

    async def _start(self, http: aiohttp.ClientSession) -> None:
        url = f"{self._server}/api/chat/v1/bots/{self._bot}/interactions"
        try:
            async with http.post(url, json={}) as response:
                answer = await _read(response)
        except aiohttp.ClientConnectionError:
            raise ServerAway(server=self._server) from None
        self._uuid, self._token = answer["interaction"]["uuid"], answer["interaction"]["token"]
        self._seen = 0
        for entry in answer["entries"]:
            self._show(entry)
        self._awaiting = answer["awaiting"]

    async def _post(self, http: aiohttp.ClientSession, what: str, body: dict[str, Any]) -> None:
        async with http.post(self._url(what), json=body, headers=self._headers()) as response:
            await response.read()

    async def _send(self, http: aiohttp.ClientSession, line: str) -> None:
        body: dict[str, Any] = {"id": str(uuid4()), "text": line}
        suggestions = self._awaiting.get("suggestions", [])
        if line.isdigit() and 1 <= int(line) <= len(suggestions):
            body = {"id": body["id"], "suggestion": suggestions[int(line) - 1]["value"]}
        headers = {**self._headers(), "Accept": "text/event-stream"}
        with console.status("") as waiting:
            async with http.post(self._url("messages"), json=body, headers=headers) as response:
                if response.status != 200:
                    try:
                        await _read(response)
                    except Refused as refused:
                        console.print(f"[red]{refused}[/red]")
                        return
                async for event, data in _events(response):
                    if event == "entry":
                        self._show(data)
                    else:
                        self._awaiting = data
                        waiting.update("asking ..." if data["kind"] == "fulfillment" else "")

    async def _show_data(self, http: aiohttp.ClientSession) -> None:
        if not self._api_key:
            console.print("[yellow]Give --api-key to see data: `branchline api-key create NAME` makes one.[/yellow]")
            return
        url = f"{self._server}/api/core/v1/interactions/{self._uuid}?include=interactionData"
        async with http.get(url, headers={"Authorization": f"Bearer {self._api_key}"}) as response:
            answer = await _read(response)
        table = Table("name", "data")
        for name, data in answer["meta"]["data"].items():
            table.add_row(name, data)
        console.print(table if answer["meta"]["data"] else "[dim]There is no data yet.[/dim]")
        console.print(f"[dim]node {answer['meta']['node']}, version {answer['meta']['version']}[/dim]")

    async def _ask(self) -> str | None:
        for number, suggestion in enumerate(self._awaiting.get("suggestions", []), 1):
            console.print(f"  [cyan]{number}[/cyan] {suggestion['label']}", markup=True)
        try:
            return await asyncio.to_thread(input, "> ")
        except EOFError:
            return None

    def _show(self, entry: dict[str, Any]) -> None:
        if entry["number"] <= self._seen:
            return
        self._seen = entry["number"]
        match entry["kind"]:
            case "message" if entry["sender"] != "customer":
                console.print(Markdown(entry["text"]))
            case "file" if entry["sender"] != "customer":
                address = f"{self._server}/api/chat/v1/files/{entry['id']}"
                console.print(f"{entry['name']} ({entry['size']} bytes): {address}", markup=False)

    def _url(self, what: str) -> str:
        return f"{self._server}/api/chat/v1/interactions/{self._uuid}/{what}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


async def _read(response: aiohttp.ClientResponse) -> Any:
    body = await response.read()
    if response.status >= 400:
        try:
            raise Refused(detail=json.loads(body)["errors"][0]["detail"])
        except (ValueError, KeyError, IndexError):
            raise Refused(detail=f"The server answered {response.status}.") from None
    return json.loads(body)


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Read server-sent events: each has a type and JSON data."""
    event = ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            event = line[7:]
        elif line.startswith("data: "):
            yield event, json.loads(line[6:])

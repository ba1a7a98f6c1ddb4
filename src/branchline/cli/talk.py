"""`talk`: a conversation in the terminal with a bot file, or with a published bot on a running server."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from branchline.bot.report import render
from branchline.bot.source import SIZE_LIMIT
from branchline.cli.app import SettingsFile, app, read_settings, run_async
from branchline.cli.bots import BotRefused, attached, read_file, read_limited
from branchline.cli.conversation import Talk
from branchline.cli.serve import address_of, listen, make_server
from branchline.main import Parts, build
from branchline.settings import Settings


@app.command()
def talk(
    bot: Annotated[str, typer.Argument(metavar="FILE|BOT", help="A bot file, or the name of a published bot.")],
    server: Annotated[str | None, typer.Option(help="The server's address, for a published bot.")] = None,
    api_key: Annotated[str, typer.Option(envvar="BRANCHLINE_API_KEY", help="For /data on a published bot.")] = "",
    settings_file: SettingsFile = None,
) -> None:
    """Talk to a bot: to a file as it is now, in memory, or to a published bot on a running server."""
    settings = read_settings(settings_file)
    if "/" in bot or Path(bot).suffix in {".yaml", ".yml", ".json"} or Path(bot).is_file():
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
    talking = asyncio.create_task(Talk(address, found.bot.bot, key).run())
    # Ctrl C is for the conversation; the server around it, which takes signals too, ends with it.
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, talking.cancel)
    try:
        await talking
    except asyncio.CancelledError:
        raise typer.Exit(130) from None
    finally:
        server.should_exit = True
        await serving

"""`install-snippet`: what a company puts on its site."""

import sys
from typing import Annotated

import msgspec
import typer

from branchline.bot.model import Bot
from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, with_store
from branchline.service.bots import Bots
from branchline.service.clock import system_clock
from branchline.service.snippet import NONCE, Snippet
from branchline.service.snippet import snippet as make_snippet
from branchline.settings import Settings
from branchline.store.port import Store


@app.command("install-snippet")
def install_snippet(
    bot: Annotated[str, typer.Argument(help="The bot.")],
    nonce: Annotated[bool, typer.Option("--nonce", help="For a site whose policy allows scripts by nonce.")] = False,
    inline: Annotated[
        bool, typer.Option("--inline", help="In the page's flow, as an element, instead of floating over it.")
    ] = False,
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Print what puts a bot on a website: the tag, what the site's content security policy must allow, data of the page."""
    settings = read_settings(settings_file, database=database)

    async def use(store: Store) -> Bot:
        return (await Bots(store, system_clock).newest(bot)).bot

    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    made = make_snippet(with_store(settings, use), address, nonce=nonce, inline=inline)
    warnings = _warnings(settings)
    if json:
        say_json({**msgspec.to_builtins(made), "warnings": warnings})
        return
    _print(made)
    for warning in warnings:
        print(f"\nWarning: {warning}", file=sys.stderr)


def _warnings(settings: Settings) -> list[str]:
    if not settings.public_url:
        return [
            f"`public_url` is not set, so the snippet leads to http://{settings.host}:{settings.port}: the address of these "
            "settings, where visitors cannot come, and not that of a server that was started with another --port. Set it to "
            "the address that people use (BRANCHLINE_PUBLIC_URL), and run this again."
        ]
    if settings.public_url.startswith("http://"):
        return [f"{settings.public_url} has no TLS: browsers load nothing from there into a page with https."]
    return []


def _print(made: Snippet) -> None:
    say("Put this on every page that should have the chat, before </body>:\n")
    say(_indented(made.html))
    say(
        "\nIf the site has a content security policy, add what it lacks of the line that fits. Styles, fonts and frames"
    )
    say("need nothing. Images and files that the chat shows are img-src.\n")
    for kind, policy in made.policies.items():
        say(f"  {kind}:\n    {policy}")
    say("\n  With Trusted Types, scripts by nonce need strict-dynamic.")
    if "nonce" in made.html:
        say(f"\n{NONCE} stands for the value that your server makes anew for every page.")
    say(
        "\nWhat the page knows can be given before the chat is there (a site that allows scripts by host puts the calls"
    )
    say("into a file of its own):\n")
    say(_indented(made.data))
    say("\nWhat visitors must not be able to change, your server signs:\n")
    say(_indented(made.signed_data))
    say("\nThen check:\n")
    for one in made.check:
        say(f"  - {one}")


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())

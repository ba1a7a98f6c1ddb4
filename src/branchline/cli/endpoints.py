"""`endpoint list|reset`: endpoints that are left alone because they failed too often."""

from typing import Annotated

import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, with_store
from branchline.fulfillment.breaker import Breaker, is_open
from branchline.interaction.transcript import iso
from branchline.service.breakers import EndpointNotOpen, stored
from branchline.service.breakers import reset as reset_breaker
from branchline.store.port import Store

endpoint = typer.Typer(no_args_is_help=True, help="Endpoints that are left alone because they failed too often.")
app.add_typer(endpoint, name="endpoint")


@endpoint.command("list")
def list_(database: Database = None, settings_file: SettingsFile = None, json: Json = False) -> None:
    """List the endpoints whose circuit breaker is open, and until when."""

    async def use(store: Store) -> dict[str, Breaker]:
        return await stored(store)

    found = with_store(read_settings(settings_file, database=database), use)
    opened = {name: state for name, state in sorted(found.items()) if is_open(state)}
    if json:
        say_json([{"endpoint": name, "failures": s.failures, "until": iso(s.until)} for name, s in opened.items()])
    elif not opened:
        say("No endpoint is left alone: every circuit breaker is closed.")
    else:
        for name, state in opened.items():
            say(f"{name}  failed {state.failures} times in a row  next try after {iso(state.until)}")


@endpoint.command()
def reset(
    endpoint: Annotated[str, typer.Argument(metavar="BOT/ENDPOINT", help="As `endpoint list` shows it.")],
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Ask an endpoint again at once. A running server notices within seconds."""

    async def use(store: Store) -> bool:
        return await reset_breaker(store, endpoint)

    if not with_store(read_settings(settings_file, database=database), use):
        raise EndpointNotOpen(endpoint=endpoint)
    say(f"{endpoint} is asked again.")

"""`api-key create|list|revoke`: keys of the core API."""

from typing import Annotated

import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, with_store
from branchline.interaction.transcript import iso, iso_or_none
from branchline.service.access.audit import Act, Audit
from branchline.service.access.people import COMMAND_LINE
from branchline.service.clock import system_clock
from branchline.service.keys import EVERY, SCOPES, Keys
from branchline.store.port import Store
from branchline.store.tables.keys import KeyRow

api_key = typer.Typer(no_args_is_help=True, help="Keys for the core API.")
app.add_typer(api_key, name="api-key")


@api_key.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[
        list[str] | None, typer.Option(help=f"What it may do: {', '.join(SCOPES)}; everything if not given.")
    ] = None,
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Make a key. It is shown this once and kept as a hash only."""

    async def use(store: Store) -> tuple[KeyRow, str]:
        made = Keys(store, system_clock).make(name, scope or (EVERY,))
        details = {"name": name, "scopes": made.row.scopes.split()}
        act = Act(made.row.created_at, COMMAND_LINE, "api_key.create", made.row.id, details=details)
        await Audit(store).write(act, made.statement)
        return made.row, made.text

    key, text = with_store(read_settings(settings_file, database=database), use, make=True)
    if json:
        say_json({"id": key.id, "name": key.name, "scopes": key.scopes.split(), "key": text})
    else:
        say(text)


@api_key.command("list")
def list_(database: Database = None, settings_file: SettingsFile = None, json: Json = False) -> None:
    """List the keys; the keys themselves are not kept."""

    async def use(store: Store) -> list[KeyRow]:
        return await Keys(store, system_clock).all()

    keys = with_store(read_settings(settings_file, database=database), use)
    if json:
        say_json(
            [
                {
                    "id": k.id,
                    "name": k.name,
                    "scopes": k.scopes.split(),
                    "created_at": iso(k.created_at),
                    "revoked_at": iso_or_none(k.revoked_at),
                }
                for k in keys
            ]
        )
        return
    if not keys:
        say("There are no API keys. Make one with `branchline api-key create NAME`.")
    for k in keys:
        state = f"revoked {iso(k.revoked_at)}" if k.revoked_at is not None else "active"
        say(f"{k.id}  {iso(k.created_at)}  {state}  {k.scopes}  {k.name}")


@api_key.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The key's id, from `list`.")],
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Make a key stop working, at once."""

    async def use(store: Store) -> KeyRow:
        key = await Keys(store, system_clock).revoke(key_id)
        await Audit(store).write(
            Act(system_clock(), COMMAND_LINE, "api_key.revoke", key.id, details={"name": key.name})
        )
        return key

    with_store(read_settings(settings_file, database=database), use)
    say(f"{key_id} is revoked.")

"""`secret set|list|remove`: secrets that endpoints need, sealed in the database."""

import getpass
import sys
from typing import Annotated

import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, secret_key, with_store
from branchline.service.access.audit import Act, Audit
from branchline.service.access.people import COMMAND_LINE
from branchline.service.clock import system_clock
from branchline.service.secrets import SecretEmpty, Secrets, SecretUnknown
from branchline.store.port import Store

secret = typer.Typer(
    no_args_is_help=True, help="Secrets for endpoints: `{{ secret.name }}` in headers, and signing secrets."
)
app.add_typer(secret, name="secret")


@secret.command("set")
def set_(
    name: Annotated[str, typer.Argument(help="The secret's name.")],
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Set a secret. The value is asked for, or read from standard input, so that it stays out of the shell's history."""
    settings = read_settings(settings_file, database=database)
    value = getpass.getpass(f"Value of {name}: ") if sys.stdin.isatty() else sys.stdin.read().rstrip("\n")
    if not value:
        raise SecretEmpty(name=name)
    key = secret_key(settings)

    async def use(store: Store) -> None:
        await Secrets(store, key).set(name, value)
        await Audit(store).write(Act(system_clock(), COMMAND_LINE, "secret.set", name))

    with_store(settings, use, make=True)
    say(f"{name} is set.")


@secret.command("list")
def list_(database: Database = None, settings_file: SettingsFile = None, json: Json = False) -> None:
    """List the names of the secrets; their values are never shown."""

    async def use(store: Store) -> list[str]:
        return sorted(await store.secrets())

    names = with_store(read_settings(settings_file, database=database), use)
    if json:
        say_json(names)
    else:
        say("\n".join(names) or "There are no secrets. Set one with `branchline secret set NAME`.")


@secret.command()
def remove(
    name: Annotated[str, typer.Argument(help="The secret's name.")],
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Remove a secret."""

    async def use(store: Store) -> bool:
        removed = await store.remove_secret(name)
        if removed:
            await Audit(store).write(Act(system_clock(), COMMAND_LINE, "secret.remove", name))
        return removed

    if not with_store(read_settings(settings_file, database=database), use):
        raise SecretUnknown(name=name)
    say(f"{name} is removed.")

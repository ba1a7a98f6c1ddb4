"""`set-up-code`, `person add|list|reset-password`, `audit verify`: access without a browser."""

import getpass
import sys
from typing import Annotated

import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, with_store
from branchline.errors import CallerError
from branchline.interaction.transcript import iso
from branchline.service.access.audit import Audit, Verified
from branchline.service.access.passwords import Passwords
from branchline.service.access.people import COMMAND_LINE, People
from branchline.service.access.permissions import Role
from branchline.service.access.sign_ins import SignIns, Visit
from branchline.service.clock import system_clock
from branchline.settings import Settings
from branchline.store.port import Store
from branchline.store.tables.people import PersonRow

person = typer.Typer(no_args_is_help=True, help="People who sign in to the console.")
app.add_typer(person, name="person")
audit = typer.Typer(no_args_is_help=True, help="The audit log.")
app.add_typer(audit, name="audit")


class AuditBroken(CallerError):
    """The audit log was changed: at entry {number}, {problem}. What stands before it is as it was written."""

    code = "audit.broken"
    status = 409


def people_of(store: Store, settings: Settings) -> People:
    log, passwords = Audit(store), Passwords()
    idle_ms, longest_ms = settings.sign_in_idle_minutes * 60_000, settings.sign_in_days * 86_400_000
    return People(
        store, log, passwords, SignIns(store, log, passwords, system_clock, idle_ms, longest_ms), system_clock
    )


@app.command("set-up-code")
def set_up_code(database: Database = None, settings_file: SettingsFile = None) -> None:
    """Make a new code for the first set-up in the browser; the one before works no more. Only while nobody is there."""
    settings = read_settings(settings_file, database=database)

    async def use(store: Store) -> str:
        return await people_of(store, settings).new_code(alone=True)

    say(with_store(settings, use, make=True))


@person.command()
def add(
    email: Annotated[str, typer.Argument(help="The e-mail address to sign in with.")],
    name: Annotated[str, typer.Option(help="The name that others see; the address if not given.")] = "",
    role: Annotated[Role, typer.Option(help="What the person may do.")] = "admin",
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Add a person. The password is asked for, or read from standard input, so that it stays out of the shell's history."""
    settings = read_settings(settings_file, database=database)
    password = _password(f"Password of {email}: ")

    async def use(store: Store) -> PersonRow:
        people = people_of(store, settings)
        return await people.add(name or email, email, role, password, COMMAND_LINE, Visit())

    row = with_store(settings, use, make=True)
    say(f"{row.email} can sign in ({row.role}).")


@person.command("list")
def list_(database: Database = None, settings_file: SettingsFile = None, json: Json = False) -> None:
    """List everybody who can sign in."""
    settings = read_settings(settings_file, database=database)

    async def use(store: Store) -> list[PersonRow]:
        return await people_of(store, settings).all()

    rows = with_store(settings, use)
    if json:
        say_json([{"email": r.email, "name": r.name, "role": r.role, "created_at": iso(r.created_at)} for r in rows])
        return
    if not rows:
        say("Nobody is there yet. Start the server and set it up in the browser, or use `branchline person add`.")
    for r in rows:
        say(f"{r.email}  {r.role}  {iso(r.created_at)}  {r.name}")


@person.command("reset-password")
def reset_password(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Set a new password for somebody who is locked out; all their sign-ins end."""
    settings = read_settings(settings_file, database=database)
    password = _password(f"New password of {email}: ")

    async def use(store: Store) -> PersonRow:
        people = people_of(store, settings)
        row = await people.of_email(email)
        await people.set_password(row, password, COMMAND_LINE, Visit())
        return row

    say(f"{with_store(settings, use).email} has a new password; all sign-ins with the old one have ended.")


@audit.command()
def verify(database: Database = None, settings_file: SettingsFile = None, json: Json = False) -> None:
    """Check that no entry of the audit log was changed, moved or left out. Keep the hash it prints in another place: with
    it you can tell later whether entries were cut off at the end."""
    settings = read_settings(settings_file, database=database)

    async def use(store: Store) -> Verified:
        return await Audit(store).verify()

    found = with_store(settings, use)
    if json:
        say_json({"entries": found.entries, "hash": found.hash, "wrong": found.wrong, "problem": found.problem})
    elif found.wrong is None:
        say(f"{found.entries} entries, unbroken. Newest hash: {found.hash or 'none'}")
    if found.wrong is not None and json:
        raise typer.Exit(1)
    if found.wrong is not None:
        raise AuditBroken(number=found.wrong, problem=found.problem)


def _password(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

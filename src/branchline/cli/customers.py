"""`customer export|erase`: everything that is kept about one customer."""

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, with_store
from branchline.errors import CallerError
from branchline.interaction.record import Interaction
from branchline.interaction.transcript import iso
from branchline.service.access.audit import Act, Audit
from branchline.service.access.people import COMMAND_LINE
from branchline.service.asking import Asker
from branchline.service.bots import Bots
from branchline.service.clock import system_clock
from branchline.service.converse import Converse
from branchline.service.customers import Customers, Erased
from branchline.service.hub import Hub
from branchline.settings import Settings
from branchline.store.port import Store
from branchline.store.tables.marks import BACKUP, marks

customer = typer.Typer(no_args_is_help=True, help="Everything that is kept about one customer.")
app.add_typer(customer, name="customer")

Data = Annotated[
    list[str] | None,
    typer.Option("--data", metavar="NAME=VALUE", help="Interactions that hold this data; several: all of them."),
]
Uuids = Annotated[list[str] | None, typer.Option("--interaction", metavar="UUID", help="This interaction too.")]

T = TypeVar("T")
Audited = Callable[[str, list[str]], Awaitable[None]]
"""Notes in the audit log what was done with which interactions."""


class CustomerDataInvalid(CallerError):
    """{text!r} is not a piece of data. Write NAME=VALUE, such as email=mira@shop.example."""

    code = "customer.data_invalid"
    status = 422


class CustomerUnknown(CallerError):
    """No interaction holds that. Data is compared exactly, as it is kept; look in another field, or name interactions with --interaction."""

    code = "customer.unknown"
    status = 404


@customer.command()
def export(
    data: Data = None,
    interaction: Uuids = None,
    output: Annotated[Path | None, typer.Option(help="Write here, readable by you alone, instead of printing.")] = None,
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Print everything that is kept about a customer as JSON: interactions, turns, files, and who was sent it."""
    settings = read_settings(settings_file, database=database)

    async def use(customers: Customers, found: list[Interaction], audited: Audited) -> bytes:
        made = [await customers.export(one) for one in found]
        await audited("interactions.export", [one.uuid for one in found])
        return msgspec.json.format(msgspec.json.encode({"interactions": made}), indent=2)

    text = _with_found(settings, data, interaction, use)
    if output is None:
        sys.stdout.buffer.write(text + b"\n")
        return
    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text + b"\n")
    say(f"Written to {output}.")


@customer.command()
def erase(
    data: Data = None,
    interaction: Uuids = None,
    end: Annotated[bool, typer.Option("--end", help="End conversations that go on; else they are left.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Erase what a customer's interactions hold, for good; their counts and times stay. Exit code 1 when some go on."""
    settings = read_settings(settings_file, database=database)

    async def use(customers: Customers, found: list[Interaction], audited: Audited) -> list[Erased]:
        if not yes:
            for one in found:
                print(_line(one), file=sys.stderr)
            typer.confirm(f"Erase {len(found)} of them, for good?", abort=True, err=True)
        done = [await customers.erase(one, end=end) for one in found]
        await audited("interaction.erase", [one.uuid for one in done if one.outcome == "erased"])
        return done

    async def last_backup(store: Store) -> int | None:
        await store.compact()
        return (await marks(store.tables)).get(BACKUP)

    done = _with_found(settings, data, interaction, use)
    backup = with_store(settings, last_backup)
    if json:
        say_json(msgspec.to_builtins(done))
    else:
        for one in done:
            say(_outcome(one))
        say("Not reached: copies of the database that were made before" + (f" (the last one {iso(backup)})" if backup else "") + ", the log, and whoever was sent the data.")  # fmt: skip
    if any(one.outcome == "active" for one in done):
        raise typer.Exit(1)


def _with_found(
    settings: Settings,
    data: list[str] | None,
    uuids: list[str] | None,
    use: Callable[[Customers, list[Interaction], Audited], Awaitable[T]],
) -> T:
    pairs = [_pair(text) for text in data or ()]

    async def run(store: Store) -> T:
        bots = Bots(store, system_clock)
        converse = Converse(store, bots, Hub(), Asker(store, lambda: "customer", lambda: settings.public_url))
        customers = Customers(store, bots, converse, system_clock, settings.public_url)
        found = await customers.find(pairs, [uuid.lower() for uuid in uuids or ()])
        if not found:
            raise CustomerUnknown()

        async def audited(what: str, uuids: list[str]) -> None:
            for uuid in uuids:
                await Audit(store).write(Act(system_clock(), COMMAND_LINE, what, uuid))

        return await use(customers, found, audited)

    return with_store(settings, run)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise CustomerDataInvalid(text=text)
    return name, value


def _line(one: Interaction) -> str:
    state = "goes on" if not one.ended else "erased before" if one.cleaned_at is not None else "over"
    return f"{one.uuid}  {one.bot}  {iso(one.created_at)}  {state}"


def _outcome(one: Erased) -> str:
    match one.outcome:
        case "erased_before":
            return f"{one.uuid}  was erased before."
        case "active":
            return f"{one.uuid}  goes on and was left as it is. Give --end to end it first."
    taken = one.taken
    counts = f"{taken.turns} turns, {taken.data} data, {taken.files} files, {taken.calls} calls" if taken else ""
    told = ", ".join(f"{name} ({count} times)" for name, count in one.told.items())
    return f"{one.uuid}  erased: {counts}." + (f" It had been sent to {told}." if told else "")

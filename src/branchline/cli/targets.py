"""`target add|list|test|remove|enable|disable`: where finished interactions are delivered to."""

import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, TypeVar

import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json, secret_key, with_store
from branchline.fulfillment.call import Failed
from branchline.interaction.transcript import iso, iso_or_none
from branchline.main import outgoing
from branchline.outbox.owed import BLOCKS
from branchline.service.clock import system_clock
from branchline.service.exports import Exports, Standing, Wanted, written_out
from branchline.service.secrets import Secrets
from branchline.settings import Settings
from branchline.store.port import Store

T = TypeVar("T")

target = typer.Typer(no_args_is_help=True, help="Where finished interactions are delivered to, such as a CRM.")
app.add_typer(target, name="target")

Named = Annotated[str, typer.Argument(metavar="BOT/TARGET", help="The bot and the target's name.")]
WHY = {"owner": "by hand", "gone": "it answered 410 Gone", "failing": "it did nothing but fail for five days"}


def with_exports(settings: Settings, use: Callable[[Exports], Awaitable[T]]) -> T:
    """Open the database beside a running server, use its exports, close it."""

    async def run(store: Store) -> T:
        client, opened = outgoing(settings)
        try:
            return await use(Exports(store, client, Secrets(store, secret_key(settings)), system_clock, opened))
        finally:
            await client.close()

    return with_store(settings, run)


def split(named: str) -> tuple[str, str]:
    bot, slash, name = named.partition("/")
    if not (bot and slash and name):
        raise typer.BadParameter(f"{named!r} must be the bot and the target's name with a slash between.")
    return bot, name


@target.command()
def add(
    named: Named,
    url: Annotated[str, typer.Argument(help="Where it listens: https://…")],
    header: Annotated[
        list[str] | None,
        typer.Option(help="A header as `Name: value`; {{ secret.name }} inserts a secret. May be repeated."),
    ] = None,
    signing: Annotated[
        list[str] | None, typer.Option(help="The name of a signing secret; two while one replaces the other.")
    ] = None,
    send: Annotated[
        Literal["handled", "all"],
        typer.Option(help="`handled`: interactions that the bot brought to an end; `all`: abandoned ones too."),
    ] = "handled",
    blocks: Annotated[str, typer.Option(help="What a document includes, comma separated.")] = ",".join(BLOCKS),
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Save a target, after a test post that it must accept; one that has this name is changed."""
    bot, name = split(named)
    pairs = [one.partition(":") for one in header or ()]
    wanted = Wanted(
        bot=bot,
        name=name,
        url=url,
        headers=tuple((key.strip(), value.strip()) for key, _, value in pairs),
        signing=tuple(signing or ()),
        condition=send,
        blocks=tuple(block.strip() for block in blocks.split(",") if block.strip()),
    )
    settings = read_settings(settings_file, database=database)

    async def use(exports: Exports) -> Standing:
        saved = await exports.save(wanted)
        return next(one for one in await exports.standings(bot) if one.target.id == saved.id)

    saved = with_exports(settings, use)
    for name in written_out(wanted):
        print(
            f"Header {name!r} looks like a secret and is kept readable. Write {{{{ secret.name }}}} instead, and set it with"
            " `branchline secret set name`.",
            file=sys.stderr,
        )
    if json:
        say_json(shown(saved))
    elif saved.target.state == "active":
        say(f"{named} is saved: it accepted the test. What {bot} finalizes from now on is delivered there ({send}).")
    else:
        say(f"{named} is saved: it accepted the test. It is disabled: `branchline target enable {named}`.")


@target.command("list")
def list_(
    bot: Annotated[str | None, typer.Option(help="Only the targets of this bot.")] = None,
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """List the targets: their state, and what is owed to them."""

    async def use(exports: Exports) -> list[Standing]:
        return await exports.standings(bot)

    found = with_exports(read_settings(settings_file, database=database), use)
    if json:
        say_json([shown(one) for one in found])
    elif not found:
        say("There are no targets. Add one with `branchline target add BOT/TARGET URL`.")
    for one in found if not json else ():
        its = one.target
        state = its.state if its.state == "active" else f"DISABLED since {iso(its.since)} ({WHY.get(its.why, its.why)})"
        waiting = f"{one.owed} owed" + (f", the oldest since {iso(one.oldest)}" if one.oldest is not None else "")
        failing = f"  failing since {iso(its.failing_since)}" if its.failing_since is not None else ""
        say(f"{its.bot}/{its.name}  {state}  {its.condition}  {waiting}, {one.dead} dead{failing}  {its.url}")


@target.command("test")
def try_out(named: Named, database: Database = None, settings_file: SettingsFile = None, json: Json = False) -> None:
    """Post the test to a target. Exit code 1 when it does not accept it."""
    bot, name = split(named)

    async def use(exports: Exports) -> Any:
        return await exports.test(bot, name)

    outcome = with_exports(read_settings(settings_file, database=database), use)
    failed = isinstance(outcome, Failed)
    if json:
        reason = outcome.reason if failed else ""
        say_json({"ok": not failed, "status": outcome.status, "reason": reason, "took_ms": outcome.took_ms})
    elif failed:
        say(f"{named} did not accept the test ({outcome.reason}, {outcome.took_ms} ms). {outcome.detail}")
    else:
        say(f"{named} accepted the test with status {outcome.status} in {outcome.took_ms} ms.")
    if failed:
        raise typer.Exit(1)


@target.command()
def enable(named: Named, database: Database = None, settings_file: SettingsFile = None) -> None:
    """Deliver to a target again, what waited for it first."""
    bot, name = split(named)

    async def use(exports: Exports) -> Standing:
        enabled = await exports.enable(bot, name)
        return next(one for one in await exports.standings(bot) if one.target.id == enabled.id)

    standing = with_exports(read_settings(settings_file, database=database), use)
    say(f"{named} is active. {standing.owed} deliveries that are owed to it are due now.")


@target.command()
def disable(named: Named, database: Database = None, settings_file: SettingsFile = None) -> None:
    """Deliver nothing to a target until it is enabled. What is owed to it waits."""
    bot, name = split(named)

    async def use(exports: Exports) -> None:
        await exports.disable(bot, name)

    with_exports(read_settings(settings_file, database=database), use)
    say(f"{named} is disabled. What is owed to it waits until `branchline target enable {named}`.")


@target.command()
def remove(
    named: Named,
    discard: Annotated[bool, typer.Option("--discard", help="Give up what is still owed to it.")] = False,
    database: Database = None,
    settings_file: SettingsFile = None,
) -> None:
    """Remove a target."""
    bot, name = split(named)

    async def use(exports: Exports) -> int:
        return await exports.remove(bot, name, discard=discard)

    given_up = with_exports(read_settings(settings_file, database=database), use)
    say(f"{named} is removed." + (f" {given_up} deliveries were given up." if given_up else ""))


def shown(standing: Standing) -> dict[str, Any]:
    """Give a target for scripts. Values of headers are not shown: they may be secrets that were written out."""
    its = standing.target
    return {
        "id": its.id,
        "bot": its.bot,
        "name": its.name,
        "url": its.url,
        "headers": [name for name, _ in its.headers],
        "signing": list(its.signing),
        "send": its.condition,
        "blocks": list(its.blocks),
        "state": its.state,
        "why": its.why,
        "since": iso(its.since),
        "failing_since": iso_or_none(its.failing_since),
        "owed": standing.owed,
        "oldest_owed_at": iso_or_none(standing.oldest),
        "dead": standing.dead,
    }

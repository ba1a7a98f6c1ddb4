"""`delivery list|show|replay`: what was delivered, what is owed, what was given up."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, say, say_json
from branchline.cli.targets import split, with_exports
from branchline.interaction.transcript import iso, iso_or_none
from branchline.service.exports import Exports
from branchline.store.tables.deliveries import LAST, Attempt, Delivery, Search
from branchline.store.tables.targets import Target

delivery = typer.Typer(no_args_is_help=True, help="What is delivered to targets: owed, delivered or dead.")
app.add_typer(delivery, name="delivery")

State = Literal["owed", "delivered", "dead"]
From = Annotated[str | None, typer.Option("--from", help="Created at or after this ISO 8601 date or time (UTC).")]
To = Annotated[str | None, typer.Option("--to", help="Created before this ISO 8601 date or time (UTC).")]
OfTarget = Annotated[str | None, typer.Option("--target", metavar="BOT/TARGET", help="Of this target.")]


@delivery.command("list")
def list_(
    target: OfTarget = None,
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    since: From = None,
    until: To = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """List deliveries, newest first."""
    first, last = span(since, until)

    async def use(exports: Exports) -> tuple[list[Delivery], dict[str, Target]]:
        names = {one.target.id: one.target for one in await exports.standings()}
        its = "" if target is None else (await exports.target(*split(target))).id
        return await exports.deliveries(Search(its, state, first, last, limit=limit)), names

    found, names = with_exports(read_settings(settings_file, database=database), use)
    if json:
        say_json([shown(one, names) for one in found])
    elif not found:
        say("There are no such deliveries.")
    for one in found if not json else ():
        reason = f"  {one.reason}" if one.reason else ""
        say(f"{one.id}  {iso(one.created_at)}  {_name(one, names)}  {one.state}{reason}{_again(one, names)}")


@delivery.command()
def show(
    delivery_id: Annotated[str, typer.Argument(metavar="ID", help="The delivery's id, from `list`.")],
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Show a delivery with every attempt."""

    async def use(exports: Exports) -> tuple[Delivery, list[Attempt], dict[str, Target]]:
        names = {one.target.id: one.target for one in await exports.standings()}
        return (*(await exports.delivery(delivery_id)), names)

    found, attempts, names = with_exports(read_settings(settings_file, database=database), use)
    if json:
        say_json({**shown(found, names), "attempts": [of_attempt(one) for one in attempts]})
        return
    say(f"{found.id}\n  interaction {found.uuid}, finalized {iso(found.created_at)}")
    say(f"  to {_name(found, names)}: {found.state}{_again(found, names)}")
    kept = {one.number: one for one in attempts}
    for number in range(1, found.fence + 1):
        one = kept.get(number)
        if one is None:
            say(f"  attempt {number}: " + ("under way" if number == found.fence and found.held_until else "cut off"))
        else:
            said = f"status {one.status}" if not one.reason else f"{one.reason}: {one.detail}"
            say(f"  attempt {number}: {iso(one.at)}  {one.took_ms} ms  {said}")


@delivery.command()
def replay(
    delivery_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One delivery, from `list`.")] = None,
    target: OfTarget = None,
    state: Annotated[State, typer.Option(help="With --target: those in this state.")] = "dead",
    since: From = None,
    until: To = None,
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Send one delivery again, or with --target all of a state and a time. Ids stay the same."""
    if (delivery_id is None) == (target is None):
        raise typer.BadParameter("Name one delivery, or a target with --target.")
    first, last = span(since, until)

    async def use(exports: Exports) -> int:
        if delivery_id is not None:
            await exports.replay(delivery_id)
            return 1
        return await exports.replay_all(await exports.target(*split(target or "")), state, first, last)

    count = with_exports(read_settings(settings_file, database=database), use)
    if json:
        say_json({"replayed": count})
    else:
        say(f"{count} deliveries are owed again." if count != 1 else "1 delivery is owed again.")


def span(since: str | None, until: str | None) -> tuple[int, int]:
    """Read two times of the command line; gives milliseconds since the Unix epoch."""
    return (0 if since is None else _time("--from", since)), (LAST if until is None else _time("--to", until))


def _time(option: str, text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} {text!r} must be an ISO 8601 date or time, such as 2026-11-23.") from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _name(one: Delivery, names: dict[str, Target]) -> str:
    target = names.get(one.target)
    return f"{target.bot}/{target.name}" if target is not None else f"{one.bot}/{one.target} (removed)"


def _again(one: Delivery, names: dict[str, Target]) -> str:
    """Say what an owed delivery waits for."""
    if one.state != "owed":
        return ""
    target = names.get(one.target)
    if target is not None and target.state == "disabled":
        return "  waits until its target is enabled"
    until = max(one.next_at, target.paused_until if target is not None else 0)
    return f"  next attempt after {iso(until)}"


def shown(one: Delivery, names: dict[str, Target]) -> dict[str, Any]:
    """Give a delivery for scripts."""
    return {
        "id": one.id,
        "interaction": one.uuid,
        "target": _name(one, names),
        "state": one.state,
        "created_at": iso(one.created_at),
        "settled_at": iso_or_none(one.settled_at),
        "next_attempt_at": iso(one.next_at) if one.state == "owed" else None,
        "attempt_count": one.fence,
        "reason": one.reason,
        "status": one.status,
    }


def of_attempt(one: Attempt) -> dict[str, Any]:
    return {
        "number": one.number,
        "at": iso(one.at),
        "took_ms": one.took_ms,
        "reason": one.reason,
        "status": one.status,
        "detail": one.detail,
    }

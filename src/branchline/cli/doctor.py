"""`doctor`: what is wrong with an installation, and what to do about it."""

import os
from typing import Annotated

import msgspec
import typer

from branchline.cli.app import Database, Json, SettingsFile, app, read_settings, run_async, say, say_json
from branchline.cli.demo import example_beside
from branchline.service.clock import system_clock
from branchline.service.doctor import Finding, Severity, examine
from branchline.settings import Settings

SIGNS: dict[Severity, str] = {"good": "ok", "note": "note", "warning": "warning", "error": "ERROR"}


@app.command()
def doctor(
    thorough: Annotated[bool, typer.Option("--thorough", help="Read every page of the database file.")] = False,
    database: Database = None,
    settings_file: SettingsFile = None,
    json: Json = False,
) -> None:
    """Look for what is wrong, and say what to do. Nothing is changed. Exit code 1 on warnings, 3 on errors."""
    settings = read_settings(settings_file, database=database)
    found = run_async(
        examine(
            settings, key_of(settings), os.environ, system_clock, thorough=thorough, example=example_beside(settings)
        )
    )
    if json:
        say_json(msgspec.to_builtins(found))
    else:
        for one in found:
            say(_line(one))
        say(_summary(found))
    if any(one.severity == "error" for one in found):
        raise typer.Exit(3)
    if any(one.severity == "warning" for one in found):
        raise typer.Exit(1)


def key_of(settings: Settings) -> str:
    """Give the key that a server would use; none is made."""
    path = settings.database.removeprefix("sqlite:///") + ".key"
    if settings.secret_key or not settings.database.startswith("sqlite:///") or not os.access(path, os.R_OK):
        return settings.secret_key
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def _line(one: Finding) -> str:
    do = f"\n         {one.do}" if one.do else ""
    return f"{SIGNS[one.severity]:7}  {one.says}{do}"


def _summary(found: list[Finding]) -> str:
    errors, warnings = (sum(one.severity == severity for one in found) for severity in ("error", "warning"))
    if not errors and not warnings:
        return "Nothing is wrong."
    return f"{errors} to mend now, {warnings} to mend soon."

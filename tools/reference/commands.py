"""The command line and the settings."""

from collections.abc import Iterator
from inspect import unwrap
from typing import Any, Literal, get_args, get_origin, get_type_hints

import typer.main

from branchline.cli.app import app
from branchline.service.secrets import ENVIRONMENT_PREFIX
from branchline.settings import PREFIX, load
from tools.reference.markdown import code, page, table

Command = Any
"""A click command; typer brings its own copy of click, whose classes it does not make public."""


def commands() -> Iterator[tuple[str, Command]]:
    """Give every command with its full name, in the order of `branchline --help`."""
    yield from _of(typer.main.get_command(app), "")


def command_line() -> str:
    main = typer.main.get_command(app)
    of_all = [_row(one, ()) for one in main.params if one.name != "help"]
    parts = [table(["", "what it is"], of_all)] if of_all else []
    for name, command in commands():
        arguments = " ".join(_placeholder(one) for one in command.params if _is_argument(one))
        part = f"## {name}\n\n`branchline {name}{' ' + arguments if arguments else ''}`\n\n{command.help}"
        rows = [_row(one, _choices(command, one)) for one in command.params if one.name != "help"]
        parts.append(part + ("\n\n" + table(["", "what it is"], rows) if rows else ""))
    return page(
        "Command line",
        "In a clone of the repository, `./dev run ARGS…` is `branchline ARGS…`. `branchline COMMAND --help` says the same"
        " as this page. Exit codes: 0 done, 1 the answer is no, 2 wrong use, 3 the installation is at fault.",
        *parts,
    )


def settings() -> str:
    rows = []
    for one in load(environment={})[1]:
        default = _shown(one.default)
        if one.name == "database":
            default = "a file in the user's data folder"
        rows.append([code(one.name), code(PREFIX + one.name.upper()), default, one.help])
    return page(
        "Settings",
        "The command line wins over the environment, the environment over the file, the file over the default."
        f" The file is TOML, named by `--settings` or `{PREFIX}SETTINGS`; its keys are the names below."
        " `branchline settings` lists every setting with its value and where it came from.",
        table(["name", "environment", "default", "what it is"], rows),
        f"Secrets of endpoints are no settings: `{ENVIRONMENT_PREFIX}<NAME>` or `branchline secret set NAME`; see"
        " [secrets and signing](../howto/secrets-and-signing.md).",
    )


def _of(group: Command, prefix: str) -> Iterator[tuple[str, Command]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _of(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _placeholder(parameter: Any) -> str:
    name: str = parameter.metavar or parameter.name.upper()
    return f"{name}…" if parameter.nargs == -1 else name


def _choices(command: Command, parameter: Any) -> tuple[str, ...]:
    kind = get_type_hints(unwrap(command.callback)).get(parameter.name)
    return get_args(kind) if get_origin(kind) is Literal else ()


def _row(parameter: Any, choices: tuple[str, ...]) -> list[str]:
    help_text = parameter.help or ""
    if _is_argument(parameter):
        return [code(_placeholder(parameter)), help_text]
    takes = "" if parameter.is_flag else f" {parameter.name.upper()}"
    if choices:
        takes = f" {'|'.join(choices)}"
    if parameter.envvar:
        help_text += f" Also `{parameter.envvar}`."
    return [code(", ".join(parameter.opts) + takes), help_text]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return code(str(value).lower())
    if value in ("", ()):
        return "none"
    return code(str(value))

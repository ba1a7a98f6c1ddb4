"""`settings`: every setting with its value, where it came from, and what it is for."""

from typing import Any

from branchline.cli.app import Json, SettingsFile, app, say, say_json
from branchline.settings import HIDDEN, PREFIX, Origin, load
from branchline.store.address import shown


@app.command()
def settings(settings_file: SettingsFile = None, json: Json = False) -> None:
    """List every setting with its value, source, default and help."""
    origins = load(file=settings_file)[1]
    if json:
        say_json(
            [
                {
                    "name": o.name,
                    "environment": PREFIX + o.name.upper(),
                    "value": _unveiled(o),
                    "source": o.source,
                    "default": o.default,
                    "help": o.help,
                }
                for o in origins
            ]
        )
        return
    for o in origins:
        say(f"{o.name} = {_shown(_unveiled(o))}  ({o.source})\n    {o.help}  [{PREFIX}{o.name.upper()}]")


def _unveiled(origin: Origin) -> Any:
    """Give a value as it may be seen: without the secret key, and without the password of a database."""
    if origin.name in HIDDEN:
        return "***" if origin.value else origin.value
    return shown(origin.value) if origin.name == "database" else origin.value


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

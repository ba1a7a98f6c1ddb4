"""`settings`: every setting with its value, where it came from, and what it is for."""

from branchline.cli.app import Json, SettingsFile, app, say, say_json
from branchline.settings import HIDDEN, PREFIX, load


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
                    "value": "***" if o.name in HIDDEN and o.value else o.value,
                    "source": o.source,
                    "default": o.default,
                    "help": o.help,
                }
                for o in origins
            ]
        )
        return
    for o in origins:
        value = "***" if o.name in HIDDEN and o.value else _shown(o.value)
        say(f"{o.name} = {value}  ({o.source})\n    {o.help}  [{PREFIX}{o.name.upper()}]")


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)

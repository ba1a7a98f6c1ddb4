"""The JSON Schema of bot files (2020-12), made from the classes. Editors check and complete bot files with it.

It describes the shape; what only the whole bot can tell (targets, loops, data) is for `branchline check`. Published as
`docs/bot.schema.json`; written anew with

    python -m branchline.bot.schema > docs/bot.schema.json
"""

import sys
from typing import Any

import msgspec

from branchline.bot.model import Bot

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Give the schema of a bot file as a JSON value."""
    (reference,), components = msgspec.json.schema_components((Bot,), ref_template="#/$defs/{name}")
    return {
        "$schema": DIALECT,
        "title": "Branchline bot file",
        "description": "A decision-tree chatbot as one YAML or JSON file.",
        **reference,
        "$defs": components,
    }


def schema_text() -> str:
    """Give the schema as it is published: indented, ending with a line break."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())

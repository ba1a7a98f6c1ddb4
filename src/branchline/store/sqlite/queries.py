"""The named statements of `queries.sql`, read once."""

import re
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_COMMENT = re.compile(r"^--.*\n?", re.MULTILINE)


def parse(text: str) -> dict[str, str]:
    """Give the statements of a file by name; comments and blank lines between them are left out."""
    _, *parts = _NAME.split(text)
    return {name: _COMMENT.sub("", statement).strip() for name, statement in zip(parts[::2], parts[1::2], strict=True)}


SQL = parse((files(__package__) / "queries.sql").read_text(encoding="utf-8"))

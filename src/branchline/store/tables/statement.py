"""Named statements with named values, in the SQL that SQLite and PostgreSQL share.

Values are written `:name`. Where PostgreSQL cannot know the type of one, say it: `cast(:at as bigint)`. There are no
booleans (0 and 1) and no colons in literals.
"""

import re
from collections.abc import Mapping
from importlib.resources import files

from msgspec import Struct

Value = str | int | bytes | None

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_COMMENT = re.compile(r"^--.*\n?", re.MULTILINE)
_VALUE = re.compile(r":([a-z_][a-z0-9_]*)")


class Sql(Struct, frozen=True):
    """One statement: `text` with `:name` for SQLite; `numbered` with `$1` for PostgreSQL, its values in `order`."""

    name: str
    text: str
    numbered: str
    order: tuple[str, ...]

    def __call__(self, **values: Value) -> "Statement":
        """Give the statement with its values. Raises KeyError for one that is missing, ValueError for one too many."""
        if len(values) != len(self.order):
            raise ValueError(f"The statement {self.name} takes {self.order}, not {tuple(values)}.")
        return Statement(self, {name: values[name] for name in self.order})


class Statement(Struct, frozen=True):
    """A statement and its values, ready to run. `must`: unless it gives rows, nothing of its transaction is kept."""

    sql: Sql
    values: Mapping[str, Value]
    must: bool = False

    def or_nothing(self) -> "Statement":
        """Give the statement as one that must give rows."""
        return Statement(self.sql, self.values, must=True)

    def or_not(self) -> "Statement":
        """Give the statement as one that may find nothing."""
        return Statement(self.sql, self.values)


def parse(text: str) -> dict[str, str]:
    """Give the statements of a file by name; comments and blank lines between them are left out."""
    _, *parts = _NAME.split(text)
    return {name: _COMMENT.sub("", statement).strip() for name, statement in zip(parts[::2], parts[1::2], strict=True)}


def read_sql(package: str, file: str) -> dict[str, Sql]:
    """Read the named statements of a file that stands in a package."""
    return {name: sql(name, text) for name, text in parse((files(package) / file).read_text(encoding="utf-8")).items()}


def sql(name: str, text: str) -> Sql:
    """Make a statement of its text."""
    order = tuple(dict.fromkeys(_VALUE.findall(text)))
    numbered = _VALUE.sub(lambda found: f"${order.index(found[1]) + 1}", text)
    return Sql(name, text, numbered, order)

"""The named statements of `queries.sql`, read once."""

from importlib.resources import files

from branchline.store.tables.statement import parse

SQL = parse((files(__package__) / "queries.sql").read_text(encoding="utf-8"))

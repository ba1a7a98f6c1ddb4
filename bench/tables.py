"""One table, shown to a person in the terminal or written as Markdown."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

Row = Sequence[str]


def show(title: str, heads: Row, rows: Sequence[Row], notes: Sequence[str] = (), *, is_markdown: bool) -> None:
    """Print the table and the lines below it."""
    if is_markdown:
        print(f"### {title}\n")
        print("| " + " | ".join(heads) + " |")
        print("| " + " | ".join(["---"] * len(heads)) + " |")
        for row in rows:
            print("| " + " | ".join(row) + " |")
        print("".join(f"\n{note}\n" for note in notes))
        return
    table = Table(title=title, title_justify="left")
    for position, head in enumerate(heads):
        table.add_column(head, justify="left" if position == 0 else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    # a pipe has no width of its own, and a table that is cut short is no table
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for note in notes:
        console.print(note, markup=False)

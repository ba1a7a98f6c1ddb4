"""Markdown as the pages write it."""

from collections.abc import Iterable, Sequence

NOTE = "<!-- Made by `python -m tools.reference` from the code. Change the code, then run it again. -->"


def page(title: str, introduction: str, *parts: str) -> str:
    """Put a page together; it ends with one line break."""
    return "\n\n".join(part.strip("\n") for part in (NOTE, f"# {title}", introduction, *parts) if part) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, cells)) + " |" for cells in lines)


def code(text: str) -> str:
    """Write a text as code, whatever it holds."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def yaml(text: str) -> str:
    return f"```yaml\n{text.strip(chr(10))}\n```"


def paragraph(docstring: str | None) -> str:
    """Give a docstring without the line breaks of the source; blocks and lists stay."""
    blocks = (docstring or "").strip().split("\n\n")
    return "\n\n".join("\n".join(" ".join(item.split()) for item in _items(block)) for block in blocks)


def _items(block: str) -> list[str]:
    items: list[str] = []
    for line in block.splitlines():
        if items and not line.lstrip().startswith("* "):
            items[-1] += f" {line}"
        else:
            items.append(line)
    return items


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

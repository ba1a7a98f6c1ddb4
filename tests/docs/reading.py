"""Reading the pages: blocks, spans of code, links and headings."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "sdk/README.md",
        ROOT / "examples/order-desk/README.md",
        ROOT / "requirements/README.md",
    ]
)

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?:^(?: {4}.*)\n?)+", re.MULTILINE)
_SPAN = re.compile(r"(`+) ?(.+?) ?\1")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: the page, its language, its text."""

    page: Path
    language: str
    text: str


class Link(NamedTuple):
    page: Path
    label: str
    target: str


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(language: str) -> list[Block]:
    """Every fenced block of a language, on every page."""
    found = [Block(page, *match.groups()) for page in PAGES for match in _FENCED.finditer(text_of(page))]
    return [block for block in found if block.language == language]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCED.sub("", text_of(page))


def spans(page: Path) -> list[str]:
    """What stands in backticks."""
    return [match[2] for match in _SPAN.finditer(_INDENTED.sub("", prose(page)))]


def code_lines(page: Path) -> Iterator[str]:
    """What a reader may type: spans of code, and the lines of indented blocks."""
    yield from spans(page)
    for block in _INDENTED.findall(prose(page)):
        yield from (line.strip() for line in block.splitlines())


def links(page: Path) -> list[Link]:
    return [Link(page, match[1], match[2]) for match in _LINK.finditer(_INDENTED.sub("", prose(page)))]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    return {_anchor(match[1]) for match in _HEADING.finditer(prose(page))}


def _anchor(heading: str) -> str:
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")

"""Interactions as files: CSV for spreadsheets, JSON for programs. Both come page by page, however many there are."""

import csv
import io
from collections.abc import AsyncIterator, Iterable

from msgspec.structs import replace

from branchline.interaction.document import RELATIONSHIPS, document
from branchline.interaction.record import Interaction
from branchline.interaction.transcript import iso, iso_or_none
from branchline.store.port import Query, Store
from branchline.store.status import status

PAGE = 200
COLUMNS_LIMIT = 200
"""Names of data that get a column of their own; further ones are left out, and the last column says so."""
HEAD = (
    "id", "uuid", "quick_ref", "bot", "version", "status", "created_at", "ended_at", "ended_by", "rating", "tags",
    "start_url", "node",
)  # fmt: skip
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def safe(text: str) -> str:
    """Give a cell that no spreadsheet takes for a formula (OWASP, CSV injection): one that could be is led by an
    apostrophe, which spreadsheets read as: this is text."""
    return "'" + text if text.lstrip(" \u00a0\ufeff").startswith(_DANGEROUS) else text


async def as_csv(store: Store, query: Query) -> AsyncIterator[bytes]:
    """Give the interactions that a query asks for, newest first, with a column for every name of data that occurs."""
    names: dict[str, None] = {}
    left_out = False
    async for one in _all(store, query):
        for name in one.data:
            if name not in names and len(names) >= COLUMNS_LIMIT:
                left_out = True
            else:
                names[name] = None
    more = ["more data was left out"] if left_out else []
    yield b"\xef\xbb\xbf" + _lines([[*HEAD, *(f"data.{name}" for name in names), *more]])
    rows: list[list[str]] = []
    async for one in _all(store, query):
        rows.append([*_head(one), *(one.data[name].data if name in one.data else "" for name in names)])
        if len(rows) == PAGE:
            yield _lines(rows)
            rows.clear()
    yield _lines(rows)


async def as_json(store: Store, query: Query, base: str) -> AsyncIterator[bytes]:
    """Give the interactions that a query asks for as a JSON list of documents (contract §1), with all that they include."""
    start = b"[\n"
    async for one in _all(store, query):
        turns = await store.turns(one.id)
        rows = [(turn.first_entry, turn.entries) for turn in turns]
        yield start + document(one, base, frozenset(RELATIONSHIPS), rows)
        start = b",\n"
    yield b"\n]\n" if start == b",\n" else b"[]\n"


async def _all(store: Store, query: Query) -> AsyncIterator[Interaction]:
    cursor = None
    while True:
        page = await store.page(replace(query, size=PAGE, after=cursor))
        for one in page.interactions:
            yield one
        cursor = page.after
        if cursor is None:
            return


def _head(one: Interaction) -> list[str]:
    rating = "" if one.feedback is None else str(one.feedback.rating)
    return [
        str(one.id),
        one.uuid,
        one.quick_ref,
        one.bot,
        str(one.version),
        status(one),
        iso(one.created_at),
        iso_or_none(one.ended_at) or "",
        one.ended_by or "",
        rating,
        ", ".join(one.tags),
        one.start_url,
        one.at[-1].node if one.at else "",
    ]


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8", "replace")

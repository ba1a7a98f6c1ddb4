"""The shop's own database: orders, and who asked about them."""

import re
import sqlite3
import threading
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

_MARK = 0x0DE5C
"""SQLite's application_id of our files, so that another program's database is never written to."""

_SCHEMA = """
create table orders (
  number text primary key, fullname text not null, item text not null, status text not null,
  carrier text, ordered_on text not null, eta text, delivered_on text
) strict, without rowid;
create table enquiries (
  id integer primary key, fulfillment_id text unique, order_number text not null, asked_at text not null
) strict;
"""


class NotOurs(Exception):
    """The file exists and is not a database of this service."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order. Dates are ISO days; what has not happened or does not apply is `None`."""

    number: str
    fullname: str
    item: str
    status: str
    carrier: str | None
    ordered_on: str
    eta: str | None
    delivered_on: str | None

    def as_json(self) -> dict[str, str | None]:
        """Every field by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A bot asked about an order. `asked_at` is UTC with second precision."""

    fulfillment_id: str | None
    order_number: str
    asked_at: str

    def as_json(self) -> dict[str, str | None]:
        """Every field by name."""
        return asdict(self)


def order_number(text: str) -> str | None:
    """The order number in what a visitor wrote: `BR-10427` for "br 10427", "#10427" or "it is BR–10427, thanks"."""
    plain = unicodedata.normalize("NFKC", text).upper()
    found = re.search(r"(?<![0-9A-Z])(?:BR[\s\-–]*)?([0-9]{5})(?![0-9])", plain)
    return f"BR-{found[1]}" if found else None


class Orders:
    """The open database. Safe to use from several threads; one question at a time, each some microseconds."""

    def __init__(self, path: Path, initial: Iterable[Order]) -> None:
        """Opens `path`, or makes it with the `initial` orders. Raises `NotOurs` or `sqlite3.Error`."""
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._prepare(path, initial)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, path: Path, initial: Iterable[Order]) -> None:
        (mark,) = self._connection.execute("pragma application_id").fetchone()
        (tables,) = self._connection.execute("select count(*) from sqlite_schema").fetchone()
        if mark != _MARK and tables:
            raise NotOurs(f"{path} is another program's database. Name a new file.")
        self._connection.execute("pragma journal_mode = wal")
        if mark == _MARK:
            return
        # One transaction with the mark at its end: a service killed while it fills leaves an empty file, not half a shop.
        self._connection.executescript(f"begin;{_SCHEMA}")
        self._connection.executemany(
            "insert into orders values (?, ?, ?, ?, ?, ?, ?, ?)", [astuple(order) for order in initial]
        )
        self._connection.execute(f"pragma application_id = {_MARK}")
        self._connection.execute("commit")

    def find(self, number: str) -> Order | None:
        """The order with this number, written exactly as it is kept."""
        rows = self._rows("select * from orders where number = ?", number)
        return Order(*rows[0]) if rows else None

    def first(self, *, limit: int, status: str | None = None) -> list[Order]:
        """The first `limit` orders by number, of one status if given."""
        rows = self._rows(
            "select * from orders where ?1 is null or status = ?1 order by number limit ?2", status, limit
        )
        return [Order(*row) for row in rows]

    def count(self) -> int:
        """How many orders there are."""
        return int(self._rows("select count(*) from orders")[0][0])

    def note_enquiry(self, fulfillment_id: str | None, number: str, asked_at: str) -> None:
        """Note that a bot asked. The same fulfillment id is noted once, also through restarts."""
        self._rows(
            "insert into enquiries (fulfillment_id, order_number, asked_at) values (?, ?, ?) on conflict do nothing",
            fulfillment_id,
            number,
            asked_at,
        )

    def enquiries(self, *, limit: int) -> list[Enquiry]:
        """The last `limit` enquiries, newest first."""
        rows = self._rows(
            "select fulfillment_id, order_number, asked_at from enquiries order by id desc limit ?", limit
        )
        return [Enquiry(*row) for row in rows]

    def close(self) -> None:
        """Close the file. Nothing can be asked afterwards."""
        with self._lock:
            self._connection.close()

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, closing(self._connection.execute(sql, values)) as cursor:
            return cursor.fetchall()

"""Reading text values as numbers, dates, times and lists, for operators, filters and captures alike.

Values are text and stay text (contract §2). Every reader is total: a text that it cannot read gives None. The
lengths are limited so that no text, however written, costs more than a few microseconds.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from decimal import Context as DecimalContext
from functools import lru_cache
from unicodedata import normalize

from msgspec import Struct

from branchline.timezones import EPOCH, local, zone

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,20})?", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?", re.ASCII)
_LONGEST = 60
"""Characters of the longest number, date or time."""
_MILLISECOND = timedelta(milliseconds=1)
EXACT = DecimalContext(prec=80, rounding=ROUND_HALF_UP)
"""Enough digits that no number that can be read is ever rounded unasked; asked, 0.5 rounds away from zero."""


def fold(text: str) -> str:
    """Give the text as it is compared: trimmed, without regard to case, in one Unicode form (NFC)."""
    if text.isascii():
        return text.strip().lower()
    return normalize("NFC", normalize("NFC", text.strip()).casefold()).strip()


@lru_cache(maxsize=10_000)
def number(text: str) -> Decimal | None:
    """Read a number: digits, perhaps a sign before and a point within. No exponents, no grouping, no NaN."""
    text = text.strip() if len(text) <= _LONGEST else ""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def plain(value: Decimal) -> str:
    """Write a number as it is kept: digits with a point, no exponent, no sign on zero."""
    return format(value or value.copy_abs(), "f")


class Moment(Struct, frozen=True):
    """A date as written, and when it has a time: `at`, milliseconds since the Unix epoch, or None without a time."""

    day: int
    """Days since the year 1 (`date.toordinal`), in the zone it is compared in."""
    at: int | None = None


@lru_cache(maxsize=10_000)
def moment(text: str, timezone: str = "UTC") -> Moment | None:
    """Read `YYYY-MM-DD`, or with a time `YYYY-MM-DDTHH:MM[:SS[.fff]][Z|±HH:MM]`; a time without an offset is local."""
    parts = _MOMENT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if parts is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = parts.groups()
    try:
        if hour is None:
            return Moment(datetime(int(year), int(month), int(day)).toordinal())
        clock = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))
        at = _at(clock, offset, timezone) + int((fraction or "0").ljust(3, "0")[:3])
    except (ValueError, OverflowError):
        return None
    return Moment(local(at, timezone).toordinal(), at)


def _at(clock: datetime, offset: str | None, timezone: str) -> int:
    """Give the milliseconds since the Unix epoch of a clock's reading."""
    utc_ms = (clock.replace(tzinfo=UTC) - EPOCH) // _MILLISECOND
    if offset is None:
        ahead = clock.replace(tzinfo=zone(timezone) or UTC).utcoffset()
        return utc_ms - (ahead // _MILLISECOND if ahead else 0)
    if offset in "Zz":
        return utc_ms
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return utc_ms - (minutes if offset[0] == "+" else -minutes) * 60_000


def day(text: str) -> date | None:
    """Read the date of an ISO date, or of an ISO date and time, as written."""
    return None if moment(text) is None else date.fromisoformat(text.strip()[:10])


@lru_cache(maxsize=1_000)
def time_of_day(text: str) -> int | None:
    """Read `HH:MM`, perhaps with seconds, which do not count: minutes since midnight."""
    parts = _TIME.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return None if parts is None else int(parts[1]) * 60 + int(parts[2])


def items(text: str) -> list[str]:
    """Split a list as `several_of` keeps it: values with commas between, each trimmed; empty ones do not count."""
    return [item for part in text.split(",") if (item := part.strip())]

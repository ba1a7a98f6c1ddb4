"""Dates as people write them: 2026-11-23, 23.11.2026, 11/23/26, 23 November, tomorrow."""

import re
from datetime import date, timedelta

from branchline import values
from branchline.captures.kinds import Date
from branchline.captures.results import Context, Refused, Taken
from branchline.captures.texts import ascii_digits
from branchline.filters import write_date
from branchline.locales import locale
from branchline.timezones import local
from branchline.values import fold

_LONGEST = 60
_NUMERIC = re.compile(r"([0-9]{1,4}) ?([./-]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,4})\.?", re.ASCII)
_DAY_MONTH = re.compile(r"([0-9]{1,2}) ?([./-]) ?([0-9]{1,2})\.?", re.ASCII)
_PIECES = re.compile(r"[^\W\d_]+|[0-9]+")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|er)\b")
_FILLERS = frozenset({"of", "the", "de", "del", "le", "den", "am", "el"})
_YEARS_AHEAD = 20
"""A year of two digits is at most this far ahead; otherwise it is in the past."""


def read_date(said: str, context: Context) -> date | None:
    """Read a date; None when it is none. A date without a year is the next one to come, today included."""
    text = fold(ascii_digits(said.strip())) if len(said) <= _LONGEST else ""
    exact = values.day(text.upper())
    if exact is not None:
        return exact
    today = local(context.now, context.timezone).date()
    return (
        _relative(text, today, context.locale)
        or _numeric(text, today, context.locale)
        or _in_words(text, today, context.locale)
    )


def _relative(text: str, today: date, language: str) -> date | None:
    for known in (locale(language), locale("en")):
        for ahead, words in ((0, known.today), (1, known.tomorrow), (-1, known.yesterday)):
            if text in (fold(word) for word in words):
                return _shifted(today, ahead)
    return None


def _shifted(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _numeric(text: str, today: date, language: str) -> date | None:
    parts = _NUMERIC.fullmatch(text)
    if parts is None:
        short = _DAY_MONTH.fullmatch(text)
        if short is None:
            return None
        day, month = _ordered(int(short[1]), int(short[3]), short[2], language)
        return _next(day, month, today)
    first, mark, second, last = parts.groups()
    if len(first) == 4:
        return _made(int(first), int(second), int(last))
    year = _year(last, today)
    if year is None or len(first) == 3:
        return None
    day, month = _ordered(int(first), int(second), mark, language)
    return _made(year, month, day)


def _ordered(first: int, second: int, mark: str, language: str) -> tuple[int, int]:
    """Give day and month. Points mean the day first everywhere; what cannot be a month is the day."""
    month_first = locale(language).month_first and mark != "."
    if month_first and first > 12:
        month_first = False
    elif not month_first and second > 12 and mark != ".":
        month_first = True
    return (second, first) if month_first else (first, second)


def _in_words(text: str, today: date, language: str) -> date | None:
    """Read `23 November 2026`, `Nov 23`, `23. November`: one month's name, a day, perhaps a year."""
    months = {
        fold(name).rstrip("."): number
        for known in (locale("en"), locale(language))
        for names in (known.short_months, known.months)
        for number, name in enumerate(names, 1)
    }
    pieces = [piece for piece in _PIECES.findall(_ORDINAL.sub("", text)) if piece not in _FILLERS]
    month = [months[piece] for piece in pieces if piece in months]
    numbers = [piece for piece in pieces if piece.isdigit()]
    if len(month) != 1 or not 1 <= len(numbers) <= 2 or len(pieces) != 1 + len(numbers):
        return None
    if len(numbers) == 1:
        return _next(int(numbers[0]), month[0], today) if len(numbers[0]) <= 2 else None
    first, last = numbers
    if len(first) == 4:
        first, last = last, first
    year = _year(last, today)
    return _made(year, month[0], int(first)) if year is not None and len(first) <= 2 else None


def _year(text: str, today: date) -> int | None:
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        return None
    year = today.year - today.year % 100 + int(text)
    return year - 100 if year > today.year + _YEARS_AHEAD else year


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next(day: int, month: int, today: date) -> date | None:
    """Give the next such day, today included: 29 February may be up to eight years ahead."""
    for year in range(today.year, today.year + 9):
        found = _made(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def limit(text: str | None, context: Context) -> date | None:
    """Read a capture's `min` or `max`: an ISO date, `today`, `tomorrow` or `yesterday`."""
    if text is None:
        return None
    return values.day(text) or _relative(fold(text), local(context.now, context.timezone).date(), "en")


def take_date(capture: Date, said: str, context: Context) -> Taken | Refused:
    found = read_date(said, context)
    if found is None:
        return Refused("not_a_date", "That is not a date. Please write it such as 2026-12-31.")
    earliest, latest = limit(capture.min, context), limit(capture.max, context)
    if earliest is not None and found < earliest:
        shown = write_date(earliest, "long", context.locale)
        return Refused("too_early", f"That is too early. Please choose {shown} or later.")
    if latest is not None and found > latest:
        shown = write_date(latest, "long", context.locale)
        return Refused("too_late", f"That is too late. Please choose {shown} or earlier.")
    return Taken(found.isoformat())

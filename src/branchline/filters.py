"""The filters of inserted data: `{{ name | filter: 'argument' }}`. A closed list; a filter never fails.

A value that a filter cannot read, such as a word for `number`, goes through unchanged.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from re import compile as pattern
from types import MappingProxyType
from urllib.parse import quote

from msgspec import Struct

from branchline import values
from branchline.locales import locale as locale_of

DECIMALS_LIMIT = 9
DATE_STYLES = ("short", "medium", "long", "iso")

_WORD = pattern(r"[^\s\-]+")


class Filter(Struct, frozen=True):
    """`run(value, argument, locale)`; `accepts(argument)` says whether it takes that argument (None: there is none)."""

    name: str
    help: str
    run: Callable[[str, str, str], str]
    accepts: Callable[[str | None], bool]


def percent_encode(text: str) -> str:
    """Percent-encode everything but the unreserved characters of RFC 3986 (letters, digits, `-._~`)."""
    return quote(text, safe="", errors="replace")


def _default(value: str, argument: str, _locale: str) -> str:
    return value or argument


def _upper(value: str, _argument: str, _locale: str) -> str:
    return value.upper()


def _lower(value: str, _argument: str, _locale: str) -> str:
    return value.lower()


def _title(value: str, _argument: str, _locale: str) -> str:
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), value)


def _date(value: str, style: str, locale: str) -> str:
    day = values.day(value)
    if day is None:
        return value
    return day.isoformat() if style == "iso" else write_date(day, style or "medium", locale)


def write_date(day: date, style: str, locale: str) -> str:
    """Write a date in a language: `short` 23/11/2026, `medium` 23 Nov 2026, `long` 23 November 2026."""
    known = locale_of(locale)
    form = {"short": known.short_date, "long": known.long_date}.get(style, known.medium_date)
    return form.format(
        day=day.day,
        number=day.month,
        year=day.year,
        month=known.months[day.month - 1],
        short_month=known.short_months[day.month - 1],
    )


def _number(value: str, decimals: str, locale: str) -> str:
    amount = values.number(value)
    if amount is None:
        return value
    if decimals:
        amount = values.EXACT.quantize(amount, Decimal((0, (1,), -int(decimals))))
    known = locale_of(locale)
    whole, _, fraction = values.plain(amount.copy_abs()).partition(".")
    head = len(whole) % 3 or 3
    groups = [whole[:head], *(whole[at : at + 3] for at in range(head, len(whole), 3))]
    written = known.group.join(groups) + (known.point + fraction if fraction else "")
    if known.digits[0] != "0":
        written = written.translate({ord("0") + digit: known.digits[digit] for digit in range(10)})
    return f"-{written}" if amount < 0 else written


def _url(value: str, _argument: str, _locale: str) -> str:
    return percent_encode(value)


def _nothing(argument: str | None) -> bool:
    return argument is None


def _some_text(argument: str | None) -> bool:
    return argument is not None


def _decimals(argument: str | None) -> bool:
    return argument is None or (argument.isascii() and argument.isdigit() and int(argument[:9]) <= DECIMALS_LIMIT)


def _style(argument: str | None) -> bool:
    return argument is None or argument in DATE_STYLES


FILTERS: Mapping[str, Filter] = MappingProxyType(
    {
        known.name: known
        for known in (
            Filter(
                "default",
                "What stands there when the value is missing or empty: default: 'there'.",
                _default,
                _some_text,
            ),
            Filter("upper", "Capital letters; it takes no argument.", _upper, _nothing),
            Filter("lower", "Small letters; it takes no argument.", _lower, _nothing),
            Filter("title", "A capital at the start of each word; it takes no argument.", _title, _nothing),
            Filter(
                "date",
                "A date in the visitor's language: date, date: 'short', 'medium', 'long' or 'iso'.",
                _date,
                _style,
            ),
            Filter(
                "number",
                "Separators of the visitor's language, rounded to 0-9 decimals: number or number: 2.",
                _number,
                _decimals,
            ),
            Filter("url", "Percent-encoded, for use in a link; it takes no argument.", _url, _nothing),
        )
    }
)

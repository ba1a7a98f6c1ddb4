"""The operators of routes: one table, shared by the server and the builder.

Values are text. Each operator reads them as its kind says, and is total: any text gives yes or no.

* text: trimmed, without regard to case, in one Unicode form: a visitor's "shipped " is "SHIPPED". As text "007" is not
  "7". `matches` alone takes the text exactly as it is.
* number: digits, perhaps a sign and a point; "007" is 7. Two times of day (`HH:MM`) can be compared too.
* date: `YYYY-MM-DD`, perhaps with a time. When one of the two has no time, their days in the bot's time zone count.
* list: values with commas between, as a capture of several keeps them.

Data that is not set counts as empty text: `is_not` holds for it. What cannot be read as a number or a date makes every
comparison of that kind false, a comparison and its opposite alike: "tomorrow-ish" is neither before nor after today.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from branchline.expressions import found_in
from branchline.timezones import local
from branchline.values import Moment, fold, items, moment, number, time_of_day

Kind = Literal["any", "text", "number", "date", "list"]
Arity = Literal["none", "one", "two", "many"]
Test = Callable[[str | None, tuple[str, ...], int, str], bool]
"""`(value, arguments, now, timezone)`: None is a value that is not set; `now` is milliseconds since the Unix epoch."""

ARGUMENTS_LIMIT = 200
"""Arguments of one operator of arity `many`."""
_WITHIN_LIMIT = 36_500

_WITHIN = re.compile(r"(last|next) ([0-9]{1,5}) ?(d|days?|h|hours?)", re.ASCII)
_HOUR_MS = 3_600_000


class Operator(Struct, frozen=True):
    """One operator: how it reads its values, how many arguments it takes, a sentence for authors, and its test."""

    name: str
    kind: Kind
    arity: Arity
    help: str
    test: Test


def _is(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return fold(value or "") == fold(arguments[0])


def _is_not(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return fold(value or "") != fold(arguments[0])


def _is_one_of(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    folded = fold(value or "")
    return any(folded == fold(argument) for argument in arguments)


def _is_set(value: str | None, _arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return value is not None and value.strip() != ""


def _is_not_set(value: str | None, _arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return value is None or value.strip() == ""


def _contains(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return value is not None and fold(arguments[0]) in fold(value)


def _starts_with(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return value is not None and fold(value).startswith(fold(arguments[0]))


def _ends_with(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return value is not None and fold(value).endswith(fold(arguments[0]))


def _matches(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return value is not None and found_in(arguments[0], value)


def _amounts(value: str | None, arguments: tuple[str, ...]) -> tuple[Decimal | int, ...] | None:
    """Read all as numbers, or else all as times of day; None when neither can be done."""
    if value is None:
        return None
    for read in (number, time_of_day):
        amounts = [read(text) for text in (value, *arguments)]
        known = [amount for amount in amounts if amount is not None]
        if len(known) == len(amounts):
            return tuple(known)
    return None


def _equal(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    amounts = _amounts(value, arguments)
    return amounts is not None and amounts[0] == amounts[1]


def _greater(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    amounts = _amounts(value, arguments)
    return amounts is not None and amounts[0] > amounts[1]


def _at_least(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    amounts = _amounts(value, arguments)
    return amounts is not None and amounts[0] >= amounts[1]


def _less(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    amounts = _amounts(value, arguments)
    return amounts is not None and amounts[0] < amounts[1]


def _at_most(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    amounts = _amounts(value, arguments)
    return amounts is not None and amounts[0] <= amounts[1]


def _between(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    amounts = _amounts(value, arguments)
    if amounts is None:
        return False
    amount, low, high = amounts
    if isinstance(low, int) and low > high:  # from 22:00 to 06:00: past midnight
        return amount >= low or amount <= high
    return low <= amount <= high


def _compared(value: str | None, argument: str, timezone: str) -> int | None:
    """Give below 0 when the value is before the argument, above when after, 0 when neither; None when unreadable."""
    if value is None:
        return None
    one, other = moment(value, timezone), moment(argument, timezone)
    if one is None or other is None:
        return None
    if one.at is None or other.at is None:
        return one.day - other.day
    return one.at - other.at


def _before(value: str | None, arguments: tuple[str, ...], _now: int, timezone: str) -> bool:
    compared = _compared(value, arguments[0], timezone)
    return compared is not None and compared < 0


def _after(value: str | None, arguments: tuple[str, ...], _now: int, timezone: str) -> bool:
    compared = _compared(value, arguments[0], timezone)
    return compared is not None and compared > 0


class Span(Struct, frozen=True):
    """The argument of `within`: `last 7 days` is -7 days."""

    count: int
    days: bool


@lru_cache(maxsize=1_000)
def span(text: str) -> Span | None:
    """Read `last N days`, `next N days`, `last N hours` or `next N hours`; None for any other text."""
    parts = _WITHIN.fullmatch(fold(text)) if len(text) <= 60 else None
    if parts is None or int(parts[2]) > _WITHIN_LIMIT:
        return None
    return Span(int(parts[2]) if parts[1] == "next" else -int(parts[2]), parts[3].startswith("d"))


def _within(value: str | None, arguments: tuple[str, ...], now: int, timezone: str) -> bool:
    asked = span(arguments[0])
    found: Moment | None = moment(value, timezone) if value is not None else None
    if asked is None or found is None:
        return False
    if asked.days:  # calendar days, today included
        ahead = found.day - local(now, timezone).toordinal()
    elif found.at is None:
        return False
    else:
        ahead, asked = found.at - now, Span(asked.count * _HOUR_MS, False)
    return min(0, asked.count) <= ahead <= max(0, asked.count)


def _includes(value: str | None, arguments: tuple[str, ...], _now: int, _timezone: str) -> bool:
    return value is not None and fold(arguments[0]) in {fold(item) for item in items(value)}


def _table(operators: Iterable[Operator]) -> Mapping[str, Operator]:
    return MappingProxyType({operator.name: operator for operator in operators})


OPERATORS: Mapping[str, Operator] = _table(
    (
        Operator("is", "text", "one", "The same text; case and outer spaces do not matter.", _is),
        Operator("is_not", "text", "one", "Another text, or not set.", _is_not),
        Operator("is_one_of", "text", "many", "The same text as one of a list.", _is_one_of),
        Operator("is_set", "any", "none", "There is a value, and it is not empty.", _is_set),
        Operator("is_not_set", "any", "none", "There is no value, or it is empty.", _is_not_set),
        Operator("contains", "text", "one", "The text occurs in it.", _contains),
        Operator("starts_with", "text", "one", "It begins with the text.", _starts_with),
        Operator("ends_with", "text", "one", "It ends with the text.", _ends_with),
        Operator(
            "matches", "text", "one", "An RE2 expression is found in it; case matters, ^ and $ mean its ends.", _matches
        ),
        Operator("equal", "number", "one", "The same number: 7 equals 007 and 7.0.", _equal),
        Operator("greater", "number", "one", "A greater number, or a later time of day.", _greater),
        Operator("at_least", "number", "one", "This number or a greater one.", _at_least),
        Operator("less", "number", "one", "A smaller number, or an earlier time of day.", _less),
        Operator("at_most", "number", "one", "This number or a smaller one.", _at_most),
        Operator(
            "between",
            "number",
            "two",
            "From the first number to the second, both included; times may pass midnight.",
            _between,
        ),
        Operator("before", "date", "one", "An earlier date, or an earlier moment when both have a time.", _before),
        Operator("after", "date", "one", "A later date, or a later moment when both have a time.", _after),
        Operator("within", "date", "one", "Near today: last 7 days, next 3 days, last 24 hours.", _within),
        Operator("includes", "list", "one", "One of the values with commas between is this one.", _includes),
    )
)
"""Every operator by its name, in the order in which the builder offers them."""

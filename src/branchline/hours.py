"""Opening hours: when people are there, as the author writes it down."""

import re
from datetime import date, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from branchline.issue import Path
from branchline.timezones import local, zone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Span = Annotated[str, Meta(max_length=20, description="From-to, such as 09:00-17:00; past midnight 22:00-02:00.")]

_SPAN = re.compile(r" *([0-9]{1,2}):([0-9]{2}) *[-–] *([0-9]{1,2}):([0-9]{2}) *", re.ASCII)
_DAY = 24 * 60


class Hours(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When it is open: spans by weekday, less the dates on which it is closed. A span belongs to the day it begins on."""

    open: dict[Weekday, Annotated[tuple[Span, ...], Meta(max_length=10)]]
    closed_on: Annotated[
        tuple[Annotated[str, Meta(max_length=10, description="YYYY-MM-DD")], ...], Meta(max_length=1_000)
    ] = ()
    timezone: Annotated[str, Meta(max_length=64, description="By default the bot's.")] | None = None


def is_open(hours: Hours, at: int, timezone: str = "UTC") -> bool:
    """Say whether it is open at a moment (ms since the Unix epoch); `timezone` is the bot's, used when `hours` has none.

    Wall-clock times count, so that 09:00 is 09:00 on both sides of a clock change. What cannot be read is closed.
    """
    now = local(at, hours.timezone or timezone)
    today, minute = now.date(), now.hour * 60 + now.minute
    if any(start <= minute < end for start, end in _spans(hours, today)):
        return True
    if today == date.min:
        return False
    return any(minute < end - _DAY for _, end in _spans(hours, today - timedelta(days=1)))


def _spans(hours: Hours, day: date) -> list[tuple[int, int]]:
    """Give the open spans that begin on a day, in minutes since its midnight; an end past midnight is over 1,440."""
    if day.isoformat() in hours.closed_on:
        return []
    return [span for text in hours.open.get(WEEKDAYS[day.weekday()], ()) if (span := _span(text)) is not None]


def _span(text: str) -> tuple[int, int] | None:
    parts = _SPAN.fullmatch(text)
    if parts is None:
        return None
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in parts.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start_minute > 59 or end_minute > 59 or start >= _DAY or end > _DAY or start == end:
        return None
    return start, end if end > start else end + _DAY


def problems(hours: Hours) -> list[tuple[Path, str]]:
    """Give what is wrong with opening hours: the place in them, and a sentence."""
    found: list[tuple[Path, str]] = []
    if hours.timezone is not None and zone(hours.timezone) is None:
        found.append(
            (("timezone",), f"There is no time zone {hours.timezone!r}. Write an IANA name such as 'Europe/London'.")
        )
    for weekday, spans in hours.open.items():
        for index, text in enumerate(spans):
            if _span(text) is None:
                sentence = f"{text!r} is not a span of hours. Write from-to, such as '09:00-17:00'."
                found.append((("open", weekday, index), sentence))
    for index, text in enumerate(hours.closed_on):
        try:
            known = date.fromisoformat(text).isoformat() == text
        except ValueError:
            known = False
        if not known:
            found.append((("closed_on", index), f"{text!r} is not a date. Write it as YYYY-MM-DD."))
    return found

"""Moments as people at a place read them: a time zone's name and a moment give the local date and time."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_THE_MACHINE = ("localtime", "posixrules")
"""Names that mean another zone on each machine: with them, a replay would not be exact."""


@lru_cache(maxsize=1_000)
def zone(name: str) -> tzinfo | None:
    """Give the zone of an IANA name such as `Europe/Berlin`; None for an unknown one."""
    if name == "UTC":
        return UTC
    if name in _OF_THE_MACHINE or not name.isascii() or not 1 <= len(name) <= 64:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def local(at: int, timezone: str) -> datetime:
    """Give the local date and time of a moment (ms since the Unix epoch). An unknown zone counts as UTC.

    Moments outside of the years 1 to 9999 are moved to the nearest one that has a date.
    """
    try:
        return (EPOCH + timedelta(milliseconds=at)).astimezone(zone(timezone) or UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if at < 0 else datetime.max.replace(tzinfo=UTC)

"""Durations as authors write them: `10 s`, `30 min`, `2 h`, `1 d`, `500 ms`. Inside: whole milliseconds."""

import re
from functools import lru_cache
from typing import Annotated

from msgspec import Meta

PATTERN = r"^[1-9][0-9]{0,5} ?(ms|s|min|h|d)$(?!\n)"
_UNIT_MS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_PARTS = re.compile(r"([0-9]+) ?(ms|s|min|h|d)")

Duration = Annotated[
    str, Meta(pattern=PATTERN, description="A number and a unit: ms, s, min, h or d.", examples=["10 s"])
]


@lru_cache(maxsize=1_000)
def milliseconds(text: str) -> int:
    """Give the milliseconds of a duration that matches `PATTERN`; ValueError for any other text."""
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise ValueError(f"{text!r} is not a duration. Write a number and a unit, such as '10 s' or '30 min'.")
    return int(parts[1]) * _UNIT_MS[parts[2]]

"""What is wrong with a capture: what its author should see in the draft."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from branchline import expressions, values
from branchline.captures.kinds import (
    AnyCapture,
    Choice,
    Date,
    File,
    Number,
    OneOf,
    Pattern,
    Phone,
    SeveralOf,
    Text,
    YesNo,
)
from branchline.interaction.record import DATA_LIMIT, NAME_LIMIT
from branchline.issue import Path
from branchline.values import fold

_RELATIVE = ("today", "tomorrow", "yesterday")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MEDIA_TYPE = re.compile(
    r"(?:\*/\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,80}))", re.I | re.A
)


def problems(capture: AnyCapture) -> list[tuple[Path, str]]:
    """Give what is wrong with a capture: the place in it, and a sentence that says what to do."""
    found: list[tuple[Path, str]] = []
    if not 1 <= len(capture.name) <= NAME_LIMIT or _UNSTORABLE.search(capture.name):
        found.append((("name",), f"A name of data has 1 to {NAME_LIMIT} characters; this has {len(capture.name)}."))
    return [*found, *_own_problems(capture)]


def _own_problems(capture: AnyCapture) -> Iterator[tuple[Path, str]]:
    match capture:
        case Text() if capture.min > capture.max:
            yield ("min",), _contrary(capture.min, capture.max)
        case Number():
            yield from _number_problems(capture)
        case Date():
            yield from _date_problems(capture)
        case Pattern():
            wrong = expressions.problem(capture.pattern)
            if wrong is not None:
                yield (
                    ("pattern",),
                    f"The expression {capture.pattern[:100]!r} cannot be used: {wrong}. See the RE2 syntax.",
                )
        case Phone():
            yield from _region_problems(capture)
        case YesNo():
            yield from _yes_no_problems(capture)
        case File():
            yield from _file_problems(capture)
        case OneOf():
            yield from _choice_problems(capture.choices)
        case SeveralOf():
            yield from _choice_problems(capture.choices)
            yield from _several_problems(capture)
        case _:
            pass


def _yes_no_problems(capture: YesNo) -> Iterator[tuple[Path, str]]:
    for word in sorted({fold(word) for word in capture.yes} & {fold(word) for word in capture.no}):
        yield ("no",), f"{word!r} means both yes and no. Remove it from one of them."


def _file_problems(capture: File) -> Iterator[tuple[Path, str]]:
    for index, text in enumerate(capture.types):
        if not _MEDIA_TYPE.fullmatch(text):
            yield ("types", index), f"{text!r} is not a media type. Write such as 'application/pdf' or 'image/*'."


def _contrary(low: object, high: object) -> str:
    return f"`min` is {low} and `max` is {high}: nothing fits. Make `min` the smaller one."


def _number_problems(capture: Number) -> Iterator[tuple[Path, str]]:
    bad = False
    for key, bound in (("min", capture.min), ("max", capture.max)):
        if bound is not None and not Decimal(repr(bound)).is_finite():
            bad = True
            yield (key,), f"`{key}` is {bound}, which no number can be compared with. Write digits."
    if not bad and capture.min is not None and capture.max is not None and capture.min > capture.max:
        yield ("min",), _contrary(capture.min, capture.max)


def _date_problems(capture: Date) -> Iterator[tuple[Path, str]]:
    known: dict[str, date | int] = {}
    for key, text in (("min", capture.min), ("max", capture.max)):
        if text is None:
            continue
        day = values.day(text)
        if day is not None:
            known[key] = day
        elif fold(text) not in _RELATIVE:
            yield (key,), f"{text!r} is not a date. Write YYYY-MM-DD, today, tomorrow or yesterday."
    low, high = known.get("min"), known.get("max")
    if isinstance(low, date) and isinstance(high, date) and low > high:
        yield ("min",), _contrary(low, high)


def _region_problems(capture: Phone) -> Iterator[tuple[Path, str]]:
    if capture.region is None:
        return
    # imported late: its tables of all countries are large
    import phonenumbers  # noqa: PLC0415

    if capture.region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        yield ("region",), f"There is no country {capture.region!r}. Write its two letters, such as GB or DE."


def _choice_problems(choices: tuple[Choice, ...]) -> Iterator[tuple[Path, str]]:
    if not choices:
        yield ("choices",), "There are no choices. Add at least one."
    seen: dict[str, int] = {}
    for index, choice in enumerate(choices):
        if _UNSTORABLE.search(choice.data) or len(choice.data) > DATA_LIMIT:
            yield ("choices", index), f"The value has a character that cannot be kept, or over {DATA_LIMIT} of them."
        for word in {fold(text) for text in (choice.label, choice.data, *choice.also)}:
            if not word:
                yield ("choices", index), "A label, value or other word is blank. Write a text."
            first = seen.setdefault(word, index)
            if first != index:
                yield ("choices", index), f"{word!r} means choice {first + 1} as well as choice {index + 1}. Keep one."


def _several_problems(capture: SeveralOf) -> Iterator[tuple[Path, str]]:
    for index, choice in enumerate(capture.choices):
        if "," in choice.data:
            yield (
                ("choices", index),
                f"The value {choice.data!r} has a comma, which separates values. Give it a value without.",
            )
        if choice.go_to is not None:
            yield ("choices", index, "go_to"), "Of several choices none can lead to a node. Use a route on `includes`."
    if capture.max is not None and capture.min > capture.max:
        yield ("min",), _contrary(capture.min, capture.max)
    if capture.min > len(capture.choices):
        yield ("min",), f"At least {capture.min} are asked for, of {len(capture.choices)} choices. Lower `min`."
    longest = sorted((len(choice.data) for choice in capture.choices), reverse=True)[: capture.max]
    total = sum(longest) + 2 * (len(longest) - 1)
    if total > DATA_LIMIT:
        yield (
            ("choices",),
            f"Chosen together, values have up to {total} characters; {DATA_LIMIT} can be kept. Shorten them or set `max`.",
        )

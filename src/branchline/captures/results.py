"""What comes of taking a reply: the data to keep, or why the reply does not fit."""

from typing import Literal

from msgspec import Struct

from branchline.captures.kinds import Choice

Problem = Literal[
    "empty",
    "bad_character",
    "too_short",
    "too_long",
    "does_not_match",
    "not_an_email",
    "not_a_phone_number",
    "not_a_number",
    "not_whole",
    "too_small",
    "too_big",
    "not_a_date",
    "too_early",
    "too_late",
    "not_yes_or_no",
    "not_a_choice",
    "too_few",
    "too_many",
    "not_a_file",
    "file_type",
    "file_too_big",
]
"""Why a reply was refused: a closed list; the codes are stable."""


class Context(Struct, frozen=True):
    """When and where a reply is read. `now` is milliseconds since the Unix epoch; `timezone` is the bot's."""

    now: int
    locale: str = "en"
    timezone: str = "UTC"


class Taken(Struct, frozen=True):
    """The reply fits: `data` is what to store, at most 510 characters; `choice` is the one chosen of a `OneOf`."""

    data: str
    choice: Choice | None = None


class Refused(Struct, frozen=True):
    """The reply does not fit. `hint` is an English sentence for the visitor when the author wrote none."""

    problem: Problem
    hint: str

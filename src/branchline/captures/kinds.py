"""The kinds of capture: what a reply may be, and the name of the data it is kept as."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from branchline.expressions import PATTERN_LIMIT
from branchline.interaction.record import DATA_LIMIT, NAME_LIMIT

FILE_LIMIT = 10 * 1024 * 1024
"""Bytes of one file, sent or received (contract §5)."""
CHOICES_LIMIT = 100

Normalise = Literal["none", "trim", "upper", "lower", "digits"]
"""What is done to a text before it is checked and kept. `upper` and `lower` trim as well; `digits` keeps only digits."""

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
Words = tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...]
Length = Annotated[int, Meta(ge=0, le=DATA_LIMIT)]


class Capture(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    """Base of all captures. The tag is the word in the bot file after `kind:`."""

    name: Name
    """The name of the data that the reply is kept as."""
    label: Annotated[str, Meta(max_length=NAME_LIMIT)] = ""


class Text(Capture, frozen=True, tag="text"):
    """Any text. Lengths are counted in Unicode code points, after normalising."""

    min: Length = 1
    max: Annotated[int, Meta(ge=1, le=DATA_LIMIT)] = DATA_LIMIT
    normalise: Normalise = "trim"


class Email(Capture, frozen=True, tag="email"):
    """An e-mail address, checked by its form alone: no name server is asked. Kept with its domain in lower case."""


class Phone(Capture, frozen=True, tag="phone"):
    """A telephone number, kept in international form (E.164), such as +442083661177."""

    region: Annotated[
        str | None,
        Meta(
            description="Two letters of the country whose numbers may be written without +; by default the visitor's."
        ),
    ] = None


class Number(Capture, frozen=True, tag="number"):
    """A number, written as in the visitor's language; kept as digits with a point, such as 1234.5."""

    min: int | float | None = None
    max: int | float | None = None
    whole: bool = False


class Date(Capture, frozen=True, tag="date"):
    """A date, written as in the visitor's language or in words such as "tomorrow"; kept as YYYY-MM-DD."""

    min: Annotated[str | None, Meta(description="YYYY-MM-DD, today, tomorrow or yesterday.")] = None
    max: Annotated[str | None, Meta(description="YYYY-MM-DD, today, tomorrow or yesterday.")] = None


class YesNo(Capture, frozen=True, tag="yes_no"):
    """Yes or no; kept as `yes` or `no`. Own words are understood beside those of the visitor's language and of English."""

    yes: Annotated[Words, Meta(max_length=50)] = ()
    no: Annotated[Words, Meta(max_length=50)] = ()


class Choice(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One choice: the label is shown, the value (by default the label) is kept. `also` are other words for it."""

    label: Annotated[str, Meta(min_length=1, max_length=100)]
    value: Annotated[str, Meta(min_length=1, max_length=DATA_LIMIT)] | None = None
    go_to: Annotated[str, Meta(max_length=100, description="The node this choice leads to.")] | None = None
    also: Annotated[Words, Meta(max_length=50)] = ()

    @property
    def data(self) -> str:
        """What is kept when this is chosen."""
        return self.label if self.value is None else self.value


Choices = Annotated[tuple[Choice, ...], Meta(min_length=1, max_length=CHOICES_LIMIT)]


class OneOf(Capture, frozen=True, kw_only=True, tag="one_of"):
    """One of a few choices, by label, value, another word for it, or its number in the list."""

    choices: Choices


class SeveralOf(Capture, frozen=True, kw_only=True, tag="several_of"):
    """Several of a few choices; their values are kept in the choices' order, joined with a comma and a space."""

    choices: Choices
    min: Annotated[int, Meta(ge=0, le=CHOICES_LIMIT)] = 1
    max: Annotated[int, Meta(ge=1, le=CHOICES_LIMIT)] | None = None


class Rating(Capture, frozen=True, tag="rating"):
    """A whole number from `min` to `max`."""

    min: Annotated[int, Meta(ge=0, le=1)] = 1
    max: Annotated[int, Meta(ge=2, le=10)] = 5


class File(Capture, frozen=True, tag="file"):
    """A file; its id is kept. `types` are media types such as `application/pdf` or `image/*`; none means any."""

    types: Annotated[tuple[Annotated[str, Meta(min_length=3, max_length=100)], ...], Meta(max_length=50)] = ()
    max_bytes: Annotated[int, Meta(ge=1, le=FILE_LIMIT)] = FILE_LIMIT


class Pattern(Capture, frozen=True, kw_only=True, tag="pattern"):
    """A text that a regular expression (RE2, linear time) matches as a whole, after normalising."""

    pattern: Annotated[str, Meta(min_length=1, max_length=PATTERN_LIMIT)]
    normalise: Normalise = "trim"


AnyCapture = Text | Email | Phone | Number | Date | YesNo | OneOf | SeveralOf | Rating | File | Pattern

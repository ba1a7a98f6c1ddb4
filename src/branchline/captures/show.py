"""What a channel needs to show for a capture: buttons, and the right kind of field."""

from branchline.captures.dates import limit
from branchline.captures.kinds import (
    AnyCapture,
    Date,
    File,
    Number,
    OneOf,
    Pattern,
    Rating,
    SeveralOf,
    Text,
    YesNo,
)
from branchline.captures.results import Context
from branchline.interaction.record import Suggestion
from branchline.locales import locale


def suggestions(capture: AnyCapture, language: str = "en") -> tuple[Suggestion, ...]:
    """Give the buttons that follow from a capture: one for each choice, none for kinds that are written."""
    match capture:
        case OneOf() | SeveralOf():
            return tuple(Suggestion(choice.label, choice.data) for choice in capture.choices)
        case YesNo():
            known = locale(language)
            yes = capture.yes[0] if capture.yes else known.yes[0].capitalize()
            no = capture.no[0] if capture.no else known.no[0].capitalize()
            return (Suggestion(yes, "yes"), Suggestion(no, "no"))
        case Rating():
            return tuple(Suggestion(str(number), str(number)) for number in range(capture.min, capture.max + 1))
        case _:
            return ()


def describe(capture: AnyCapture, context: Context | None = None) -> dict[str, object]:
    """Describe the field to show, as `awaiting.input` of the chat API; the data's name is not the visitor's business.

    Always `kind`. Beside it, where there is one: `min` and `max` (lengths, numbers, counts, or dates as YYYY-MM-DD; a
    relative date such as "today" needs `context`), `whole`, `pattern` (RE2), `choices` as `[{label, value}]`, `types`
    and `max_bytes`.
    """
    field: dict[str, object] = {"kind": type(capture).__struct_config__.tag}
    match capture:
        case Text() | Rating():
            field |= {"min": capture.min, "max": capture.max}
        case Number():
            field |= {"min": capture.min, "max": capture.max, "whole": capture.whole}
        case Date():
            at = context or Context(0)
            for key, text in (("min", capture.min), ("max", capture.max)):
                day = limit(text, at) if context is not None or (text or "")[:1].isdigit() else None
                field[key] = None if day is None else day.isoformat()
        case SeveralOf():
            field |= {"min": capture.min, "max": capture.max}
        case Pattern():
            field["pattern"] = capture.pattern
        case File():
            field |= {"types": list(capture.types), "max_bytes": capture.max_bytes}
        case _:
            pass
    if isinstance(capture, OneOf | SeveralOf | YesNo):
        offered = suggestions(capture, context.locale if context is not None else "en")
        field["choices"] = [{"label": button.label, "value": button.value} for button in offered]
    return {key: value for key, value in field.items() if value is not None}

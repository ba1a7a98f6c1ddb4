"""The parameters of a list of interactions: `page[...]`, `filter[...]`, `include`."""

from collections.abc import Callable
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import parse_qsl

from msgspec import Struct

from branchline.errors import CallerError
from branchline.interaction.document import RELATIONSHIPS
from branchline.interaction.record import DATA_LIMIT
from branchline.store.port import Query

SIZE_LIMIT = 100


class ParameterUnknown(CallerError):
    """There is no parameter {name!r} here.{nearest} Known ones: {known}."""

    code = "parameter.unknown"


class ParameterInvalid(CallerError):
    """The parameter {name} is {value!r}; it must be {wanted}."""

    code = "parameter.invalid"


class Asked(Struct, frozen=True):
    """A list as it was asked for; `filters` are the parameters to repeat in the links of other pages."""

    query: Query
    include: frozenset[str]
    filters: tuple[tuple[str, str], ...]


def _size(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= SIZE_LIMIT else None


def _time(text: str) -> int | None:
    """Read an ISO 8601 date or time; without a zone it is UTC."""
    try:
        # a plus sign that was not percent-encoded arrives as a space
        at = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _status(text: str) -> str | None:
    return text if text in {"active", "ended", "finalized"} else None


def _quick_ref(text: str) -> str | None:
    return text if text.isascii() and text.isdigit() and len(text) == 6 else None


def _text(text: str) -> str | None:
    return text if len(text.strip()) > 0 and len(text) <= DATA_LIMIT and "\x00" not in text else None


_TIME_WANTED = "an ISO 8601 date or time, such as 2026-11-23 or 2026-11-23T10:00:00Z"
_PARAMETERS: Final[dict[str, tuple[str, Callable[[str], Any], str]]] = {
    "page[size]": ("size", _size, f"a whole number from 1 to {SIZE_LIMIT}"),
    "page[after]": ("after", _text, "a cursor from `links`"),
    "page[before]": ("before", _text, "a cursor from `links`"),
    "filter[bot]": ("bot", _text, "the name of a bot"),
    "filter[status]": ("status", _status, "active, ended or finalized"),
    "filter[created_from]": ("created_from", _time, _TIME_WANTED),
    "filter[created_to]": ("created_to", _time, _TIME_WANTED),
    "filter[ended_from]": ("ended_from", _time, _TIME_WANTED),
    "filter[ended_to]": ("ended_to", _time, _TIME_WANTED),
    "filter[quick_ref]": ("quick_ref", _quick_ref, "six digits"),
    "filter[text]": ("text", _text, f"1 to {DATA_LIMIT} characters"),
}
_DATA = "filter[data]["
KNOWN: Final = (*_PARAMETERS, "filter[data][NAME]", "include")


def read(query_string: bytes, *, one: bool = False) -> Asked:
    """Read the parameters of a list, or with `one` of a single document, which takes `include` only."""
    values: dict[str, Any] = {}
    data: list[tuple[str, str]] = []
    filters: list[tuple[str, str]] = []
    include: frozenset[str] = frozenset()
    for name, text in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, max_num_fields=100):
        if name == "include":
            include = _include(text)
            filters.append((name, text))
        elif one:
            raise ParameterUnknown(name=name[:60], nearest="", known="include", parameter=name[:60])
        elif name.startswith(_DATA) and name.endswith("]") and len(name) > len(_DATA) + 1:
            if _text(text) is None:
                raise ParameterInvalid(
                    name=name, value=text[:40], wanted=f"1 to {DATA_LIMIT} characters", parameter=name
                )
            data.append((name[len(_DATA) : -1], text))
            filters.append((name, text))
        elif name in _PARAMETERS:
            field, convert, wanted = _PARAMETERS[name]
            values[field] = convert(text)
            if values[field] is None:
                raise ParameterInvalid(name=name, value=text[:40], wanted=wanted, parameter=name)
            if field not in {"after", "before"}:
                filters.append((name, text))
        else:
            near = get_close_matches(name, KNOWN, 1)
            nearest = f" Did you mean {near[0]}?" if near else ""
            raise ParameterUnknown(name=name[:60], nearest=nearest, known=", ".join(KNOWN), parameter=name[:60])
    if "after" in values and "before" in values:
        raise ParameterInvalid(
            name="page[before]",
            value=values["before"][:40],
            wanted="left out beside page[after]",
            parameter="page[before]",
        )
    return Asked(Query(data=tuple(data), **values), include, tuple(filters))


def _include(text: str) -> frozenset[str]:
    names = frozenset(part.strip() for part in text.split(",") if part.strip())
    for name in sorted(names):
        if name not in RELATIONSHIPS:
            near = get_close_matches(name, RELATIONSHIPS, 1)
            wanted = f"of {', '.join(RELATIONSHIPS)}" + (f" (did you mean {near[0]}?)" if near else "")
            raise ParameterInvalid(name="include", value=name[:40], wanted=wanted, parameter="include")
    return names

"""Numbers as people write them in their language: 1,234.5 or 1.234,5 or 1 234,5."""

import re
from decimal import Decimal

from branchline.captures.kinds import Number
from branchline.captures.results import Context, Refused, Taken
from branchline.captures.texts import ascii_digits
from branchline.locales import locale
from branchline.values import number, plain

_SPACES = re.compile(r"[\s'’٬_]")
_SIGNS = str.maketrans({"−": "-", "–": "-", "٫": "."})
_WRITTEN = re.compile(r"[+-]?[0-9][0-9.,]*|[+-]?[.,][0-9]+", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+", re.ASCII)
_LONGEST = 60


def read_number(said: str, language: str) -> Decimal | None:
    """Read a number as written in a language; None when it is none.

    A comma or a point that can only be one thing is read as that; the language decides for the others: `1.234` is
    1.234 in English and 1234 in German.
    """
    said = said.strip()
    if len(said) > _LONGEST:
        return None
    said = ascii_digits(_SPACES.sub("", said).translate(_SIGNS) if "٫" not in said else _arabic(said))
    if not _WRITTEN.fullmatch(said):
        return None
    point = "." if locale(language).point == "٫" else locale(language).point
    sign, digits = (said[0], said[1:]) if said[0] in "+-" else ("", said)
    marks = {mark: digits.count(mark) for mark in ".,"}
    if marks["."] and marks[","]:
        point = max(".,", key=digits.rfind)
    elif not marks["."] and not marks[","]:
        return number(sign + digits)
    else:
        mark = "." if marks["."] else ","
        if marks[mark] == 1 and (mark == point or not _GROUPED.fullmatch(digits)):
            point = mark
        else:
            point = "," if mark == "." else "."
    whole, _, fraction = digits.partition(point)
    if "." in fraction or "," in fraction:
        return None
    if any(mark in whole for mark in ".,"):
        if not _GROUPED.fullmatch(whole):
            return None
        whole = whole.replace(".", "").replace(",", "")
    return number(f"{sign}{whole or '0'}.{fraction}" if fraction else sign + whole)


def _arabic(said: str) -> str:
    """Drop every mark but the Arabic decimal one, which can be nothing else."""
    return _SPACES.sub("", said).replace(",", "").translate(_SIGNS)


def take_number(capture: Number, said: str, chosen: bool, context: Context) -> Taken | Refused:
    """Take a number; a chosen value is in the form in which numbers are kept, whatever the language."""
    amount = number(said) if chosen else None
    if amount is None:
        amount = read_number(said, context.locale)
    if amount is None:
        return Refused("not_a_number", "That is not a number. Please write it in digits.")
    if capture.whole:
        if amount != amount.to_integral_value():
            return Refused("not_whole", "Please write a whole number.")
        amount = amount.to_integral_value()
    low, high = _bound(capture.min), _bound(capture.max)
    if low is not None and amount < low:
        return Refused("too_small", f"That is too small. Please write a number of at least {capture.min}.")
    if high is not None and amount > high:
        return Refused("too_big", f"That is too big. Please write a number of at most {capture.max}.")
    return Taken(plain(amount))


def _bound(limit: float | None) -> Decimal | None:
    """Give a limit as exactly as the author wrote it; infinity and "not a number" limit nothing."""
    exact = Decimal(repr(limit)) if limit is not None else None
    return exact if exact is not None and exact.is_finite() else None

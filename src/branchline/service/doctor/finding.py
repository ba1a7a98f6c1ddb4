"""One thing that was found."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Severity = Literal["good", "note", "warning", "error"]
"""`good`: looked at and in order; `note`: worth knowing; `warning`: mend it soon; `error`: it does not work like this."""


class Finding(Struct, frozen=True):
    """`code` names what was looked at; `says` is a sentence; `do` what to do, empty when there is nothing to do."""

    code: str
    severity: Severity
    says: str
    do: str = ""


Findings = Iterator[Finding]


def good(code: str, says: str) -> Finding:
    return Finding(code, "good", says)


def note(code: str, says: str, do: str = "") -> Finding:
    return Finding(code, "note", says, do)


def warning(code: str, says: str, do: str) -> Finding:
    return Finding(code, "warning", says, do)


def error(code: str, says: str, do: str) -> Finding:
    return Finding(code, "error", says, do)

"""A bot file that is called JSON has to be JSON (RFC 8259): the reader of YAML would let pass what other programs refuse."""

import re
from typing import NamedTuple

import msgspec

from branchline.surrogates import lone

_PLACE = re.compile(r"(?:JSON is malformed: )?(.*?)(?: \(byte (\d+)\))?")
_validate = msgspec.json.Decoder(msgspec.Raw).decode


class Fault(NamedTuple):
    """What is wrong, what to do, and where: an offset in characters."""

    says: str
    do: str
    offset: int


def fault(text: str) -> Fault | None:
    """Say why a text is not JSON; None when it is, and when it nests so deep that it is refused for that. Builds nothing."""
    content = text.encode()
    try:
        _validate(content)
    except RecursionError:
        return None
    except msgspec.DecodeError as problem:
        half = lone(text)
        if half is not None:
            return Fault(f"the escape {half[1]} is half of a surrogate pair", "Write the whole character.", half[0])
        says, offset = _taken_apart(str(problem), len(content))
        before = content[:offset].decode(errors="ignore")
        if says.startswith("trailing comma"):
            return Fault(says, "Remove the comma.", len(before.rstrip()) - 1)
        return Fault(
            says, "Check quotes, commas and brackets here and just above. A YAML file ends with .yaml.", len(before)
        )
    return None


def _taken_apart(problem: str, end: int) -> tuple[str, int]:
    """Take a message of the decoder apart: what, and at which byte; one without a place is about the end."""
    found = _PLACE.fullmatch(problem)
    if found is None or found[2] is None:
        return "it ends in the middle", end
    # of what follows the end, the decoder names the byte after the first
    return found[1], int(found[2]) - (found[1] == "trailing characters")

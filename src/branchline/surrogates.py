"""Half of a surrogate pair, written as an escape of JSON: parsers say of it that something ends too early."""

import re

_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


def lone(text: str) -> tuple[int, str] | None:
    r"""Give where a JSON text has the first escape that is half of a pair, such as `\ud83d`, and the escape; else None."""
    return next(((found.start(), found[0]) for found in _ESCAPE.finditer(text) if found[1]), None)

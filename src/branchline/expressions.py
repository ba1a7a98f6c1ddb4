"""Regular expressions of authors: RE2, so that matching takes linear time whatever the expression and the text."""

from functools import lru_cache
from typing import Any

import re2

PATTERN_LIMIT = 1_000
"""Characters of an expression."""
_MEMORY_LIMIT = 1024 * 1024
"""Bytes that one compiled expression may take; a larger one is refused when the draft is checked."""

_OPTIONS = re2.Options()
_OPTIONS.max_mem = _MEMORY_LIMIT
_OPTIONS.log_errors = False


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any | str:
    """Give the compiled expression, or a text that says why there is none."""
    if not 1 <= len(pattern) <= PATTERN_LIMIT:
        return f"it has {len(pattern)} characters; 1 to {PATTERN_LIMIT} are allowed"
    try:
        return re2.compile(pattern.encode(), _OPTIONS)
    except re2.error as error:
        reason = error.args[0] if error.args else b""
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    except UnicodeEncodeError:
        return "it holds a lone surrogate"


def problem(pattern: str) -> str | None:
    """Say why an expression cannot be used; None when it can."""
    compiled = _compiled(pattern)
    return compiled if isinstance(compiled, str) else None


def found_in(pattern: str, text: str) -> bool:
    """Say whether an expression matches somewhere in a text. One that cannot be used matches nothing."""
    compiled = _compiled(pattern)
    return not isinstance(compiled, str) and compiled.search(text.encode(errors="replace")) is not None


def matches_whole(pattern: str, text: str) -> bool:
    """Say whether an expression matches a text from its first to its last character."""
    compiled = _compiled(pattern)
    return not isinstance(compiled, str) and compiled.fullmatch(text.encode(errors="replace")) is not None

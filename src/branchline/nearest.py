"""The known word nearest to a mistyped one, for the errors' "did you mean"."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word most like `word`, or None when none is much like it."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a draft with a mistake needs it

    found = get_close_matches(word[:100], list(known), n=1, cutoff=0.5)
    return found[0] if found else None

"""The issues found so far, with a limit, so that a broken file costs bounded time and memory."""

from collections.abc import Collection
from typing import Literal

from branchline.issue import Issue, Path
from branchline.nearest import nearest

ISSUES_LIMIT = 500
"""Issues of one bot that are listed; after that many an author should mend and check again."""
_LOOKING_LIMIT = 40_000_000
"""Pairs of characters that may be compared in looking for nearest words: about a second, however broken the file is."""
_EACH_WORD = 200
"""What looking at one known word costs at least, in such pairs."""


class Found:
    """Collects issues. `full`: look no further."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self._looked = 0

    @property
    def full(self) -> bool:
        return len(self.issues) >= ISSUES_LIMIT

    @property
    def has_errors(self) -> bool:
        return any(issue.severity == "error" for issue in self.issues)

    def error(
        self,
        code: str,
        message: str,
        path: Path = (),
        mark: tuple[int, int] | None = None,
        about: str = "",
        instead: str | None = None,
    ) -> None:
        self._add("error", code, message, path, mark, about, instead)

    def warning(
        self,
        code: str,
        message: str,
        path: Path = (),
        mark: tuple[int, int] | None = None,
        about: str = "",
        instead: str | None = None,
    ) -> None:
        self._add("warning", code, message, path, mark, about, instead)

    def nearest(self, word: str, known: Collection[str]) -> str | None:
        """Give the known word most like a mistyped one; None when there is none, or too much was looked for already."""
        if self._looked > _LOOKING_LIMIT:
            return None
        self._looked += len(word) * sum(map(len, known)) + _EACH_WORD * len(known)
        return nearest(word, known) if self._looked <= _LOOKING_LIMIT else None

    def _add(
        self,
        severity: Literal["error", "warning"],
        code: str,
        message: str,
        path: Path,
        mark: tuple[int, int] | None,
        about: str,
        instead: str | None,
    ) -> None:
        if not self.full:
            line, column = mark or (None, None)
            self.issues.append(Issue(severity, code, message, path, line, column, about, instead or ""))

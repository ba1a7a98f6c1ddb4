"""The issues found so far, with a limit, so that a broken file costs bounded time and memory."""

from typing import Literal

from branchline.issue import Issue, Path

ISSUES_LIMIT = 500
"""Issues of one bot that are listed; after that many an author should mend and check again."""
_NEAREST_LIMIT = 50
"""How often the nearest known word is looked for: each time costs a pass over all known words."""


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

    def error(self, code: str, message: str, path: Path = (), mark: tuple[int, int] | None = None) -> None:
        self._add("error", code, message, path, mark)

    def warning(self, code: str, message: str, path: Path = (), mark: tuple[int, int] | None = None) -> None:
        self._add("warning", code, message, path, mark)

    def may_look(self) -> bool:
        """Say whether the nearest known word may be looked for once more."""
        self._looked += 1
        return self._looked <= _NEAREST_LIMIT

    def _add(
        self,
        severity: Literal["error", "warning"],
        code: str,
        message: str,
        path: Path,
        mark: tuple[int, int] | None,
    ) -> None:
        if not self.full:
            line, column = mark or (None, None)
            self.issues.append(Issue(severity, code, message, path, line, column))

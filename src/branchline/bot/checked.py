"""What is wrong with a document, as people who draw it are shown it."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from branchline.bot.fixes import Fix, fix
from branchline.bot.parse import check_document
from branchline.issue import Issue, pointer


class Seen(Struct, frozen=True):
    """An issue as the builder shows it. `pointer` (RFC 6901) leads into the document; `line` and `column` only for text."""

    code: str
    severity: str
    pointer: str
    message: str
    line: int | None = None
    column: int | None = None
    fix: Fix | None = None


def checked(document: Any, files: Collection[str] | None) -> tuple[Seen, ...]:
    """Check a document. `files`: the paths that it may send; None when that is not known."""
    issues = check_document(document, None if files is None else files.__contains__)
    return tuple(seen(issue, document) for issue in issues)


def seen(issue: Issue, document: Any) -> Seen:
    """Show an issue. `document`: what it is about, when it can be edited: then it may have a fix."""
    return Seen(
        issue.code,
        issue.severity,
        pointer(issue.path),
        issue.message,
        issue.line,
        issue.column,
        fix(issue, document) if document is not None else None,
    )

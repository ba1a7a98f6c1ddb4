"""Issues as text for people, as JSON for programs, and as annotations for GitHub."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from branchline.bot.found import ISSUES_LIMIT
from branchline.issue import Issue

Form = Literal["text", "json", "github"]


def render(issues: Iterable[Issue], name: str, form: Form = "text") -> str:
    """Give the issues of the file `name`, a line each; empty when there is nothing to say.

    `json` is one object on one line, `{"file", "errors", "warnings", "complete", "issues"}`, so that several files are
    JSON Lines. `complete` is false when there are so many issues that only the first are listed.
    """
    issues = tuple(issues)
    full = len(issues) >= ISSUES_LIMIT
    rest = f"No more than {ISSUES_LIMIT} issues are listed, and there may be others. Mend these and check again."
    match form:
        case "text":
            lines = [
                f"{name}{_colons(issue)} {issue.severity} {issue.code}  {_one_line(issue.message)}" for issue in issues
            ]
            lines += [f"{name}: {rest}"] * full
        case "github":
            lines = [_annotation(issue, name) for issue in issues]
            lines += [f"::notice file={_field(name)}::{rest}"] * full
        case "json":
            counts = {kind: sum(issue.severity == kind for issue in issues) for kind in ("error", "warning")}
            report = {
                "file": name,
                "errors": counts["error"],
                "warnings": counts["warning"],
                "complete": not full,
                "issues": issues,
            }
            lines = [msgspec.json.encode(report).decode()]
    return "\n".join(lines)


def _colons(issue: Issue) -> str:
    return ":" if issue.line is None else f":{issue.line}:{issue.column or 1}"


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _annotation(issue: Issue, name: str) -> str:
    fields = [f"file={_field(name)}"]
    if issue.line is not None:
        fields += [f"line={issue.line}", f"col={issue.column or 1}"]
    fields.append(f"title={_field(issue.code)}")
    return f"::{issue.severity} {','.join(fields)}::{_data(_one_line(issue.message))}"


# How GitHub's runner wants the parts of a workflow command escaped.
def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _field(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

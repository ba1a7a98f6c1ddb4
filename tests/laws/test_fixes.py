"""A fix mends the issue that it is offered for, and makes no other of the kind."""

import copy
from pathlib import Path
from typing import Any

import pytest

from branchline.bot.checked import seen
from branchline.bot.fixes import Edit
from branchline.bot.parse import read, read_document
from docs.reading import ROOT

FAULTS = sorted((ROOT / "tests/bots/faults").glob("*.yaml"))


def applied(document: Any, edits: tuple[Edit, ...]) -> Any:
    """JSON Patch, as far as fixes use it."""
    document = copy.deepcopy(document)
    for edit in edits:
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in edit.path.split("/")[1:]]
        place = document
        for part in way:
            place = place[int(part)] if isinstance(place, list) else place[part]
        key: Any = int(last) if isinstance(place, list) else last
        match edit.op:
            case "remove":
                del place[key]
            case "replace":
                assert key in place or isinstance(place, list)
                place[key] = edit.value
            case "add":
                place[key] = edit.value
            case "move":
                *from_way, from_key = edit.from_.split("/")[1:]
                assert from_way == way
                place[key] = place.pop(from_key)
    return document


def offers() -> list[tuple[str, Any, Any]]:
    found = []
    for file in FAULTS:
        document = read(file.read_bytes()).document
        if document is None:
            continue
        for issue in read_document(document).issues:
            shown = seen(issue, document)
            if shown.fix is not None:
                found.append((f"{file.stem} {shown.code}", document, shown))
    return found


OFFERS = offers()


def test_many_issues_have_a_fix() -> None:
    assert len({shown.code for _, _, shown in OFFERS}) >= 18


@pytest.mark.parametrize(("name", "document", "shown"), OFFERS, ids=[name for name, _, _ in OFFERS])
def test_a_fix_mends_its_issue(name: str, document: Any, shown: Any) -> None:
    before = [(issue.code, issue.path) for issue in read_document(document).issues]
    after = [(issue.code, issue.path) for issue in read_document(applied(document, shown.fix.edits)).issues]
    assert after.count(next(pair for pair in before if pair[0] == shown.code)) < before.count(
        next(pair for pair in before if pair[0] == shown.code)
    ) or sum(code == shown.code for code, _ in after) < sum(code == shown.code for code, _ in before)


@pytest.mark.parametrize("file", FAULTS, ids=lambda file: file.stem)
def test_a_document_has_the_issues_that_its_file_has(file: Path) -> None:
    found = read(file.read_bytes())
    if found.document is None or any(issue.code.startswith(("format", "yaml")) for issue in found.issues):
        return
    again = read_document(found.document)
    # whether a number has quotes is lost in JSON, and so is that it is too large
    codes = [sorted(issue.code for issue in one.issues if issue.code != "shape.number") for one in (found, again)]
    assert codes[0] == codes[1]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ([], "format.missing"),
        ("x", "format.missing"),
        (None, "format.missing"),
        ({}, "format.missing"),
        ({"branchline": 1}, "shape.missing_key"),
        ({"branchline": 1, "bot": "a\x00"}, "text.null_character"),
        ({"a\x00": 1}, "text.null_character"),
    ],
)
def test_any_json_value_is_checked(document: Any, code: str) -> None:
    found = read_document(document)
    assert found.bot is None
    assert code in [issue.code for issue in found.issues]


def test_a_document_that_is_too_deep_is_refused_without_recursion() -> None:
    deep: Any = {}
    for _ in range(100_000):
        deep = {"a": deep}
    assert [issue.code for issue in read_document(deep).issues] == ["file.too_deep"]
    while deep:
        deep = deep["a"]

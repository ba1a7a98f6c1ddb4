"""Laws of formats: every format that was ever written stays readable, and means what it meant."""

from pathlib import Path

import pytest

from branchline.bot.found import Found
from branchline.bot.migrate import migrate
from branchline.bot.model import FORMAT
from branchline.bot.parse import read
from branchline.bot.source import parse

FORMATS = Path(__file__).parents[1] / "bots" / "formats"


@pytest.mark.parametrize("version", range(FORMAT))
def test_a_file_of_an_earlier_format_is_read_as_the_same_bot(version: int) -> None:
    old, new = (read((FORMATS / name).read_bytes()) for name in (f"{version}.yaml", f"{version}-as-{FORMAT}.yaml"))
    assert new.bot is not None
    assert old.bot == new.bot
    assert [issue.code for issue in old.issues] == ["format.old", *(issue.code for issue in new.issues)]


def test_a_file_of_today_s_format_is_not_changed() -> None:
    tree = parse((FORMATS / f"0-as-{FORMAT}.yaml").read_bytes(), Found())
    assert tree is not None
    assert migrate(tree, Found()) is tree


def test_an_issue_in_an_old_file_has_its_line() -> None:
    source = b"branchline: 0\nbot: a\nfirst: a\nnodes:\n  a:\n    exit:\n      do: goto\n      node: b\n"
    assert [(issue.code, issue.line) for issue in read(source).issues] == [("format.old", 1), ("node.unknown", 8)]


def test_a_word_of_an_old_format_is_unknown_in_a_new_file() -> None:
    source = b"branchline: 1\nbot: a\nstart: a\nnodes:\n  a:\n    exit: {do: wait_for_reply, goto: a}\n"
    assert {issue.code for issue in read(source).issues} == {"shape.unknown_key", "shape.missing_key"}


@pytest.mark.parametrize("head", [b"", b"[]", b"a", b"nodes: {}", b"branchline: []", b"branchline: -1", b"branchline: 1.0",
                                  b"branchline: 99999999999999999999", b"branchline:"])  # fmt: skip
def test_what_is_no_bot_file_is_refused_in_words(head: bytes) -> None:
    (issue,) = read(head).issues
    assert issue.code.split(".")[0] in ("format", "file")


@pytest.mark.parametrize("source", [b"branchline: 0", b"branchline: 0\nnodes: 1\nwords: x", b"branchline: 0\nnodes: {a: 1, b: {exit: 2}}",
                                    b"branchline: 0\nfirst: a\nstart: b\nnodes: {a: {exit: {do: [], goto: x, go_to: y}}}"])  # fmt: skip
def test_a_broken_file_of_an_old_format_is_refused_in_words(source: bytes) -> None:
    assert read(source).bot is None
    assert read(source).issues

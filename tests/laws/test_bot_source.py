"""Laws of the reader: it takes what a bot file may hold, refuses the rest with its place, and never takes long."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots_drawn import JSON
from branchline.bot.found import ISSUES_LIMIT, Found
from branchline.bot.parse import read
from branchline.bot.source import SIZE_LIMIT, parse
from branchline.bot.tree import Mapping, as_json, find

M = SIZE_LIMIT
YAML_PIECES = st.sampled_from(
    ["a", ":", " ", "\n", "- ", "? ", "[", "]", "{", "}", ",", "'", '"', "#", "&a", "*a", "!t", "|", ">", "%", "@", "\\", "---",
     "...", "\t", "\r\n", "\r", "<<", "~", "0", "é", "\x00", "\ufeff", "\u2028", "\\ud83d", "\\ude00", "\\x", "nodes", "branchline: 1"]
)  # fmt: skip


def value_of(source: str | bytes) -> Any:
    found = Found()
    tree = parse(source.encode() if isinstance(source, str) else source, found)
    assert tree is not None, found.issues
    return as_json(tree)


@given(st.binary(max_size=200) | st.lists(YAML_PIECES, max_size=40).map(lambda parts: "".join(parts).encode()))
def test_no_bytes_raise(source: bytes) -> None:
    found = read(source)
    assert found.bot is not None or found.issues
    for issue in found.issues:
        assert issue.line is None or (issue.line >= 1 and issue.column is not None and issue.column >= 1)


@given(JSON.filter(lambda value: isinstance(value, dict)), st.booleans(), st.sampled_from([None, 1]))
def test_json_is_read_as_json(value: dict[str, Any], ascii_only: bool, indent: int | None) -> None:
    hidden = [char for char in json.dumps(value, ensure_ascii=False) if not char.isprintable()]
    source = json.dumps(value, ensure_ascii=ascii_only or bool(hidden), indent=indent)
    assert value_of(source) == value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("true", True), ("False", False), ("~", None), ("", None),
        ("null", None), ("7", 7), ("-7", -7), ("007", "007"), ("+7", "+7"), ("0x1F", "0x1F"), ("1_000", "1_000"), ("1.50", 1.5),
        ("1e3", 1000.0), (".5", ".5"), (".inf", ".inf"), (".nan", ".nan"), ("1:30", "1:30"), ("2026-11-23", "2026-11-23"),
        ('"7"', "7"), ("'true'", "true"), ("9223372036854775807", 2**63 - 1), ("9223372036854775808", "9223372036854775808"),
        ("1e999", "1e999"), ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_plain_words_are_what_they_look_like(written: str, meant: object) -> None:
    value = value_of(f"a: {written}")["a"]
    assert value == meant
    assert type(value) is type(meant)


def test_every_value_knows_its_place() -> None:
    found = Found()
    tree = parse("﻿a:\r\n  b: [x, y]\r\n  é: |\r\n    text\r\n".encode(), found)
    assert isinstance(tree, Mapping)
    assert find(tree, ()) == (1, 1)
    assert find(tree, ("a",)) == (1, 1)
    assert find(tree, ("a", "b")) == (2, 3)
    assert find(tree, ("a", "b", 1)) == (2, 10)
    assert find(tree, ("a", "é")) == (3, 6)
    assert find(tree, ("a", "b", 7, "c")) == (2, 3), "a path into nothing ends on the way"


HEAVY = {
    "open lists": b"[" * M,
    "open mappings": b"{" * M,
    "dashes": b"- " * (M // 2),
    "question marks": b"? " * (M // 2),
    "colons": b":" * M,
    "a list of zeros": b"[" + b"0," * (M // 2 - 1) + b"]",
    "a mapping of many": b"{" + b",".join(b'"%d":{}' % i for i in range(300_000)) + b"}",
    "anchors": b"".join(b"- &a%d x\n" % i for i in range(300_000)),
    "a bomb of aliases": b"a: &a [x]\n" + b"".join(b"b%d: [*a, *a, *a]\n" % i for i in range(10_000)),
    "a very long text": b'a: "' + b"x" * (M - 10) + b'"',
    "a very long key": b'"' + b"k" * (M - 10) + b'": 1',
    "backslashes in JSON": b'{"a": "' + b"\\\\" * (M // 2 - 10) + b'"}',
    "a comment": b"#" * M,
    "line breaks": b"\n" * M,
    "duplicate keys": b"a: 1\n" * (M // 5),
    "folded lines": b"a: >\n" + b" x\n" * (M // 3 - 10),
    "nodes of nothing": b"branchline: 1\nnodes:\n" + b"".join(b" n%d: x\n" % i for i in range(200_000)),
    "unknown keys": b"branchline: 1\n" + b"".join(b"k%d: x\n" % i for i in range(200_000)),
    "wrong entries": b"branchline: 1\nwords: [" + b"7," * 200_000 + b"]",
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_file_is_answered_soon(name: str) -> None:
    started = time.process_time()
    found = read(HEAVY[name])
    assert time.process_time() - started < 10
    assert found.bot is None
    assert 1 <= len(found.issues) <= ISSUES_LIMIT


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    source = b"{" * (M + 1)
    started = time.process_time()
    assert [issue.code for issue in read(source).issues] == ["file.too_large"]
    assert time.process_time() - started < 0.1


def test_json_is_called_json() -> None:
    (issue,) = read(b'{"branchline": 1', "bot.json").issues
    assert issue.message.startswith("This is not JSON: ")


@pytest.mark.parametrize(
    ("source", "place", "says"),
    [
        ('{\n  "branchline": 1,\n  "é": "x", \n}', (3, 11), "trailing comma in object. Remove the comma."),
        ('{"words": [1, 2,]}', (1, 16), "trailing comma in array. Remove the comma."),
        ('{"a": 1}\n{"b": 2}', (2, 1), "trailing characters. "),
        ("{'a': 1}", (1, 2), "expected '\"'. "),
        ('{"a": 1 # note\n}', (1, 9), "expected ',' or '}'. "),
        ("bot: a", (1, 1), "invalid character. "),
        ('{"a": [', (1, 8), "it ends in the middle. "),
        ('{"a": "\\\\ud83d \\ud83d\\ude00 \\ud83d"}', (1, 29), r"the escape \ud83d is half of a surrogate pair. "),
    ],
)
def test_what_is_called_json_is_json(source: str, place: tuple[int, int], says: str) -> None:
    (issue,) = read(source.encode(), "bot.json").issues
    assert (issue.code, issue.line, issue.column) == ("yaml.malformed", *place)
    assert issue.message.startswith("This is not JSON: " + says)


@pytest.mark.parametrize("source", [b"[" * 70 + b"]" * 70, b"[" * M, b"{" + b'"a":{' * 100_000], ids=len)
def test_json_that_nests_too_deep_is_said_to(source: bytes) -> None:
    assert [issue.code for issue in read(source, "bot.json").issues] == ["file.too_deep"]


def test_an_escape_that_is_no_character_is_named_in_its_place() -> None:
    (issue,) = read(b'branchline: 1\nname: "a \\ud83d"\n').issues
    assert (issue.line, issue.column) == (2, 10)
    assert issue.message.startswith(r"The escape \ud83d stands for no character: it is half of a surrogate pair")


def test_a_file_of_nothing_but_zeros_is_not_called_empty() -> None:
    (issue,) = read(bytes(100)).issues
    assert (issue.code, issue.line, issue.column) == ("file.control_character", 1, 1)
    assert "damaged" in issue.message


def test_several_tricks_are_all_named() -> None:
    source = b"a: &x 1\nb: *x\nc: !t 2\na: 3\n<<: {}\n? [k]\n: 4\n"
    codes = [issue.code for issue in read(source).issues]
    assert codes == ["yaml.anchor", "yaml.alias", "yaml.tag", "yaml.duplicate_key", "yaml.merge_key", "yaml.key"]

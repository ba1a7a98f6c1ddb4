"""Laws of explaining: no issue about the shape exactly when the file can be made a bot, and all issues at once."""

import copy
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.bot.explain import fit
from branchline.bot.found import Found
from branchline.bot.model import Bot
from branchline.bot.parse import check_document, read, read_document
from branchline.bot.source import parse
from branchline.bot.tree import as_json

ROOT = Path(__file__).parents[2]
WHOLE = ROOT / "tests" / "bots" / "everything.yaml"
KEYS = [
    "do",
    "kind",
    "name",
    "node",
    "go_to",
    "when",
    "argument",
    "all",
    "min",
    "exit",
    "nodes",
    "words",
    "body",
    "tries",
    "x",
    "",
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 700),
    st.floats(-5, 5),
    st.sampled_from(["", "x", "end", "text", "10 s", "10 s\n", "7", "a" * 600, "Fault Bot", "route", "GET", "monday"]),
    st.sampled_from([[], {}, [1], ["a", "a"], {"do": "end"}, {"x": 1}, {"kind": "email", "name": "mail"}, [None]]),
)


def fitted(plain: Any) -> tuple[Any, Found]:
    found = Found()
    tree = parse(json.dumps(plain).encode(), found)
    assert tree is not None, found.issues
    return fit(tree, Bot, found), found


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in places(part, (*path, key)))]


@st.composite
def damaged_bots(draw: st.DrawFn) -> Any:
    """A bot with every kind of part in it, with a few parts replaced, removed or added."""
    tree = parse(WHOLE.read_bytes(), Found())
    assert tree is not None
    root = [copy.deepcopy(as_json(tree))]
    for _ in range(draw(st.integers(0, 3))):
        *way, last = draw(st.sampled_from(places(root)[1:]))
        holder: Any = root
        for part in way:
            holder = holder[part]
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                holder[last] = copy.deepcopy(draw(VALUES))
            case "remove" if isinstance(holder, dict):
                del holder[last]
            case _ if isinstance(holder[last], dict):
                holder[last][draw(st.sampled_from(KEYS))] = copy.deepcopy(draw(VALUES))
            case _:
                pass
    return root[0]


def can_be_made(plain: Any) -> bool:
    try:
        msgspec.convert(plain, Bot)
    except msgspec.ValidationError:
        return False
    return True


@settings(max_examples=400)
@given(damaged_bots())
def test_nothing_to_explain_exactly_when_a_bot_can_be_made(plain: Any) -> None:
    value, found = fitted(plain)
    assert can_be_made(value) or found.issues, "what is called right can be made a bot"
    if can_be_made(plain):
        assert not found.issues, "what can be made a bot is not called wrong"
    if not found.issues:
        assert can_be_made(value)


@settings(max_examples=200)
@given(damaged_bots())
def test_a_document_has_the_same_issues_whether_or_not_it_is_explained(plain: Any) -> None:
    assert check_document(plain) == read_document(plain).issues


@pytest.mark.parametrize("number", [1e30, -2.5e-9, 2**70, 1.0, True, 7])
@pytest.mark.parametrize("operator", ["is", "at_least", "matches", "before"])
def test_numbers_in_conditions_have_the_same_issues_whether_or_not_they_are_explained(
    number: object, operator: str
) -> None:
    when = {"operand": "data.a", "operator": operator, "argument": number}
    route = {"do": "route", "cases": [{"when": when, "go_to": "ask"}], "otherwise": "ask"}
    ask = {"exit": {"do": "wait_for_reply", "capture": {"kind": "text", "name": "a"}, "go_to": "look"}}
    bot = {"branchline": 1, "bot": "numbers", "start": "ask", "nodes": {"ask": ask, "look": {"exit": route}}}
    assert check_document(bot) == read_document(bot).issues


def test_a_bot_with_every_kind_of_part_is_right() -> None:
    found = read(WHOLE.read_bytes())
    assert found.bot is not None, found.issues


def test_all_faults_are_told_at_once() -> None:
    source = b"""
branchline: 1
bot: Not A Slug
nodes:
  ask:
    nod: x
    actions:
      - do: send_mesage
      - {do: send_message, text: [a]}
    exit: {do: wait_for_reply, go_to: ask, tries: 99, capture: {kind: number, name: n, whole: "yes"}}
"""
    assert [(issue.code, issue.line) for issue in read(source).issues] == [
        ("shape.missing_key", 2),
        ("shape.form", 3),
        ("shape.unknown_key", 6),
        ("shape.unknown_word", 8),
        ("shape.wrong_type", 9),
        ("shape.limit", 10),
        ("shape.wrong_type", 10),
    ]


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    source = b"branchline: 1\nbot: a\nstart: ask\nnodes: {ask: {exit: {do: go_to, nod: ask}}}"
    messages = [issue.message for issue in read(source).issues]
    assert "Unknown key 'nod' in node 'ask', exit. Did you mean 'node'? Known keys: do, node." in messages


def test_what_is_written_where_text_is_wanted_stays_as_it_was_written() -> None:
    source = """
branchline: 1
bot: a
name: 007
start: 1
nodes:
  1:
    exit:
      do: route
      cases:
        - {when: {operand: reply, operator: is, argument: 007}, go_to: true}
        - {when: {operand: reply, operator: is_one_of, argument: [1.50, yes, 2026-11-23, false]}, go_to: true}
      otherwise: true
  true: {exit: {do: end}}
"""
    bot = read(source.encode()).bot
    assert bot is not None
    assert bot.name == "007"
    first = bot.nodes[bot.start].exit
    assert [case.when.argument for case in first.cases] == ["007", ("1.50", "yes", "2026-11-23", "false")]  # type: ignore[union-attr]
    assert set(bot.nodes) == {"1", "true"}

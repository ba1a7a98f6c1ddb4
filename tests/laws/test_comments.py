"""A file that is written anew keeps its comments and layout where nothing changed, and means the new bot."""

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from bots_drawn import BOTS
from branchline.bot.comments import rewritten, same
from branchline.bot.parse import read
from docs.reading import ROOT

FILES = [
    *ROOT.glob("examples/**/*.yaml"),
    *ROOT.glob("src/branchline/templates/*.yaml"),
    ROOT / "tests/bots/everything.yaml",
]
DESK = (ROOT / "examples/order-desk/order-desk.yaml").read_bytes()


def document(source: bytes) -> dict[str, Any]:
    found = read(source)
    assert isinstance(found.document, dict), found.issues
    return copy.deepcopy(found.document)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_bot_that_did_not_change_gives_the_very_same_file(file: Any) -> None:
    source = file.read_bytes()
    assert rewritten(source, document(source)) == (source.decode(), False)


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


def test_a_changed_message_changes_its_lines_alone() -> None:
    new = document(DESK)
    new["nodes"]["greet"]["actions"][0]["text"] = "Good day! Where is it, I wonder?"
    text, lost = rewritten(DESK, new)
    assert not lost
    assert comments(text) == comments(DESK.decode())
    before, after = DESK.decode().splitlines(), text.splitlines()
    gone = [line for line in before if line not in after]
    came = [line for line in after if line not in before]
    assert gone == ["        text: Hello! I can tell you where your order is."]
    assert len(came) == 1


def test_nodes_that_come_go_and_move_leave_the_other_comments() -> None:
    new = document(DESK)
    new["nodes"]["new one"] = {"actions": [{"do": "send_message", "text": "a: b\n# no comment"}], "exit": {"do": "end"}}
    del new["nodes"]["delivered"]
    new["words"].insert(0, {"words": ["stop"], "go_to": "new one"})
    del new["words"][1]
    new["endpoints"]["orders"]["headers"] = {"X-Shop": "{{ secret.shop }}"}
    text, lost = rewritten(DESK, new)
    assert not lost
    assert same(document(text.encode()), new)
    assert [line for line in comments(text) if line != "# no comment"] == comments(DESK.decode())


def test_a_comment_that_goes_with_its_part_is_said_to_be_lost() -> None:
    new = document(DESK)
    new["words"].pop()  # the comment about what follows stands at its end
    text, lost = rewritten(DESK, new)
    assert lost
    assert same(document(text.encode()), new)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "007",
        "1e3",
        "null",
        "~",
        "- a",
        "a: b",
        "a #b",
        "{{ name }}",
        "'",
        '"',
        "",
        " a ",
        "a\n b\n",
        "\t",
        "é😀",
        "*a",
        "&a",
        "!a",
        "%",
        "@",
        "\u2028",
    ],
)
def test_any_text_stays_what_it_is(text: str) -> None:
    new = document(DESK)
    new["name"] = text
    new["nodes"]["greet"]["label"] = text
    written, _ = rewritten(DESK, new)
    assert same(document(written.encode()), new)


@given(BOTS, BOTS)
@settings(max_examples=15)
def test_what_is_written_means_the_new_bot_whatever_the_old_one_was(old: Any, new: Any) -> None:
    before, after = msgspec.to_builtins(old), msgspec.to_builtins(new)
    source = b"# ours\n" + rewritten(None, before)[0].encode()
    text, _ = rewritten(source, after)
    assert same(document(text.encode()), msgspec.json.decode(msgspec.json.encode(after)))


def test_a_file_too_large_to_keep_says_that_its_comments_are_lost() -> None:
    source = DESK + b"\n# " + b"x" * 300_000 + b"\n"
    assert rewritten(source, document(source))[1] is False
    new = document(source)
    new["name"] = "Changed"
    text, lost = rewritten(source, new)
    assert lost
    assert same(document(text.encode()), new)


def test_long_lists_are_written_anew_and_do_not_take_for_ever() -> None:
    old = {"branchline": 1, "bot": "a", "start": "b", "nodes": {"b": {"exit": {"do": "end"}}}, "x": [0] * 4_000}
    source = ("# ours\n" + rewritten(None, old)[0]).encode()
    new = {**old, "x": [0] * 3_000 + [1] * 1_000}
    text, _ = rewritten(source, new)
    assert same(document(text.encode()), new)

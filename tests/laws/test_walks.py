"""Walks: a recorded conversation plays again, and every kind of difference is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.bot.model import Bot
from branchline.bot.parse import read
from branchline.walks.file import beside, read_walks, write_walks
from branchline.walks.play import coverage, play
from branchline.walks.walk import Walk, WalkAnswer, WalkTurn
from branchline.walks.why import ways

FOUND = read((Path(__file__).parents[2] / "examples" / "order-desk" / "order-desk.yaml").read_bytes()).bot
assert FOUND is not None
DESK: Bot = FOUND
SHIPPED = WalkAnswer("orders", {"order_found": "yes", "fullname": "Mira Oakenfell", "status": "SHIPPED"})
TO_ORDER = (WalkTurn(), WalkTurn(say="Mira"))


def problems(*turns: WalkTurn, **more: str) -> str:
    return "\n".join(play(DESK, Walk((*TO_ORDER, *turns), **more)).problems())


def test_a_walk_passes_when_the_bot_does_what_it_says() -> None:
    wanted = WalkTurn(
        say="BR-10427",
        answers=(SHIPPED,),
        nodes=("look_up", "shipped", "anything_else"),
        data={"status": "SHIPPED", "eta": None},
    )
    played = play(DESK, Walk((*TO_ORDER, wanted)))
    assert played.problems() == ()
    assert "/nodes/look_up/exit/cases/1/go_to" in played.ways
    assert played.ways <= ways(DESK).keys()


@pytest.mark.parametrize(
    ("turn", "told"),
    [
        (WalkTurn(say="BR-10427"), "has no answer for it"),
        (WalkTurn(say="BR-10427", answers=(WalkAnswer("stock"),)), "has an answer of 'stock'"),
        (WalkTurn(say="BR-10427", answers=(SHIPPED, SHIPPED)), "1 of the answers were not asked for"),
        (WalkTurn(say="BR-10427", answers=(SHIPPED,), nodes=("look_up",)), "not through look_up"),
        (WalkTurn(say="BR-10427", answers=(SHIPPED,), data={"status": "LOST"}), "'status' is “SHIPPED”; it must be"),
        (WalkTurn(say="BR-10427", answers=(SHIPPED,), messages=("One moment",)), "Message 1 is “One moment, I am"),
        (WalkTurn(say="BR-10427", answers=(SHIPPED,), ended=True), "goes on; it must be over"),
        (WalkTurn(say="what?", messages=()), "a message too many"),
    ],
)
def test_what_is_not_as_it_must_be_is_told(turn: WalkTurn, told: str) -> None:
    assert told in problems(turn)


def test_a_failing_endpoint_and_silence_can_be_walked() -> None:
    failed = WalkTurn(say="BR-10427", answers=(WalkAnswer("orders", failed="timeout"),))
    played = play(DESK, Walk((*TO_ORDER, failed, WalkTurn(silence=True, ended=True), WalkTurn(say="hello?"))))
    assert played.problems() == ("Turn 5: The conversation was over already.",)
    assert "could_not_ask" in played.nodes


def test_walks_begin_at_a_node_with_data() -> None:
    played = play(
        DESK, Walk((WalkTurn(nodes=("shipped", "anything_else")),), start="shipped", data={"fullname": "Ada"})
    )
    assert played.problems() == ()
    assert "Ada" in played.turns[0].messages[0]


def test_coverage_counts_what_all_walks_took() -> None:
    whole = coverage(DESK, [play(DESK, Walk(TO_ORDER))])
    assert (whole.nodes, whole.nodes_reached) == (len(DESK.nodes), 3)
    assert whole.ways == len(ways(DESK))
    assert set(whole.nodes_missed) | {"greet", "ask_name", "ask_order"} == DESK.nodes.keys()
    assert coverage(DESK, []).ways_taken == 0


TEXTS = st.text("ab é:#'\"-{}|>\n…5", min_size=1, max_size=20)
TURNS = st.builds(
    WalkTurn,
    say=st.none() | TEXTS,
    answers=st.lists(st.builds(WalkAnswer, failed=st.sampled_from(["", "timeout"])), max_size=2).map(tuple),
    messages=st.none() | st.lists(TEXTS, max_size=2).map(tuple),
    silence=st.booleans(),
)


@given(
    st.dictionaries(
        st.sampled_from(["a walk", "another: one", "three"]),
        st.builds(Walk, st.lists(TURNS, min_size=1, max_size=4).map(tuple)),
        max_size=3,
    )
)
def test_walks_are_read_as_they_were_written_and_never_raise(walks: dict[str, Walk]) -> None:
    found = read_walks(write_walks("order-desk", walks).encode())
    assert found.issues == ()
    assert found.walks is not None
    assert found.walks.walks == walks
    for walk in walks.values():
        assert len(play(DESK, walk).turns) == len(walk.turns)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(source: bytes) -> None:
    found = read_walks(source)
    assert (found.walks is None) == bool(found.issues)


def test_a_fault_is_told_with_its_line() -> None:
    text = "branchline_walks: 1\nbot: a\nwalks:\n  one:\n    turns:\n      - sai: hello\n"
    found = read_walks(text.encode())
    assert [(issue.line, issue.code) for issue in found.issues] == [(6, "shape.unknown_key")]
    assert beside("order-desk.yaml") == "order-desk.walks.yaml"

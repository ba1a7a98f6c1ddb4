"""Laws of inspecting: dead ends, loops without a visitor and data that may be missing are found before a visitor is."""

import time
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.actions.fulfill import Fulfill
from branchline.actions.send_message import SendMessage
from branchline.actions.set_data import SetData
from branchline.bot.exits import AnyExit, Case, End, GoTo, Route, WaitForReply
from branchline.bot.found import ISSUES_LIMIT
from branchline.bot.graph import circles, shortest_way
from branchline.bot.inspect import inspect
from branchline.bot.model import Bot, Endpoint, Node
from branchline.bot.parse import read
from branchline.captures import OneOf, Text
from branchline.captures.kinds import Choice
from branchline.conditions import Condition

HEAD = "branchline: 1\nbot: law\nstart: a\nendpoints: {e: {url: https://e.example/}}\n"


def codes(nodes: str, more: str = "") -> list[str]:
    found = read(f"{HEAD}{more}nodes:\n{nodes}".encode())
    return [
        issue.code
        for issue in found.issues
        if issue.code not in ("endpoint.unused", "node.unreachable", "tries.endless")
    ]


def node(name: str, exit_: str, *actions: str) -> str:
    return f"  {name}:\n    actions: [{', '.join(actions)}]\n    exit: {exit_}\n"


def go(target: str) -> str:
    return f"{{do: go_to, node: {target}}}"


def wait(target: str, name: str = "", more: str = "") -> str:
    capture = f"capture: {{kind: text, name: {name}}}, failed: {target}, " if name else ""
    return f"{{do: wait_for_reply, {capture}{more}go_to: {target}}}"


def route(data: str, operator: str, yes: str, no: str) -> str:
    return f"{{do: route, cases: [{{when: {{operand: data.{data}, operator: {operator}}}, go_to: {yes}}}], otherwise: {no}}}"


def say(text: str) -> str:
    return f'{{do: send_message, text: "{text}"}}'


def fulfill(failed: str, gives: str = "") -> str:
    failed_ = f", failed: {failed}" if failed else ""
    return f"{{do: fulfill, endpoint: e{failed_}, gives: [{gives}]}}"


SET = "{do: set_data, name: x, value: y}"
CLEAR = "{do: clear_data, names: [x]}"
END = node("z", "{do: end}")
USE = node("u", "{do: end}", say("{{ x }}"))


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        (node("a", go("a")), ["loop.endless"]),
        (node("a", go("b")) + node("b", go("c")) + node("c", go("b")), ["loop.endless"]),
        (node("a", go("b")) + node("b", wait("a")), []),
        (node("a", "{do: end}", fulfill("a")), ["loop.endless"]),
        (node("a", go("z"), fulfill("b")) + node("b", go("a")) + END, ["loop.endless"]),
        (node("a", go("z"), fulfill("b")) + node("b", wait("a")) + END, []),
        (node("a", go("a"), fulfill("z")) + END, ["loop.endless"]),
        (node("a", wait("z"), fulfill("a")) + END, ["loop.endless"]),
        (node("a", route("x", "is_set", "a", "z"), SET) + END, ["loop.possible"]),
        (node("a", route("x", "is_set", "a", "z")) + END, ["loop.endless"]),
        (node("a", route("x", "is_set", "a", "z"), fulfill("z", "x")) + END, ["loop.possible"]),
        (node("a", wait("z", more="no_reply: {after: 1 min, go_to: a}, ")) + END, ["loop.no_reply"]),
        (node("a", wait("z", more="no_reply: {after: 1 min, go_to: z}, ")) + END, []),
        (node("a", go("gone")), ["node.unknown"]),
    ],
)  # fmt: skip
def test_a_loop_without_a_visitor_is_found(nodes: str, expected: list[str]) -> None:
    assert codes(nodes, "data: {x: {}}\n") == expected


def test_an_inactivity_limit_ends_a_loop_of_timeouts() -> None:
    nodes = node("a", wait("z", more="no_reply: {after: 1 min, go_to: a}, ")) + END
    assert codes(nodes, "inactivity: {after: 30 min}\n") == []


@pytest.mark.parametrize(
    ("nodes", "certain"),
    [
        (node("a", go("u"), SET) + USE, True),
        (node("a", go("u")) + USE, False),
        (node("a", go("u"), SET, CLEAR) + USE, False),
        (node("a", go("u"), CLEAR, SET) + USE, True),
        (node("a", wait("u", "x")).replace("failed: u", "failed: z") + USE + END, True),
        (node("a", wait("u", "x")) + USE, False),
        (node("a", wait("u", "x", "no_reply: {after: 1 s, go_to: u}, ")).replace("failed: u", "failed: z") + USE + END, False),
        (node("a", go("u"), fulfill("z", "x")) + USE + END, True),
        (node("a", go("u"), fulfill("", "x")) + USE, False),
        (node("a", go("z"), fulfill("u", "x")) + USE + END, False),
        (node("a", go("u"), SET, fulfill("u", "x")) + USE, True),
        (node("a", route("x", "is_set", "u", "z")) + USE + END, True),
        (node("a", route("x", "is_not_set", "z", "u")) + USE + END, True),
        (node("a", route("x", "is_not_set", "u", "z")) + USE + END, False),
        (node("a", route("y", "is_set", "b", "c")) + node("b", go("u"), SET) + node("c", go("u")) + USE, False),
        (node("a", route("y", "is_set", "b", "c")) + node("b", go("u"), SET) + node("c", go("u"), SET) + USE, True),
        (node("a", go("u")) + node("b", go("u")) + USE.replace("{{ x }}", "{{ x | default: 'y' }}"), True),
        (node("a", "{do: end}", say("{{ x }}"), SET), False),
        (node("a", "{do: end}", SET, say("{{ x }}")), True),
        (node("a", go("b"), SET) + node("b", wait("u")) + node("c", go("b"), CLEAR) + USE, True),
        (node("a", go("b"), SET) + node("b", wait("c")) + node("c", go("b"), say("{{ x }}"), CLEAR), False),
    ],
)  # fmt: skip
def test_inserted_data_that_may_be_missing_is_found(nodes: str, certain: bool) -> None:
    found = [code for code in codes(nodes, "data: {x: {}, y: {}}\n") if not code.startswith(("failure", "loop"))]
    assert found == ([] if certain else ["data.may_be_missing"])


def test_a_word_comes_from_every_question() -> None:
    words = "data: {x: {}}\nwords: [{words: [help], go_to: u}]\n"
    both = node("a", go("b"), SET) + node("b", wait("z")) + USE + END
    assert codes(both, words) == []
    assert codes(node("a", wait("b")) + node("b", wait("z"), SET) + USE + END, words) == ["data.may_be_missing"]


def test_the_word_for_back_comes_to_a_question_with_cleared_data() -> None:
    nodes = node("a", go("b"), SET) + node("b", wait("c"), say("{{ x }}")) + node("c", wait("z"), CLEAR) + END
    assert codes(nodes, "data: {x: {}}\n") == []
    assert codes(nodes, "data: {x: {}}\nwords: [{words: [back], action: back}]\n") == ["data.may_be_missing"]


def test_a_way_on_which_data_is_missing_is_named() -> None:
    nodes = node("a", route("y", "is_set", "b", "c")) + node("b", go("u"), SET) + node("c", go("u")) + USE
    (issue,) = read(f"{HEAD}data: {{x: {{}}, y: {{}}}}\nnodes:\n{nodes}".encode()).issues[1:]
    assert "on the way 'a' → 'c' → 'u'" in issue.message


def test_the_last_reply_is_known_after_a_question() -> None:
    assert codes(node("a", wait("b")) + node("b", "{do: end}", say("{{ reply }}"))) == []
    assert codes(node("a", go("b"), say("{{ reply }}")) + node("b", wait("z")) + END) == ["data.may_be_missing"]


def test_the_words_of_an_unknown_target_are_the_house_s() -> None:
    (issue,) = read(
        (HEAD.replace("endpoints: {e: {url: https://e.example/}}\n", "") + "nodes:\n" + node("a", go("n7"))).encode()
    ).issues
    assert issue.message == "Node 'a' leads to node 'n7', which does not exist. Choose another target."
    assert issue.path == ("nodes", "a", "exit", "node")


GRAPHS = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, size - 1).map(str), max_size=3), min_size=size, max_size=size).map(
        lambda lists: {str(index): targets for index, targets in enumerate(lists)}
    )
)


@given(GRAPHS)
def test_nodes_are_in_a_circle_exactly_when_a_way_leads_back(graph: dict[str, Sequence[str]]) -> None:
    groups = circles(graph)
    of = {name: index for index, group in enumerate(groups) for name in group}
    for one in graph:
        for other in graph:
            together = bool(shortest_way(graph, one, other)) and bool(shortest_way(graph, other, one))
            assert together == (one in of and of.get(one) == of.get(other))


def big(count: int) -> Bot:
    """A bot of many nodes: questions, fulfillments, routes over them, and inserted data everywhere."""
    nodes: dict[str, Node] = {}
    for index in range(count):
        following = f"n{(index + 1) % count}"
        exit_: AnyExit
        match index % 5:
            case 0:
                choices = tuple(Choice(str(n), go_to=f"n{(index * 7 + n) % count}") for n in range(5))
                exit_ = WaitForReply(go_to=following, capture=OneOf("one", choices=choices))
            case 1:
                exit_ = WaitForReply(go_to=following, capture=Text(f"x{index}"), failed="n0")
            case 2 | 3:
                cases = tuple(
                    Case(
                        Condition(operand=f"data.x{(index + n) // 5 * 5 % count + 1}", operator="is", argument=str(n)),
                        f"n{(index + 3 + n) % count}",
                    )
                    for n in range(5)
                )
                exit_ = Route(cases, following)
            case _:
                exit_ = GoTo(following) if index % 3 else End()
        actions = (
            SendMessage(f"Hello {{{{ x{index // 5 * 5 + 1} }}}} and {{{{ one | default: 'x' }}}}"),
            SetData(f"y{index}", "{{ one }}"),
            Fulfill("e", failed="n0", gives=(f"z{index}",)),
        )
        nodes[f"n{index}"] = Node(exit_, actions=actions[: 3 if index % 5 == 4 else 2])
    return Bot(1, "big", "n0", nodes, endpoints={"e": Endpoint("https://e.example/")})


def test_a_bot_of_five_thousand_nodes_is_inspected_in_a_second() -> None:
    bot = big(5_000)
    inspect(big(50))
    started = time.process_time()
    issues = inspect(bot)
    assert time.process_time() - started < 1
    assert issues


def test_a_chain_of_ten_thousand_nodes_needs_no_recursion() -> None:
    nodes = {f"n{index}": Node(GoTo(f"n{index + 1}")) for index in range(9_999)} | {"n9999": Node(GoTo("n0"))}
    assert [issue.code for issue in inspect(Bot(1, "chain", "n0", nodes))] == ["loop.endless"]


@given(st.text(max_size=20))
def test_a_mistyped_target_never_stops_the_check(target: str) -> None:
    bot = Bot(1, "a", "a", {"a": Node(GoTo(target))})
    assert inspect(msgspec.structs.replace(bot, start=target)) is not None


def test_a_bot_that_is_wrong_everywhere_is_answered_soon() -> None:
    def name(index: int) -> str:
        return f"ask the customer about his order number {index}"

    nodes = {name(index): Node(GoTo(name(index) + "x")) for index in range(10_000)}
    started = time.process_time()
    issues = inspect(Bot(1, "wrong", name(0), nodes))
    assert time.process_time() - started < 4
    assert len(issues) == ISSUES_LIMIT

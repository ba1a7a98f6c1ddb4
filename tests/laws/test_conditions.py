"""Laws of conditions and of opening hours."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline import hours as opening
from branchline.conditions import DEPTH_LIMIT, LEAVES_LIMIT, OPERANDS, Condition, holds, problems, texts
from branchline.hours import Hours, is_open
from branchline.insert import template
from branchline.operators import OPERATORS
from branchline.timezones import local


class Seen:
    """What a condition looks at: a plain table."""

    def __init__(self, now: int = 0, timezone: str = "UTC", **values: str) -> None:
        self.now = now
        self.timezone = timezone
        self.values = {key.replace("__", "."): value for key, value in values.items()}

    def value(self, operand: str) -> str | None:
        return self.values.get(operand)

    def insert(self, text: str) -> str:
        return template(text).fill(lambda name: self.values.get(f"data.{name}"))


def read(**fields: object) -> Condition:
    return msgspec.convert(fields, Condition)


scalars = st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
leaves = st.builds(
    Condition,
    operand=st.none() | st.text(max_size=10) | st.sampled_from([*OPERANDS, "data.x"]),
    operator=st.none() | st.text(max_size=10) | st.sampled_from(list(OPERATORS)),
    argument=st.none() | scalars | st.lists(scalars, max_size=3).map(tuple),
)
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Condition, all=st.lists(inner, max_size=3).map(tuple))
        | st.builds(Condition, any=st.lists(inner, max_size=3).map(tuple), all=st.none() | st.just(()))
    ),
    max_leaves=10,
)


@given(conditions, st.none() | st.text(max_size=20))
def test_every_condition_holds_or_does_not(condition: Condition, value: str | None) -> None:
    look = Seen(**({} if value is None else {"data__x": value, "reply": value, "time": value}))
    assert holds(condition, look) in (True, False)
    assert all(sentence.endswith((".", "?")) or "syntax" in sentence for _, sentence in problems(condition))
    texts(condition)


@given(conditions)
def test_a_condition_survives_being_saved(condition: Condition) -> None:
    try:
        again = msgspec.json.decode(msgspec.json.encode(condition), type=Condition)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return  # an integer of over 64 bits, a lone surrogate: neither can stand in a bot file
    if condition == again:
        assert holds(again, Seen(data__x="1")) == holds(condition, Seen(data__x="1"))


def test_groups_hold_as_they_say() -> None:
    yes = read(operand="data.status", operator="is", argument="shipped")
    no = read(operand="data.status", operator="is", argument="lost")
    look = Seen(data__status="SHIPPED")
    assert holds(Condition(all=(yes, yes)), look)
    assert not holds(Condition(all=(yes, no)), look)
    assert holds(Condition(any=(no, yes)), look)
    assert not holds(Condition(any=(no, no)), look)
    assert holds(Condition(all=()), look)
    assert not holds(Condition(any=()), look)
    assert not holds(Condition(all=(yes,), any=(yes,)), look)
    assert not holds(msgspec.structs.replace(yes, all=(yes,)), look)
    assert not holds(Condition(), look)


def test_numbers_and_booleans_of_the_file_are_read_as_text() -> None:
    assert holds(read(operand="data.n", operator="equal", argument=7), Seen(data__n="007"))
    assert holds(read(operand="data.n", operator="is", argument=7), Seen(data__n="7"))
    assert holds(read(operand="data.n", operator="less", argument=0.5), Seen(data__n="0.49"))
    assert holds(read(operand="data.b", operator="is", argument=True), Seen(data__b="true"))
    assert holds(read(operand="data.n", operator="between", argument=[1, 2.5]), Seen(data__n="2.5"))


def test_an_argument_inserts_data_once() -> None:
    condition = read(operand="data.a", operator="is", argument="{{ b }}")
    assert holds(condition, Seen(data__a="x", data__b="X"))
    assert holds(condition, Seen(data__a="{{ c }}", data__b="{{ c }}", data__c="no"))
    assert texts(condition) == [(("argument",), "{{ b }}")]


@pytest.mark.parametrize(
    ("fields", "path", "says"),
    [
        ({}, (), "exactly one"),
        (
            {"all": [{"operand": "reply", "operator": "is_set"}], "operand": "page", "operator": "is_set"},
            (),
            "exactly one",
        ),
        ({"any": []}, ("any",), "is empty"),
        ({"operand": "data.x"}, (), "no operator"),
        ({"operand": "data.", "operator": "is_set"}, ("operand",), "names no data"),
        ({"operand": "repli", "operator": "is_set"}, ("operand",), "Did you mean 'reply'"),
        ({"operand": "status", "operator": "is_set"}, ("operand",), "'data.status'"),
        ({"operand": "reply", "operator": "start_with", "argument": "a"}, ("operator",), "Did you mean 'starts_with'?"),
        ({"operand": "reply", "operator": "is"}, ("argument",), "takes one argument"),
        ({"operand": "reply", "operator": "is_set", "argument": "x"}, ("argument",), "takes no argument"),
        ({"operand": "reply", "operator": "is", "argument": ["x"]}, ("argument",), "takes one argument"),
        ({"operand": "reply", "operator": "between", "argument": 3}, ("argument",), "a list of two"),
        ({"operand": "reply", "operator": "between", "argument": [3, 1]}, ("argument",), "smaller number first"),
        ({"operand": "reply", "operator": "less", "argument": "many"}, ("argument",), "is not a number"),
        ({"operand": "reply", "operator": "less", "argument": float("inf")}, ("argument",), "is not a number"),
        ({"operand": "reply", "operator": "before", "argument": "soon"}, ("argument",), "is not a date"),
        ({"operand": "reply", "operator": "within", "argument": "7 days"}, ("argument",), "is not a span"),
        ({"operand": "reply", "operator": "matches", "argument": "("}, ("argument",), "missing )"),
        ({"operand": "reply", "operator": "contains", "argument": " "}, ("argument",), "needs a text"),
        ({"operand": "reply", "operator": "is", "argument": "{{ x"}, ("argument",), "does not close"),
        (
            {"all": [{"operand": "reply", "operator": "is_one_of", "argument": ["a", "{{ b | uper }}"]}]},
            ("all", 0, "argument", 1),
            "upper",
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_is(fields: dict[str, object], path: tuple[str | int, ...], says: str) -> None:
    [(at, sentence)] = problems(msgspec.convert(fields, Condition))
    assert at == path
    assert says in sentence


def test_depth_and_size_are_limited() -> None:
    leaf = read(operand="reply", operator="is_set")
    deep = leaf
    for _ in range(DEPTH_LIMIT):
        deep = Condition(all=(deep,))
    assert problems(deep) == []
    assert holds(deep, Seen(reply="x"))
    assert "deeper than 5" in problems(Condition(all=(deep,)))[0][1]
    assert not holds(Condition(all=(deep,)), Seen(reply="x"))
    assert problems(Condition(any=(leaf,) * LEAVES_LIMIT)) == []
    assert "51 comparisons" in problems(Condition(any=(leaf,) * (LEAVES_LIMIT + 1)))[0][1]


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


OFFICE = Hours(
    open={"monday": ("09:00-17:00",), "friday": ("22:00-02:00",), "sunday": ("00:00-24:00",)}, closed_on=("2026-12-25",)
)


@pytest.mark.parametrize(
    ("moment", "timezone", "expected"),
    [
        ("2026-11-23T08:59", "UTC", False),
        ("2026-11-23T09:00", "UTC", True),
        ("2026-11-23T16:59", "UTC", True),
        ("2026-11-23T17:00", "UTC", False),
        ("2026-11-23T14:30", "America/New_York", True),
        ("2026-11-23T13:30", "America/New_York", False),
        ("2026-11-27T23:00", "UTC", True),
        ("2026-11-28T01:59", "UTC", True),
        ("2026-11-28T02:00", "UTC", False),
        ("2026-12-25T23:00", "UTC", False),
        ("2026-12-26T01:00", "UTC", False),
        ("2026-11-22T23:59", "UTC", True),
        # the wall clock counts on both sides of a clock change
        ("2026-03-30T08:00", "Europe/London", True),
        ("2026-03-23T08:00", "Europe/London", False),
    ],
)
def test_opening_hours_follow_the_clock_on_the_wall(moment: str, timezone: str, expected: bool) -> None:
    assert is_open(OFFICE, at(moment), timezone) is expected


def test_the_hours_own_zone_comes_before_the_bots() -> None:
    hours = msgspec.structs.replace(OFFICE, timezone="America/New_York")
    assert is_open(hours, at("2026-11-23T14:30"), "Pacific/Auckland")


@given(st.text(max_size=20), st.integers(-(10**17), 10**17), st.text(max_size=20))
def test_opening_hours_are_total(span: str, moment: int, timezone: str) -> None:
    hours = Hours(open={"monday": (span,)}, closed_on=(span,), timezone=timezone or None)
    assert is_open(hours, moment) in (True, False)
    opening.problems(hours)
    local(moment, timezone)


def test_what_is_wrong_with_opening_hours_is_said() -> None:
    assert opening.problems(OFFICE) == []
    assert msgspec.json.decode(msgspec.json.encode(OFFICE), type=Hours) == OFFICE
    wrong = Hours(
        open={"monday": ("9-5", "09:00-09:00", "25:00-26:00")}, closed_on=("25.12.",), timezone="Europe/Londn"
    )
    assert [path for path, _ in opening.problems(wrong)] == [
        ("timezone",),
        ("open", "monday", 0),
        ("open", "monday", 1),
        ("open", "monday", 2),
        ("closed_on", 0),
    ]

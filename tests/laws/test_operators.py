"""Laws of the operators that routes compare with."""

from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.operators import OPERATORS
from branchline.values import fold, items, moment, number, plain, time_of_day

NOW = 1_795_476_000_000  # 2026-11-23T23:20:00Z
any_text = (
    st.text(max_size=60)
    | st.text(alphabet="0123456789+-.,: TZtz\ud800\x00٣", max_size=40)
    | st.sampled_from(
        ["0001-01-01", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00+23:59", "NaN", "-Infinity", "1e999999999"]
    )
    | st.datetimes().map(lambda at: at.isoformat())
    | st.dates().map(lambda day: day.isoformat())
)
timezones = st.sampled_from(["UTC", "Europe/London", "Pacific/Auckland", "America/New_York", "", "no/such", "../x"])


def holds(name: str, value: str | None, *arguments: str, now: int = NOW, timezone: str = "UTC") -> bool:
    return OPERATORS[name].test(value, arguments, now, timezone)


def arguments_for(name: str, texts: list[str]) -> tuple[str, ...]:
    return tuple(texts[: {"none": 0, "one": 1, "two": 2, "many": 3}[OPERATORS[name].arity]])


@given(
    st.sampled_from(list(OPERATORS)),
    st.none() | any_text,
    st.lists(any_text, min_size=3, max_size=3),
    st.integers(-(10**15), 10**15),
    timezones,
)
def test_every_comparison_is_total(name: str, value: str | None, texts: list[str], now: int, timezone: str) -> None:
    assert OPERATORS[name].test(value, arguments_for(name, texts), now, timezone) in (True, False)


@given(st.sampled_from(list(OPERATORS)), any_text, st.lists(any_text, min_size=3, max_size=3))
def test_a_comparison_is_the_same_before_and_after_storing(name: str, value: str, texts: list[str]) -> None:
    if value.isprintable():
        stored = value.encode().decode()
        arguments = arguments_for(name, texts)
        assert OPERATORS[name].test(stored, arguments, NOW, "UTC") == OPERATORS[name].test(value, arguments, NOW, "UTC")


@given(any_text)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(any_text, any_text)
def test_is_and_is_not_are_opposites(value: str, argument: str) -> None:
    assert holds("is", value, argument) != holds("is_not", value, argument)


def test_text_stays_text() -> None:
    assert not holds("is", "007", "7")
    assert holds("equal", "007", "7")
    assert holds("equal", "7.0", "+7")
    assert holds("is_set", "0")
    assert not holds("is", "1,000", "1000")
    assert not holds("is", "true", "1")


@pytest.mark.parametrize("said", ["SHIPPED", " shipped ", "Shipped", "ſhipped"])
def test_case_and_outer_spaces_do_not_matter(said: str) -> None:
    assert holds("is", said, "SHIPPED")
    assert holds("is_one_of", said, "DELIVERED", "shipped")


def test_one_unicode_form() -> None:
    assert holds("is", "cafe\u0301", "CAFÉ")
    assert holds("is", "STRASSE", "Straße")
    assert holds("contains", "au CAFE\u0301 noir", "café")


def test_what_is_not_set_counts_as_empty() -> None:
    assert holds("is_not_set", None)
    assert holds("is_not_set", "  ")
    assert holds("is_not", None, "SHIPPED")
    for name in ("contains", "starts_with", "ends_with", "matches", "equal", "at_most", "before", "includes"):
        assert not holds(name, None, "")


@pytest.mark.parametrize("unreadable", ["", "twelve", "NaN", "Infinity", "1e5", "0x10", "1_000", "1,5", "9" * 31, "٣"])
def test_an_unreadable_number_makes_a_comparison_and_its_opposite_false(unreadable: str) -> None:
    assert number(unreadable) is None
    for name in ("equal", "greater", "at_least", "less", "at_most"):
        assert not holds(name, unreadable, "5")
        assert not holds(name, "5", unreadable)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
def test_a_number_is_read_exactly_and_written_plain(value: Decimal) -> None:
    read = number(format(value, "f"))
    assert read == value
    assert number(plain(value)) == value


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_numbers_are_ordered_as_numbers(one: int, other: int) -> None:
    assert holds("greater", str(one), str(other)) == (one > other)
    assert holds("at_most", str(one), str(other)) == (one <= other)
    assert holds("between", str(one), str(other), str(other + 100)) == (other <= one <= other + 100)


def test_times_of_day_can_be_compared_and_pass_midnight() -> None:
    assert holds("at_least", "09:30", "9:00")
    assert holds("between", "23:15", "22:00", "06:00")
    assert not holds("between", "12:00", "22:00", "06:00")
    assert not holds("greater", "14:30", "900")
    assert time_of_day("24:00") is None


def test_expressions_take_the_text_as_it_is() -> None:
    assert holds("matches", "order ABC-123!", "[A-Z]{3}-[0-9]{3}")
    assert not holds("matches", "abc-123", "^[A-Z]{3}")
    assert not holds("matches", "aa", r"(a)\1")
    assert not holds("matches", "a", "(")
    assert not holds("matches", "a", "a" * 1_001)


@pytest.mark.parametrize("expression", ["(a+)+$", "(a|a)*b", "(.*)*x", "(?:a?){500}a{500}", r"(\pL|[^\pL]){1,200}b$"])
def test_matching_takes_linear_time(expression: str) -> None:
    began = perf_counter()
    holds("matches", "a" * 4_000 + "!", expression)
    assert perf_counter() - began < 2


def test_dates_without_a_time_are_compared_by_day() -> None:
    assert holds("before", "2026-11-22", "2026-11-23")
    assert not holds("before", "2026-11-23T10:00Z", "2026-11-23")
    assert not holds("after", "2026-11-23T10:00Z", "2026-11-23")
    assert holds("after", "2026-11-23T10:00:00+01:00", "2026-11-23T08:59:59Z")
    # 23:30 in London's winter is the next day in Auckland
    assert holds("after", "2026-11-23T23:30Z", "2026-11-23", timezone="Pacific/Auckland")
    # a time without an offset is the bot's local time
    assert holds("before", "2026-07-01T12:00", "2026-07-01T11:30Z", timezone="Europe/London")


@pytest.mark.parametrize(
    "unreadable", ["", "soon", "2026-02-30", "23.11.2026", "2026-11-23T25:00", "20261123", "2026-W48-1"]
)
def test_an_unreadable_date_makes_a_comparison_and_its_opposite_false(unreadable: str) -> None:
    assert moment(unreadable) is None
    for name in ("before", "after"):
        assert not holds(name, unreadable, "2026-01-01")
        assert not holds(name, "2026-01-01", unreadable)
    assert not holds("within", unreadable, "last 7 days")


@pytest.mark.parametrize(
    ("value", "span", "expected"),
    [
        ("2026-11-23", "last 7 days", True),
        ("2026-11-16", "last 7 days", True),
        ("2026-11-15", "last 7 days", False),
        ("2026-11-24", "last 7 days", False),
        ("2026-11-26", "next 3 days", True),
        ("2026-11-27", "next 3 d", False),
        ("2026-11-23T00:00Z", "Last 24 Hours", True),
        ("2026-11-22T23:00Z", "last 24 hours", False),
        ("2026-11-23", "last 24 hours", False),
        ("2026-11-23", "7 days", False),
    ],
)
def test_within_counts_calendar_days_and_clock_hours(value: str, span: str, expected: bool) -> None:
    assert holds("within", value, span) is expected


def test_includes_looks_at_whole_values_of_a_list() -> None:
    assert holds("includes", "Red, blue", "BLUE")
    assert not holds("includes", "Red, light blue", "blue")
    assert not holds("includes", "", "")
    assert items(" a ,, b,") == ["a", "b"]


def test_every_operator_has_a_help_sentence() -> None:
    assert [name for name, operator in OPERATORS.items() if operator.name != name] == []
    assert all(operator.help.endswith(".") for operator in OPERATORS.values())

"""Conditions of routes: one comparison, or groups of them, as an author writes them down.

    {operand: data.status, operator: is, argument: SHIPPED}
    {all: [...]}   every one holds            {any: [...]}   at least one holds

A condition is total: whatever is wrong with it or with the data, it holds or it does not; it never fails.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Protocol

from msgspec import Meta, Struct

from branchline import expressions
from branchline.insert import template
from branchline.interaction.record import NAME_LIMIT
from branchline.issue import Path
from branchline.nearest import nearest
from branchline.operators import ARGUMENTS_LIMIT, OPERATORS, Operator, span
from branchline.values import fold, moment, number, time_of_day

OPERANDS: tuple[str, ...] = (
    "reply",
    "fulfillment.status",
    "fulfillment.reason",
    "channel",
    "locale",
    "page",
    "time",
    "weekday",
    "hours",
    "random",
)
"""What can be looked at beside `data.<name>`. `time` is HH:MM and `weekday` monday to sunday, both in the bot's time
zone; `hours` is open or closed; `random` is this interaction's share for the node, 0 to below 100."""

DEPTH_LIMIT = 5
"""Groups within groups; a deeper one does not hold."""
LEAVES_LIMIT = 50
"""Comparisons in one condition."""

Scalar = bool | int | float | str
Argument = bool | int | float | str | tuple[Scalar, ...] | None


class Condition(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Exactly one of three forms: a comparison (`operand`, `operator`, mostly `argument`), `all` or `any`.

    Arguments are text; `{{ name }}` inserts data. A number or a true/false in the file is read as its text.
    """

    operand: Annotated[str, Meta(max_length=NAME_LIMIT + 5)] | None = None
    operator: Annotated[str, Meta(max_length=50)] | None = None
    argument: Argument = None
    all: tuple["Condition", ...] | None = None
    any: tuple["Condition", ...] | None = None


class Look(Protocol):
    """What a condition can look at, at one moment of one interaction."""

    @property
    def now(self) -> int:
        """Milliseconds since the Unix epoch."""

    @property
    def timezone(self) -> str:
        """The bot's time zone, an IANA name."""

    def value(self, operand: str) -> str | None:
        """Give an operand's value; None when it is not set or not known."""

    def insert(self, text: str) -> str:
        """Fill an argument's `{{ name }}` from the data."""


def holds(condition: Condition, look: Look) -> bool:
    """Say whether a condition holds. An empty `all` holds, an empty `any` does not; a malformed condition does not."""
    return _holds(condition, look, 0)


def _holds(condition: Condition, look: Look, depth: int) -> bool:
    every, some = condition.all, condition.any
    if condition.operand is not None:
        return every is None and some is None and _compare(condition, condition.operand, look)
    if depth >= DEPTH_LIMIT or (every is None) == (some is None):
        return False
    if every is not None:
        return all(_holds(inner, look, depth + 1) for inner in every)
    return any(_holds(inner, look, depth + 1) for inner in some or ())


def _compare(condition: Condition, operand: str, look: Look) -> bool:
    operator = OPERATORS.get(condition.operator or "")
    if operator is None:
        return False
    argument = condition.argument
    arguments: tuple[str, ...]
    if isinstance(argument, str):
        arguments = (look.insert(argument) if "{{" in argument else argument,)
    else:
        arguments = tuple(look.insert(text) if "{{" in text else text for text in _texts(argument))
    if not _arity_fits(operator, len(arguments)):
        return False
    return operator.test(look.value(operand), arguments, look.now, look.timezone)


def _arity_fits(operator: Operator, count: int) -> bool:
    match operator.arity:
        case "none":
            return count == 0
        case "one":
            return count == 1
        case "two":
            return count == 2
        case "many":
            return count >= 1


def argument_texts(comparison: Condition) -> tuple[str, ...]:
    """Give the arguments of a comparison as they are compared, before data is inserted."""
    return _texts(comparison.argument)


def _texts(argument: Argument) -> tuple[str, ...]:
    """Give an argument as texts: none, one or several."""
    if argument is None:
        return ()
    if isinstance(argument, tuple):
        return tuple(_text(item) for item in argument)
    return (_text(argument),)


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return format(exact, "f") if exact.is_finite() else repr(value)
    return value if isinstance(value, str) else _whole(value)


def _whole(value: int) -> str:
    # Python refuses to write very long integers; no such number can be read as a value anyway
    return str(value) if value.bit_length() < 1_000 else ""


def _walk(condition: Condition, path: Path = (), depth: int = 0) -> Iterator[tuple[Path, Condition, int]]:
    """Give a condition and all within it, each with its place and its depth, down to the limit."""
    yield path, condition, depth
    if depth >= DEPTH_LIMIT:
        return
    for key, group in (("all", condition.all), ("any", condition.any)):
        for index, inner in enumerate(group or ()):
            yield from _walk(inner, (*path, key, index), depth + 1)


def has_exponent(condition: Condition) -> bool:
    """Say whether an argument is a number that JSON writes with an exponent, such as 1e+30."""
    arguments = (inner.argument for _, inner, _ in _walk(condition))
    return any(
        isinstance(value, float) and "e" in repr(value)
        for argument in arguments
        for value in (argument if isinstance(argument, tuple) else (argument,))
    )


def texts(condition: Condition) -> list[tuple[Path, str]]:
    """Give the texts into which data is inserted, each with its place."""
    found: list[tuple[Path, str]] = []
    for path, inner, _ in _walk(condition):
        if isinstance(inner.argument, tuple):
            found += [
                ((*path, "argument", at), text) for at, text in enumerate(inner.argument) if isinstance(text, str)
            ]
        elif isinstance(inner.argument, str):
            found.append(((*path, "argument"), inner.argument))
    return found


def problems(condition: Condition) -> list[tuple[Path, str]]:
    """Give what is wrong with a condition: the place in it, and a sentence that says what to do."""
    found: list[tuple[Path, str]] = []
    leaves = 0
    for path, inner, depth in _walk(condition):
        forms = [name for name in ("operand", "all", "any") if getattr(inner, name) is not None]
        if len(forms) != 1:
            given = " and ".join(forms) if forms else "none"
            found.append((path, f"A condition has exactly one of operand, all and any; here it has {given}. Keep one."))
        if "operand" in forms:
            leaves += 1
            found += [((*path, *at), sentence) for at, sentence in _leaf_problems(inner, inner.operand or "")]
            continue
        if inner.operator is not None or inner.argument is not None:
            found.append((path, "A group has no operator and no argument. Put them into its conditions."))
        for name, group in (("all", inner.all), ("any", inner.any)):
            if group is not None and not group:
                found.append(((*path, name), f"The group {name!r} is empty. Add a condition or remove the group."))
            if group and depth >= DEPTH_LIMIT:
                found.append(
                    ((*path, name), f"Groups are nested deeper than {DEPTH_LIMIT}. Make the condition flatter.")
                )
    if leaves > LEAVES_LIMIT:
        found.append(
            ((), f"The condition has {leaves} comparisons; at most {LEAVES_LIMIT} are allowed. Split the case in two.")
        )
    return found


def _leaf_problems(condition: Condition, operand: str) -> Iterator[tuple[Path, str]]:
    if operand.startswith("data."):
        if not 1 <= len(operand) - 5 <= NAME_LIMIT:
            yield ("operand",), f"{operand!r} names no data. Write data. and a name of 1 to {NAME_LIMIT} characters."
    elif operand not in OPERANDS:
        like = nearest(operand, OPERANDS)
        advice = f"Did you mean {like!r}, or 'data.{operand}'?" if like else f"Did you mean 'data.{operand}'?"
        yield ("operand",), f"There is no operand {operand!r}. {advice}"
    if condition.operator is None:
        yield (), f"The comparison of {operand!r} has no operator. Add one, such as operator: is."
        return
    operator = OPERATORS.get(condition.operator)
    if operator is None:
        like = nearest(condition.operator, OPERATORS)
        advice = f"Did you mean {like!r}?" if like else f"There are {', '.join(OPERATORS)}."
        yield ("operator",), f"There is no operator {condition.operator!r}. {advice}"
        return
    yield from _argument_problems(operator, condition.argument)


_NEEDS = {
    "none": "no argument",
    "one": "one argument",
    "two": "a list of two arguments",
    "many": f"a list of 1 to {ARGUMENTS_LIMIT} arguments",
}


def _argument_problems(operator: Operator, argument: Argument) -> Iterator[tuple[Path, str]]:
    arguments = _texts(argument)
    listed = isinstance(argument, tuple)
    if (
        not _arity_fits(operator, len(arguments))
        or len(arguments) > ARGUMENTS_LIMIT
        or (listed and operator.arity == "one")
    ):
        has = f"a list of {len(arguments)}" if listed else "one" if arguments else "none"
        yield ("argument",), f"The operator {operator.name!r} takes {_NEEDS[operator.arity]}; here it has {has}."
        return
    for index, text in enumerate(arguments):
        path: Path = ("argument", index) if listed else ("argument",)
        if "{{" in text:
            for sentence in template(text).problems:
                yield path, sentence
        else:
            wrong = _text_problem(operator, text)
            if wrong is not None:
                yield path, wrong
    if operator.name == "between":
        low, high = (number(text) for text in arguments)
        if low is not None and high is not None and low > high:
            yield ("argument",), f"Nothing is between {low} and {high}. Write the smaller number first."


def _text_problem(operator: Operator, text: str) -> str | None:
    """Say why a literal argument makes the comparison useless; None when it does not."""
    if operator.name == "matches":
        wrong = expressions.problem(text)
        return None if wrong is None else f"The expression {text[:100]!r} cannot be used: {wrong}. See the RE2 syntax."
    if operator.name == "within":
        return (
            None
            if span(text) is not None
            else f"{text!r} is not a span. Write such as 'last 7 days' or 'next 24 hours'."
        )
    if operator.kind == "number" and number(text) is None and time_of_day(text) is None:
        return f"{text!r} is not a number. Write digits, perhaps with a point, such as 12.5, or a time such as 09:30."
    if operator.kind == "date" and moment(text) is None:
        return f"{text!r} is not a date. Write it as YYYY-MM-DD, perhaps with a time."
    if not fold(text) and operator.name not in ("is", "is_not", "is_one_of"):
        return f"The operator {operator.name!r} needs a text. For data that may be empty, use is_set or is_not_set."
    return None

"""The mapping of a custom request: from any JSON answer to names of data, by JMESPath expressions. Pure.

Scalars become text: true and false, numbers as they stand in the JSON but never with an exponent, null leaves the name
out. Lists and objects become compact JSON text. Expressions and answers come from outside: the work of one mapping has
a budget, so that no pair of them can hold the process.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.functions import Functions, signature
from jmespath.visitor import Options, TreeInterpreter

from branchline.fulfillment.answer import DATA_LIMIT, Pair, Refused, pair_problem, parsed, shown
from branchline.fulfillment.reasons import Reason

EXPRESSION_LIMIT = 1_000
"""Characters of one expression."""
NAMES_LIMIT = 1_000
WORK_LIMIT = 50_000
"""Nodes visited and list elements made by all expressions of one mapping together: under 0.1 s."""
TEXT_LIMIT = 1_048_576
"""Characters of a text that a function of an expression may make on the way."""


class Exact(float):
    """A number that remembers how it was written."""

    __slots__ = ("text",)
    text: str


Exact.__name__ = "float"  # JMESPath tells the types of values by this name.


class TooMuchWork(Exception):
    """A mapping used up its budget."""


def check_mapping(mapping: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give (name, sentence) for every expression that cannot be used; for the check when a bot is saved."""
    found = []
    if len(mapping) > NAMES_LIMIT:
        found.append(("", f"The mapping has {len(mapping)} names; at most {NAMES_LIMIT:,} are allowed."))
    for name, expression in mapping.items():
        try:
            _compiled(expression)
        except ValueError as error:
            found.append((name, str(error)))
    return tuple(found)


def mapped(body: bytes, content_type: str | None, mapping: Mapping[str, str]) -> tuple[Pair, ...] | Refused:
    """Read an answer of any shape and take from it what the mapping asks for; all of it or nothing."""
    value = parsed(body, content_type)
    if isinstance(value, Refused):
        return value
    exact = json.loads(body, parse_float=_exact, parse_int=_whole)
    interpreter = _Bounded()
    found = []
    for name, expression in mapping.items():
        try:
            data = text_of(interpreter.visit(_compiled(expression), exact))
        except TooMuchWork:
            return Refused(
                Reason.BAD_ITEM, f"{shown(name)}: the mapping takes too much work on this answer. Make it simpler."
            )
        except OverflowError:
            return Refused(
                Reason.DATA_TOO_LONG,
                f"{shown(name)}: the mapped value has more than {DATA_LIMIT} characters. Map a smaller part.",
            )
        except Exception as error:  # jmespath lets errors of many kinds through when an answer does not fit
            return Refused(Reason.BAD_ITEM, f"{shown(name)}: the mapping does not fit the answer: {_first(error)}")
        if data is None:
            continue
        problem = pair_problem(name, data)
        if problem is not None:
            return Refused(problem.reason, f"{shown(name)}: {problem.detail}")
        found.append(Pair(name, data))
    return tuple(found)


def text_of(value: Any) -> str | None:
    """Give the text of a JSON value; None for null. OverflowError as soon as it is longer than data may be."""
    if value is None or isinstance(value, str):
        return value
    pieces, length = [], 0
    for piece in _pieces(value):
        length += len(piece)
        if length > DATA_LIMIT:
            raise OverflowError
        pieces.append(piece)
    return "".join(pieces)


def _pieces(value: Any) -> Iterator[str]:
    if value is None:
        yield "null"
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, int | float):
        yield _number(value)
    elif isinstance(value, str):
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, dict):
        for position, (key, inner) in enumerate(value.items()):
            yield ("," if position else "{") + json.dumps(key, ensure_ascii=False) + ":"
            yield from _pieces(inner)
        yield "}" if value else "{}"
    else:
        for position, inner in enumerate(value):
            yield "," if position else "["
            yield from _pieces(inner)
        yield "]" if value else "[]"


def _number(value: float) -> str:
    text = value.text if isinstance(value, Exact) else repr(value)
    if "e" not in text and "E" not in text:
        return text
    plain = Decimal(text)
    if abs(plain.adjusted()) > DATA_LIMIT or len(text) > DATA_LIMIT:
        raise OverflowError
    return format(plain, "f")


def _exact(text: str) -> Exact:
    number = Exact(text)
    number.text = text
    return number


def _whole(text: str) -> int | Exact:
    # Python's int has no -0 and a limit of its own on digits.
    return int(text) if len(text) <= DATA_LIMIT and text != "-0" else _exact(text)


class _Functions(Functions):
    @signature({"types": ["string"]}, {"types": ["array-string"]})
    def _func_join(self, joiner: str, array: list[str]) -> str:
        if len(joiner) * len(array) + sum(map(len, array)) > TEXT_LIMIT:
            raise TooMuchWork
        return joiner.join(array)

    @signature({"types": []})
    def _func_to_string(self, arg: Any) -> str:
        text = arg if isinstance(arg, str) else "".join(_pieces(arg))
        if len(text) > TEXT_LIMIT:
            raise TooMuchWork
        return text


class _Bounded(TreeInterpreter):
    def __init__(self) -> None:
        super().__init__(Options(custom_functions=_Functions()))
        self.left = WORK_LIMIT

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        result = super().visit(node, *args, **kwargs)
        self.left -= 1 + (len(result) if isinstance(result, list) else 0)
        if self.left < 0:
            raise TooMuchWork
        return result


@lru_cache(maxsize=2048)
def _compiled(expression: str) -> Any:
    """Give the parsed expression; ValueError with a sentence for the author."""
    if len(expression) > EXPRESSION_LIMIT:
        raise ValueError(f"The expression has {len(expression)} characters; at most {EXPRESSION_LIMIT:,} are allowed.")
    try:
        return jmespath.compile(expression).parsed
    except Exception as error:  # jmespath lets errors of many kinds through for odd expressions
        raise ValueError(f"The expression is not JMESPath: {_first(error)}") from None


def _first(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]

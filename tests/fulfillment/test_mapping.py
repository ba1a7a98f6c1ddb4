"""A mapping takes text out of any JSON, exactly, and with bounded work."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.fulfillment.answer import Refused
from branchline.fulfillment.mapping import check_mapping, mapped
from branchline.fulfillment.reasons import Reason

JSON = "application/json"


def one(body: bytes, expression: str) -> str | None:
    found = mapped(body, JSON, {"x": expression})
    assert not isinstance(found, Refused), found
    return found[0].data if found else None


@pytest.mark.parametrize(
    ("body", "expression", "data"),
    [
        (b'{"a":"007"}', "a", "007"),
        (b'{"a":7}', "a", "7"),
        (b'{"a":-0}', "a", "-0"),
        (b'{"a":1.10}', "a", "1.10"),
        (b'{"a":1e2}', "a", "100"),
        (b'{"a":1.5E-7}', "a", "0.00000015"),
        (b'{"a":12345678901234567890123}', "a", "12345678901234567890123"),
        (b'{"a":0.1000000000000000055511151231257827}', "a", "0.1000000000000000055511151231257827"),
        (b'{"a":true,"b":false}', "b", "false"),
        (b'{"a":null}', "a", None),
        (b'{"a":null}', "missing.deeper", None),
        (b'{"a":""}', "a", ""),
        (b'{"a":[1.0,{"b":null,"c":"\xc3\xa9\\n"}]}', "a", '[1.0,{"b":null,"c":"é\\n"}]'),
        (b'{"a":[]}', "a", "[]"),
        (b'{"a":{}}', "a", "{}"),
        (b'[{"n":"a","v":1},{"n":"b","v":2.50}]', "[?n=='b'].v | [0]", "2.50"),
        (b'{"a":[1.5,2]}', "sum(a)", "3.5"),
        (b'{"a":[3,1.0]}', "min(a)", "1.0"),
        (b'{"a":[3,1]}', "join(',', a[*].to_string(@))", "3,1"),
        (b'"x"', "@", "x"),
        (b'{"a":1e20}', "a > `1`", "true"),
    ],
)
def test_values_become_text_exactly(body: bytes, expression: str, data: str | None):
    assert one(body, expression) == data


@given(st.integers())
def test_whole_numbers_stay_whole(number: int):
    assert one(b'{"a":%d}' % number, "a") == str(number)


@pytest.mark.parametrize(
    ("body", "expression", "reason"),
    [
        (b"", "a", Reason.EMPTY),
        (b"{", "a", Reason.BAD_JSON),
        (b"[" * 33 + b"]" * 33, "a", Reason.TOO_DEEP),
        (b'{"a":"' + b"x" * 511 + b'"}', "a", Reason.DATA_TOO_LONG),
        (json.dumps({"a": list(range(1_000))}).encode(), "a", Reason.DATA_TOO_LONG),
        (b'{"a":1e300}', "a", None),
        (b'{"a":' + b"9" * 511 + b"}", "a", Reason.BAD_JSON),
        (b'{"a":"\\u0000"}', "a", Reason.BAD_CHARACTER),
        (b'{"a":"\\ud800"}', "a", Reason.BAD_CHARACTER),
        (b'{"a":"x"}', "sum(a)", Reason.BAD_ITEM),
        (b'{"a":[1,"x"]}', "sort(a)", Reason.BAD_ITEM),
    ],
)
def test_what_does_not_fit_has_a_reason(body: bytes, expression: str, reason: Reason | None):
    found = mapped(body, JSON, {"x": expression})
    assert (found.reason if isinstance(found, Refused) else None) is reason


def test_a_name_that_is_refused_refuses_all_and_is_named():
    found = mapped(b'{"a":"x","b":"' + b"y" * 511 + b'"}', JSON, {"good": "a", "street": "b"})
    assert found == Refused(Reason.DATA_TOO_LONG, '"street": data has 511 characters; at most 510 are allowed.')


@pytest.mark.parametrize(
    "expression",
    [
        "|".join(["[@,@]|[]"] * 80),
        "to_string([" * 60 + "@" + "])" * 60,
        "join(to_string(@), [].to_string(@))",
        "[*].[@,@,@,@][].[@,@,@,@][].[@,@,@,@][].[@,@,@,@][]",
        "sort_by(@, &to_string(@))",
        "map(&[@,@,@,@,@,@,@,@], @)",
    ],
)
def test_no_expression_and_answer_hold_the_process(expression: str):
    assert check_mapping({"x": expression}) == ()
    body = b"[" + b",".join([b"0"] * 100_000) + b"]"
    started = time.process_time()
    mapped(body, JSON, {f"x{n}": expression for n in range(100)})
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize("expression", ["", "(", "a..b", "foo bar", "[?", "a" * 1_001, "(" * 900, "`{`", "'", "&"])
def test_a_bad_expression_is_told_at_save_and_harmless_at_send(expression: str):
    ((name, said),) = check_mapping({"x": expression})
    assert name == "x"
    assert "JMESPath" in said or "characters" in said
    assert mapped(b"{}", JSON, {"x": expression}).reason is Reason.BAD_ITEM


@given(st.text(max_size=30))
def test_any_expression_is_checked_without_raising(expression: str):
    check_mapping({"x": expression})
    mapped(b'{"a":[1,{"b":"c"}]}', JSON, {"x": expression})


def test_too_many_names_are_told():
    assert check_mapping({f"n{n}": "a" for n in range(1_001)})[0][0] == ""

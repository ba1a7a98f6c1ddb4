import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline_endpoint import AnswerRefused
from branchline_endpoint.answer import MAX_BYTES, MAX_DATA, MAX_ENTRIES, MAX_NAME, encode

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.dictionaries(text.filter(bool).map(lambda t: t[:MAX_NAME]), text.map(lambda t: t[:MAX_DATA]), max_size=30))
def test_an_answer_within_the_limits_arrives_as_it_was_returned(answer: dict[str, str]) -> None:
    assert json.loads(encode(answer)) == [{"name": name, "data": data} for name, data in answer.items()]


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_to_say_is_an_empty_list(nothing: object) -> None:
    assert encode(nothing) == b"[]"


@pytest.mark.parametrize(
    "answer",
    [
        {"n" * MAX_NAME: "😀" * MAX_DATA},
        {str(number): "" for number in range(MAX_ENTRIES)},
        {"line": "first\nsecond\ttab \x01 \ufffe \x7f"},
    ],
)
def test_the_limits_themselves_are_allowed(answer: dict[str, str]) -> None:
    assert len(json.loads(encode(answer))) == len(answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"a": "", "b": "", "fullname": "x" * 600},
            "entry 3, 'fullname': data has 600 characters, at most 510 are allowed. Shorten it or split it.",
        ),
        ({"a": "", "n" * 192: ""}, "entry 2, '" + "n" * 40 + "…': name has 192 characters, at most 191 are allowed"),
        ({"": "x"}, "entry 1: name is empty"),
        ({7: "x"}, "entry 1: name is int"),
        ({"total": 12}, "entry 1, 'total': data is int, only text is allowed"),
        ({"paid": True}, "data is bool"),
        ({"carrier": None}, "entry 1, 'carrier': data is None"),
        ({"lines": ["a"]}, "data is list"),
        ({"raw": b"x"}, "data is bytes"),
        ({"note": "ab\0"}, "entry 1, 'note': data has U+0000 at character 3"),
        ({"no\0te": "ab"}, "entry 1, 'no\\x00te': name has U+0000 at character 3"),
        ({"note": "a\ud800"}, "entry 1, 'note': data has the lone surrogate U+D800 at character 2"),
        ({"\udfff": "a"}, "name has the lone surrogate U+DFFF at character 1"),
        ({str(number): "" for number in range(1_001)}, "the answer has 1,001 entries, at most 1,000 are allowed"),
        ({str(number): "é" * 500 for number in range(400)}, f"bytes, at most {MAX_BYTES:,} are allowed"),
        ([{"name": "a", "data": "b"}], "the function returned list"),
        ("SHIPPED", "the function returned str"),
    ],
)
def test_a_refused_answer_says_which_entry_and_which_limit(answer: object, said: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        encode(answer)
    assert said in str(refused.value)


@given(st.dictionaries(st.text() | st.integers(), st.text(max_size=600) | st.integers() | st.none(), max_size=5))
def test_whatever_is_returned_is_either_sent_as_json_text_or_refused(answer: dict[object, object]) -> None:
    try:
        body = encode(answer)
    except AnswerRefused:
        return
    assert all(isinstance(pair["name"], str) and isinstance(pair["data"], str) for pair in json.loads(body))

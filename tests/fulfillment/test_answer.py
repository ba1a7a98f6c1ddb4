"""An answer is kept whole or not at all, and a refusal names the entry."""

import json
import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.fulfillment.answer import DEPTH_LIMIT, Pair, Refused, deeper_than, pairs
from branchline.fulfillment.reasons import Reason

JSON = "application/json"
plain = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=510)
names = plain.map(lambda text: text[:191]).filter(bool)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(st.tuples(names, plain), max_size=20))
def test_what_is_within_the_limits_comes_back_unchanged_and_the_later_one_wins(entries: list[tuple[str, str]]):
    body = json.dumps([{"name": name, "data": data, "x": [1]} for name, data in entries]).encode()
    assert {one.name: one.data for one in pairs(body, JSON)} == dict(entries)


@given(st.binary(max_size=200))
def test_any_bytes_are_pairs_or_have_a_reason(body: bytes):
    found = pairs(body, JSON)
    assert isinstance(found, Refused) or all(isinstance(one, Pair) for one in found)


@given(values)
def test_any_json_is_pairs_or_has_a_reason(value: object):
    found = pairs(json.dumps(value).encode(), JSON)
    if isinstance(found, Refused):
        assert found.detail.endswith(".")
        found.detail.encode()


@given(values)
def test_the_scan_finds_the_depth_that_parsing_finds(value: object):
    def depth(one: object) -> int:
        if isinstance(one, list):
            return 1 + max(map(depth, one), default=0)
        if isinstance(one, dict):
            return 1 + max(map(depth, one.values()), default=0)
        return 0

    body = orjson.dumps(value)
    deep = depth(value)
    for limit in range(8):
        assert deeper_than(body, limit) == (deep > limit)


def test_a_hostile_text_is_scanned_in_linear_time():
    started = time.process_time()
    for body in (
        b'["' + b'\\"' * 131_000,
        b'"' * 262_000,
        b"[{" * 131_000,
        b"[]" * 131_000,
        b"\\" * 262_000,
        b'[""' * 80_000,
    ):
        deeper_than(body, DEPTH_LIMIT)
    assert time.process_time() - started < 2


def test_the_refusal_names_the_entry():
    body = json.dumps([{"name": "ok", "data": "x"}, {"name": "street", "data": "y" * 511}]).encode()
    assert pairs(body, JSON) == Refused(
        Reason.DATA_TOO_LONG, 'Entry 2 ("street"): data has 511 characters; at most 510 are allowed.'
    )


def test_a_refusal_can_be_stored_whatever_the_name():
    found = pairs(b'[{"name":"a\\u0000\\u202e\\n' + b"x" * 100 + b'","data":"b"}]', JSON)
    assert isinstance(found, Refused)
    assert found.reason is Reason.BAD_CHARACTER
    assert found.detail.isprintable()


@pytest.mark.parametrize("kind", [None, "", "text/html", "application/jsonx", "x/y+json"])
def test_what_is_not_labelled_as_json_is_not_read(kind: str | None):
    assert pairs(b"[]", kind).reason is Reason.BAD_CONTENT_TYPE


def test_an_empty_body_is_empty_whatever_its_label():
    assert pairs(b"", "text/html").reason is Reason.EMPTY

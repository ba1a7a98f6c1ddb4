import contextlib
import json
import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline_endpoint import InteractionRefused, Message, testing
from branchline_endpoint.interaction import parse, view


def document(**changes: Any) -> dict[str, Any]:
    return {**testing.document({"order_number": "007"}, messages=[("customer", "Where is it?")]), **changes}


def test_the_view_gives_what_an_author_wants_first() -> None:
    asked = parse(json.dumps(document()).encode())
    assert asked.data == {"order_number": "007"}
    assert asked.id == "4711"
    assert len(asked.quick_ref) == 6
    assert asked.messages == (Message("customer", "Where is it?", asked.attributes["created_at"]),)
    assert asked.fulfillment_id == "test-fulfillment"
    assert asked.raw["meta"]["bot"] == "test-bot"


def test_the_header_decides_over_the_document_about_the_id() -> None:
    assert view(document(), "from-header").fulfillment_id == "from-header"


@pytest.mark.parametrize("field", ["data", "attributes", "raw"])
def test_the_view_cannot_be_changed(field: str) -> None:
    asked = view(document())
    with pytest.raises(TypeError):
        operator.setitem(getattr(asked, field), "status", "SHIPPED")
    with pytest.raises(AttributeError):
        setattr(asked, field, {})


def test_without_the_flat_map_data_comes_from_the_linked_resources() -> None:
    whole = document()
    del whole["meta"]
    asked = view(whole)
    assert asked.data == {"order_number": "007"}
    assert asked.fulfillment_id is None


def test_a_document_of_the_bare_minimum_is_enough() -> None:
    asked = view({"data": {"type": "interactions", "id": "1", "attributes": {"uuid": "u"}}})
    assert (asked.data, asked.messages, asked.quick_ref) == ({}, (), "")


def test_unknown_keys_and_resources_are_ignored() -> None:
    whole = document(extra=1)
    whole["included"] += [{"type": "novelties", "id": "1"}, "stray"]
    assert view(whole).data == {"order_number": "007"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "the document is not an object"),
        (b"{}", "/data is not an object"),
        (b'{"data": NaN}', "NaN is not a JSON number"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"data": {"type": "bots"}}', "/data/type is not 'interactions'"),
        (b'{"data": {"type": "interactions", "id": 1, "attributes": {"uuid": "u"}}}', "/data/id is not text"),
        (b'{"data": {"type": "interactions", "id": "1"}}', "/data/attributes is not an object"),
        (b'{"data": {"type": "interactions", "id": "1", "attributes": {}}}', "/data/attributes/uuid is not text"),
    ],
)
def test_a_body_that_is_no_interaction_is_refused_by_its_part(body: bytes, said: str) -> None:
    with pytest.raises(InteractionRefused) as refused:
        parse(body)
    assert said in str(refused.value)


def test_data_that_is_not_text_is_refused_by_name() -> None:
    whole = document()
    whole["meta"]["data"]["count"] = 3
    with pytest.raises(InteractionRefused, match="/meta/data/count is not text"):
        view(whole)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["data", "type", "id", "attributes", "meta"]), inner)
    ),
)


@given(json_values)
def test_any_json_is_an_interaction_or_refused(value: object) -> None:
    with contextlib.suppress(InteractionRefused):
        view(value)

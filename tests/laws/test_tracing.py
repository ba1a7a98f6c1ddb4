"""Trace ids: what is taken from a request, and what is made of it (W3C Trace Context)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.service.identity import new_uuid
from branchline.tracing import child, parent, taken, trace_id

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "hello",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-0g",
        f"00-{TRACE}0-{SPAN}-01",
        "00-" + "é" * 32 + f"-{SPAN}-01",
    ],
)
def test_what_is_not_valid_is_not_taken(header: str) -> None:
    assert taken(header) == ""


def test_what_is_valid_is_taken_and_a_later_version_goes_on_as_ours() -> None:
    assert taken(f" {GIVEN} ") == GIVEN
    assert taken(f"cc-{TRACE}-{SPAN}-00-what-comes-later") == f"00-{TRACE}-{SPAN}-00"


@given(st.text())
def test_any_text_is_taken_or_not(header: str) -> None:
    assert taken(header) in {"", taken(taken(header))}


@given(st.integers(0, 2**47), st.text(min_size=1))
def test_what_is_made_is_valid_and_the_same_again(now: int, its: str) -> None:
    uuid = new_uuid(now)
    above = parent("", uuid)
    below = child(above, its.encode("utf-8", "ignore").decode())
    assert taken(above) == above == parent("", uuid)
    assert taken(below) == below
    assert trace_id(above) == trace_id(below) == uuid.replace("-", "")


def test_a_trace_that_was_brought_goes_on_with_its_flags() -> None:
    quiet = f"00-{TRACE}-{SPAN}-00"
    assert parent(quiet, "u") == quiet
    below = child(quiet, "call")
    assert (below[:36], below[52:]) == (quiet[:36], "-00")
    assert below[36:52] != SPAN
    assert child(quiet, "other") != below

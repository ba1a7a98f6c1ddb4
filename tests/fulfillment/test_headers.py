"""Owner headers can neither break out of their line nor say what only the client may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.fulfillment.headers import problems

FORBIDDEN = [
    "Host",
    "host",
    "Connection",
    "Keep-Alive",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Proxy-Authenticate",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "HTTP2-Settings",
    "Content-Length",
    "Content-Encoding",
    "Content-Type",
    "Accept",
    "Accept-Encoding",
    "Expect",
    "Range",
    "Idempotency-Key",
    "idempotency-key",
    "webhook-id",
    "Webhook-Signature",
    "webhook-timestamp",
    "webhook-anything",
    "Metadata",
    "Metadata-Flavor",
    "metadata-flavor",
    "Metadata-Token",
    "X-aws-ec2-metadata-token",
    "X-aws-ec2-metadata-token-ttl-seconds",
    "X-Google-Metadata-Request",
    "X-Metadata-Token",
]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_headers_that_are_not_the_owners_are_refused_by_name(name: str):
    (said,) = problems([(name, "x")])
    assert repr(name) in said


@pytest.mark.parametrize("name", ["", " ", "X Y", "X:", "X\r\nY", "X\n", "Ключ", "X\x00", "(x)", "x" * 101, "é"])
def test_a_name_that_is_no_token_is_refused(name: str):
    assert len(problems([(name, "x")])) == 1


@pytest.mark.parametrize(
    "value",
    ["", " x", "x ", "a\r\nHost: b", "a\nb", "a\rb", "a\x00b", "a\tb", "ü", "a\x7f", "x" * 5_001, " ", "\u2028"],
)
def test_a_value_that_is_not_visible_ascii_is_refused_without_quoting_it(value: str):
    (said,) = problems([("X-Key", value)])
    assert "'X-Key'" in said
    assert not value.strip() or value.strip() not in said


def test_good_headers_pass():
    assert (
        problems(
            [("Authorization", "Bearer abc def"), ("X-Api-Key", "x" * 5_000), ("x" * 100, "!~"), ("Cookie", "a=b")]
        )
        == ()
    )
    assert problems([(f"X-{n}", "{{ secret.key }}") for n in range(10)]) == ()


def test_all_problems_are_told_at_once():
    said = problems([("Host", "x"), ("X-A", "a\nb"), ("x-b", "1"), ("X-B", "2"), *((f"X-{n}", "v") for n in range(7))])
    assert len(said) == 4
    assert "11 headers" in said[-1]


def test_a_header_of_a_metadata_service_is_known_by_its_value_too():
    assert problems([("Authorization", "Bearer Oracle")])


@given(st.text(max_size=30), st.text(max_size=30))
def test_what_passes_cannot_break_its_line(name: str, value: str):
    if not problems([(name, value)]):
        line = f"{name}: {value}"
        assert line.isascii()
        assert line.isprintable()
        assert name.strip() == name != ""
        assert value.strip() == value != ""

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from branchline_endpoint.refusals import RequestRefused
from branchline_endpoint.signature import TOLERANCE_S, key_of, sign, verify

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(100, 132))).decode()
NOW = 1_713_913_080
BODY = b'{"data": {}}'


def signed(*secrets: str, at_s: int = NOW, body: bytes = BODY, message_id: str = "f1") -> dict[str, str]:
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(sign(key_of(secret), message_id, at_s, body) for secret in secrets),
    }


def test_the_published_vector_is_reproduced() -> None:
    # https://github.com/standard-webhooks/standard-webhooks, the specification's example secret and message
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    got = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert got == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_reference_package_signs_what_this_verifies() -> None:
    now = int(time.time())
    signature = Webhook(SECRET).sign("f1", datetime.fromtimestamp(now, UTC), BODY.decode())
    headers = {"webhook-id": "f1", "webhook-timestamp": str(now), "webhook-signature": signature}
    assert verify([key_of(SECRET)], headers, BODY, now) == "f1"


def test_the_reference_package_verifies_what_this_signs() -> None:
    Webhook(SECRET).verify(BODY.decode(), signed(SECRET, at_s=int(time.time())))


@pytest.mark.parametrize("accepted", [[SECRET], [OTHER], [SECRET, OTHER], [OTHER, SECRET]])
def test_one_common_secret_is_enough_while_they_are_replaced(accepted: list[str]) -> None:
    assert verify([key_of(secret) for secret in accepted], signed(SECRET, OTHER), BODY, NOW) == "f1"


def test_a_secret_given_as_bytes_is_the_key_itself() -> None:
    assert key_of(bytes(range(24))) == key_of(SECRET)


@pytest.mark.parametrize("away", [-TOLERANCE_S, 0, TOLERANCE_S])
def test_five_minutes_of_difference_are_tolerated(away: int) -> None:
    assert verify([key_of(SECRET)], signed(SECRET, at_s=NOW + away), BODY, NOW) == "f1"


def without(name: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: {key: value for key, value in headers.items() if key != name}


def with_(**changed: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: {**headers, **{name.replace("_", "-"): value for name, value in changed.items()}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without("webhook-id"), "signature.missing"),
        (without("webhook-timestamp"), "signature.missing"),
        (without("webhook-signature"), "signature.missing"),
        (with_(webhook_timestamp=str(NOW - TOLERANCE_S - 1)), "signature.out_of_time"),
        (with_(webhook_timestamp=str(NOW + TOLERANCE_S + 1)), "signature.out_of_time"),
        (with_(webhook_timestamp=str(NOW + 1)), "signature.wrong"),
        (with_(webhook_timestamp="soon"), "signature.malformed"),
        (with_(webhook_timestamp="٣"), "signature.malformed"),
        (with_(webhook_timestamp="9" * 5_000), "signature.malformed"),
        (with_(webhook_id="f2"), "signature.wrong"),
        (with_(webhook_signature="v1,é"), "signature.wrong"),
        (with_(webhook_signature="v2,abc v1a,abc"), "signature.wrong"),
        (lambda _: signed(OTHER), "signature.wrong"),
        (lambda _: signed(SECRET, body=BODY + b" "), "signature.wrong"),
    ],
)
def test_anything_else_is_401(change: Callable[[dict[str, str]], dict[str, str]], code: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        verify([key_of(SECRET)], change(signed(SECRET)), BODY, NOW)
    assert (refused.value.status, refused.value.code) == (401, code)


@given(st.text(), st.text(), st.text(), st.binary())
def test_no_header_makes_verifying_break(message_id: str, stamp: str, signature: str, body: bytes) -> None:
    headers = {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}
    with pytest.raises(RequestRefused):
        verify([key_of(SECRET)], headers, body, NOW)


@pytest.mark.parametrize("secret", ["", "hunter2-hunter2", "whsec_", "whsec_!!!!", "whsec_YWJj", b"short"])
def test_a_secret_that_cannot_be_one_is_refused_without_repeating_it(secret: str | bytes) -> None:
    with pytest.raises(ValueError) as refused:
        key_of(secret)
    assert not secret or str(secret).removeprefix("whsec_")[:4] not in str(refused.value) or len(str(secret)) < 8

"""Signatures are those of Standard Webhooks: its own verifier and its published vector agree."""

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from branchline.fulfillment.signature import key, signature

VECTOR = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_published_vector():
    assert signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', (VECTOR,)) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@given(
    st.binary(min_size=24, max_size=64), st.text(max_size=200), st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
)
def test_the_independent_verifier_accepts_what_was_signed(raw: bytes, text: str, call_id: str):
    secret = "whsec_" + base64.b64encode(raw).decode()
    body, at = json.dumps(text).encode(), int(time.time())
    headers = {
        "webhook-id": call_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(call_id, at, body, (secret,)),
    }
    assert Webhook(secret).verify(body, headers) == text
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


def test_while_a_secret_is_replaced_both_verify():
    old, new = VECTOR, "whsec_" + base64.b64encode(b"n" * 32).decode()
    at = int(time.time())
    headers = {
        "webhook-id": "a",
        "webhook-timestamp": str(at),
        "webhook-signature": signature("a", at, b"{}", (new, old)),
    }
    for secret in (old, new):
        assert Webhook(secret).verify(b"{}", headers) == {}


def test_a_raw_secret_is_its_own_bytes():
    raw = "a secret that stands as it is"
    assert key(raw) == raw.encode()
    assert signature("a", 1, b"", (raw,)) == signature(
        "a", 1, b"", ("whsec_" + base64.b64encode(raw.encode()).decode(),)
    )


@pytest.mark.parametrize("secret", ["", "short", "whsec_", "whsec_not base64!", "whsec_YQ==", "whsec_" + "A" * 21])
def test_a_useless_secret_is_refused_without_quoting_it(secret: str):
    with pytest.raises(ValueError, match="secret") as said:
        key(secret)
    assert len(secret) < 7 or secret not in str(said.value)


def test_padding_may_be_missing():
    assert key("whsec_" + base64.b64encode(b"x" * 25).decode().rstrip("=")) == b"x" * 25

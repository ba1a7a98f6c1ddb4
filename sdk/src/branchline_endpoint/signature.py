"""Standard Webhooks signatures, version 1 (https://www.standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`."""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence

from branchline_endpoint.refusals import RequestRefused

TOLERANCE_S = 300
"""How far a timestamp may lie from this machine's clock, in seconds, in both directions."""

PREFIX = "whsec_"
_SHORTEST_KEY = 16
_CHALLENGE = (("www-authenticate", "StandardWebhooks"),)


def key_of(secret: str | bytes) -> bytes:
    """The signing key in a secret: `whsec_` and base64 as text, or the bytes of the key itself.

    Raises `ValueError`, never repeating the secret.
    """
    if isinstance(secret, bytes):
        key = secret
    else:
        if not secret.startswith(PREFIX):
            raise ValueError(
                f"a signing secret does not begin with '{PREFIX}'. Copy it whole, or give the key itself as bytes."
            )
        try:
            key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            raise ValueError(f"a signing secret is not base64 after '{PREFIX}'. Copy it whole.") from None
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"a signing secret has {len(key)} bytes, at least {_SHORTEST_KEY} are needed. Make a new one.")
    return key


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """One entry of `webhook-signature`: `v1,` and base64. `timestamp` is in seconds since the Unix epoch."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def verify(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now_s: float) -> str:
    """The `webhook-id` of a request signed with one of `keys`.

    `headers` has lower-case names. Raises `RequestRefused` with status 401 when a header is missing, the timestamp is
    outside the tolerance, or no signature fits.
    """
    message_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not (message_id and stamp and signatures):
        raise _unsigned(
            "signature.missing",
            "This endpoint takes signed requests only, with webhook-id, webhook-timestamp and webhook-signature. "
            "Give the bot's endpoint its signing secret.",
        )
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise _unsigned("signature.malformed", "webhook-timestamp is not a number of seconds since 1970.")
    away = abs(now_s - int(stamp))
    if away > TOLERANCE_S:
        raise _unsigned(
            "signature.out_of_time",
            f"webhook-timestamp is {away:,.0f} s away from this endpoint's clock, at most {TOLERANCE_S} s are allowed. "
            "Set both clocks.",
        )
    # Every signature is compared with every key, so that the time taken does not tell which one nearly fitted.
    offered = [entry.encode("latin-1", "replace") for entry in signatures.split(" ")]
    fits = False
    for key in keys:
        expected = sign(key, message_id, int(stamp), body).encode()
        for entry in offered:
            fits |= hmac.compare_digest(expected, entry)
    if not fits:
        raise _unsigned("signature.wrong", "No signature fits this body. Compare the signing secrets on both sides.")
    return message_id


def _unsigned(code: str, detail: str) -> RequestRefused:
    return RequestRefused(401, code, detail, _CHALLENGE)

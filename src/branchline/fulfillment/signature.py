"""Signing a call after Standard Webhooks 1.0, scheme v1: HMAC-SHA256 over `id.timestamp.body`. Pure."""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from functools import lru_cache

SECRETS_LIMIT = 2
"""Live secrets of one endpoint: two while one replaces the other."""
KEY_MIN = 16
"""Bytes of a key at least: 128 bits, as the endpoint kit asks for; the specification recommends 24 to 64."""
_PREFIX = "whsec_"
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


@lru_cache(maxsize=256)
def key(secret: str) -> bytes:
    """Give the key of a secret: the bytes behind `whsec_` in base64, or the secret itself in UTF-8.

    ValueError for one that is empty, too short or not base64.
    """
    if secret.startswith(_PREFIX):
        text = secret[len(_PREFIX) :]
        if not _BASE64.fullmatch(text):
            raise ValueError("The signing secret is not base64 after whsec_. Paste it again.")
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4))
        except binascii.Error:
            raise ValueError("The signing secret is not base64 after whsec_. Paste it again.") from None
    else:
        raw = secret.encode("utf-8", "surrogatepass")
    if len(raw) < KEY_MIN:
        raise ValueError(f"The signing secret has {len(raw)} bytes; at least {KEY_MIN} are needed. Make a longer one.")
    return raw


def signature(call_id: str, at_s: int, body: bytes, secrets: Sequence[str]) -> str:
    """Give the value of `webhook-signature`: one `v1,…` for each live secret, separated by spaces. `at_s`: Unix s."""
    signed = f"{call_id}.{at_s}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.digest(key(one), signed, "sha256")).decode() for one in secrets)

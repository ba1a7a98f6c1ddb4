"""The check of an owner's headers: at save, at import, and at send with the secrets inserted (contract §3). Pure."""

import re
from collections.abc import Iterable

HEADERS_LIMIT = 10
NAME_LIMIT = 100
VALUE_LIMIT = 5_000

# RFC 9110 §5.6.2 (token) and §5.5 (field value; obs-text and tab left out on purpose).
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")

_HOP_BY_HOP = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "trailers",
        "transfer-encoding",
        "upgrade",
        "http2-settings",
        "alt-used",
    ]
)
_FRAMING = frozenset({"content-length", "content-encoding", "content-range", "content-location", "expect", "range"})
_OURS = frozenset({"content-type", "accept", "accept-encoding", "accept-charset", "idempotency-key"})
_METADATA = ("metadata", "x-aws-ec2-metadata", "x-google-metadata", "x-metadata-", "x-ibm-metadata")


def problems(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Say everything that is wrong with the headers, a sentence each. Values are never quoted: they may be secrets."""
    found: list[str] = []
    seen: set[str] = set()
    count = 0
    for name, value in headers:
        count += 1
        wrong = _name_problem(name) or _value_problem(name, value)
        if wrong is not None:
            found.append(wrong)
        lower = name.lower()
        if lower in seen:
            found.append(f"Header {name[:NAME_LIMIT]!r} is given twice. Give it once.")
        seen.add(lower)
    if count > HEADERS_LIMIT:
        found.append(f"There are {count} headers; at most {HEADERS_LIMIT} are allowed. Remove some.")
    return tuple(found)


def _name_problem(name: str) -> str | None:
    shown = repr(name[:NAME_LIMIT])
    lower = name.lower()
    if len(name) > NAME_LIMIT:
        return f"Header {shown}… has a name of {len(name)} characters; at most {NAME_LIMIT} are allowed."
    if not _TOKEN.fullmatch(name):
        return f"Header {shown} has a name that HTTP does not allow. Use letters, digits and hyphens."
    if lower == "host":
        return f"Header {shown} may not be set: the host is the one of the URL. Remove it."
    if lower in _HOP_BY_HOP:
        return f"Header {shown} may not be set: it belongs to the connection. Remove it."
    if lower in _FRAMING:
        return f"Header {shown} may not be set: it describes the body, which is made here. Remove it."
    if lower in _OURS or lower.startswith("webhook-"):
        return f"Header {shown} may not be set: every call sends its own. Remove it."
    if lower.startswith(_METADATA):
        return f"Header {shown} may not be set: it opens a cloud's metadata service. Remove it."
    return None


def _value_problem(name: str, value: str) -> str | None:
    shown = repr(name)
    if not value:
        return f"Header {shown} is empty. Give it a value, or check that its secret is set."
    if len(value) > VALUE_LIMIT:
        return f"Header {shown} has a value of {len(value)} characters; at most {VALUE_LIMIT:,} are allowed."
    if not _VALUE.fullmatch(value):
        return (
            f"Header {shown} has a value with a line break, a control character, a character outside ASCII, or a space"
            " at an end. Use visible ASCII characters."
        )
    if name.lower() == "authorization" and value.lower() == "bearer oracle":
        return f"Header {shown} may not have this value: it opens a cloud's metadata service. Use the service's own."
    return None

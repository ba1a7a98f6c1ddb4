"""What is asked of a request before its body counts: method, type, encoding, size, and the id it carries."""

import re
from collections.abc import Mapping

from branchline_endpoint.refusals import RequestRefused

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of a request's body. Branchline sends at most 1 MiB (contract, section 3)."""


def check_head(method: str, headers: Mapping[str, str], limit: int) -> None:
    """Refuses a request by its head alone: 405, 415, 400 or 413. Header names are in lower case."""
    if method != "POST":
        raise RequestRefused(
            405, "method.not_allowed", f"This endpoint takes POST, not {method[:20]}.", (("allow", "POST"),)
        )
    _check_type(headers.get("content-type", ""))
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise RequestRefused(
            415, "body.encoded", f"Content-Encoding {encoding[:40]!r} is not taken. Send the body plain."
        )
    length = headers.get("content-length", "")
    if length:
        if not (length.isascii() and length.isdigit()):
            raise RequestRefused(400, "length.malformed", "Content-Length is not a number.")
        if len(length) > 18 or int(length) > limit:
            raise too_large(limit)


def too_large(limit: int) -> RequestRefused:
    """413, saying the limit in bytes."""
    return RequestRefused(413, "body.too_large", f"The body has more than the {limit:,} bytes this endpoint takes.")


def idempotency_key(headers: Mapping[str, str]) -> str | None:
    """The id in `Idempotency-Key`: a structured-field string (`"id"`), with or without its quotes; `None` if absent."""
    value = headers.get("idempotency-key", "").strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    return value or None


def _check_type(content_type: str) -> None:
    kind, *parameters = (part.strip().lower() for part in content_type.split(";"))
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise RequestRefused(
            415, "body.not_json", f"Content-Type is {content_type[:80]!r}, but this endpoint takes application/json."
        )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in {"utf-8", "utf8"}:
            raise RequestRefused(415, "body.charset", f"The charset is {value[:40]!r}, but this endpoint takes UTF-8.")

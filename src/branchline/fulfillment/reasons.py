"""Why an endpoint could not be asked: the closed list of contract §3. Pure.

A reason is an outward word: bots route on it, the call log shows it. None is ever renamed or removed.
"""

from enum import StrEnum


class Reason(StrEnum):
    """One word for what went wrong with a call."""

    BLOCKED_ADDRESS = "blocked_address"
    DNS_ERROR = "dns_error"
    CONNECT_ERROR = "connect_error"
    TLS_ERROR = "tls_error"
    TIMEOUT = "timeout"
    BUSY = "busy"
    CIRCUIT_OPEN = "circuit_open"
    REDIRECT = "redirect"
    HTTP_1XX_ABUSE = "http_1xx_abuse"
    HTTP_4XX = "http_4xx"
    HTTP_429 = "http_429"
    HTTP_5XX = "http_5xx"
    EMPTY = "empty"
    BAD_HTTP = "bad_http"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    ENCODED_BODY = "encoded_body"
    BAD_CONTENT_TYPE = "bad_content_type"
    BAD_CHARSET = "bad_charset"
    BAD_JSON = "bad_json"
    TOO_DEEP = "too_deep"
    NOT_A_LIST = "not_a_list"
    BAD_ITEM = "bad_item"
    TOO_MANY_ITEMS = "too_many_items"
    NAME_TOO_LONG = "name_too_long"
    DATA_TOO_LONG = "data_too_long"
    BAD_CHARACTER = "bad_character"
    OUTCOME_UNKNOWN = "outcome_unknown"
    DISABLED = "disabled"


NOTHING_WAS_SENT = frozenset(
    {
        Reason.BLOCKED_ADDRESS,
        Reason.DNS_ERROR,
        Reason.CONNECT_ERROR,
        Reason.TLS_ERROR,
        Reason.BUSY,
        Reason.CIRCUIT_OPEN,
        Reason.DISABLED,
    }
)
"""With these the endpoint has certainly not seen the request."""

_UNAVAILABLE = frozenset(
    {
        Reason.DNS_ERROR,
        Reason.CONNECT_ERROR,
        Reason.TLS_ERROR,
        Reason.TIMEOUT,
        Reason.HTTP_429,
        Reason.HTTP_5XX,
        Reason.HTTP_1XX_ABUSE,
        Reason.BAD_HTTP,
        Reason.TRUNCATED,
    }
)

_NEVER_ASKED = frozenset({Reason.BLOCKED_ADDRESS, Reason.BUSY, Reason.CIRCUIT_OPEN, Reason.DISABLED})

_SENTENCES: dict[Reason, str] = {
    Reason.BLOCKED_ADDRESS: "The endpoint's address is not one that calls may go to. Use a public address, or ask the"
    " operator of this server to open the host or network.",
    Reason.DNS_ERROR: "The endpoint's host name could not be resolved. Check the spelling and the DNS entry.",
    Reason.CONNECT_ERROR: "The endpoint's host did not accept the connection. Check that the service runs and that its"
    " port is reachable from this server.",
    Reason.TLS_ERROR: "The encrypted connection could not be set up. Check the certificate: its name, its dates, and"
    " that the whole chain is sent.",
    Reason.TIMEOUT: "The endpoint did not answer in full before the deadline. Answer faster, or raise the deadline (at"
    " most 30 s).",
    Reason.BUSY: "Too many calls were waiting for this endpoint or for this server; the call was not made. Answer"
    " faster, or ask the operator to raise the number of calls in flight.",
    Reason.CIRCUIT_OPEN: "The endpoint failed several times in a row and is left alone for a while; the call was not"
    " made. It is tried again by itself, or reset the breaker.",
    Reason.REDIRECT: "The endpoint answered with a redirect, which is not followed. Enter the final URL.",
    Reason.HTTP_1XX_ABUSE: "The endpoint sent interim responses (1xx) without end, or switched protocols. Send one"
    " final response.",
    Reason.HTTP_4XX: "The endpoint refused the request (status 4xx). Check its URL, headers and secrets.",
    Reason.HTTP_429: "The endpoint said that it gets too many requests (status 429). Raise its limit.",
    Reason.HTTP_5XX: "The endpoint failed (status 5xx). Look into the service's own log.",
    Reason.EMPTY: "The endpoint answered without a body. Answer [] when there is nothing to say.",
    Reason.BAD_HTTP: "What the endpoint sent is not a valid HTTP response. Check that the URL leads to the service, and"
    " what stands between it and this server.",
    Reason.TRUNCATED: "The connection ended before the answer was complete. Check the service for crashes and proxies"
    " for limits.",
    Reason.TOO_LARGE: "The answer is larger than 256 KiB. Answer only with what the bot needs.",
    Reason.ENCODED_BODY: "The answer is compressed or otherwise encoded although none was asked for. Switch"
    " compression off for this URL.",
    Reason.BAD_CONTENT_TYPE: "The answer is not labelled as JSON. Send Content-Type: application/json.",
    Reason.BAD_CHARSET: "The answer is not UTF-8 without a byte order mark. Encode it as UTF-8.",
    Reason.BAD_JSON: "The answer is not valid JSON. Check what the service sends, or whether an error page replaced it.",
    Reason.TOO_DEEP: "The answer is nested deeper than 32 levels. Answer a flat list.",
    Reason.NOT_A_LIST: 'The answer is JSON but no list. Answer [{"name": "…", "data": "…"}].',
    Reason.BAD_ITEM: 'An entry of the answer is not {"name": text, "data": text}, or the mapping does not fit the'
    " answer. Send both as text; the detail names the entry.",
    Reason.TOO_MANY_ITEMS: "The answer has more than 1,000 entries. Answer only with what the bot needs.",
    Reason.NAME_TOO_LONG: "A name in the answer is longer than 191 characters. Shorten it; the detail names the entry.",
    Reason.DATA_TOO_LONG: "A value in the answer is longer than 510 characters. Shorten it; the detail names the entry.",
    Reason.BAD_CHARACTER: "The answer holds a character that cannot be stored (U+0000 or half of a surrogate pair)."
    " Remove it; the detail names the entry.",
    Reason.OUTCOME_UNKNOWN: "This server stopped between sending the request and keeping the answer. The endpoint may"
    " or may not have acted; mark it as safe to repeat if it honours the Idempotency-Key.",
    Reason.DISABLED: "The endpoint is switched off, or its settings cannot be used; the call was not made. Switch it"
    " on, or correct what the detail names.",
}


def sentence(reason: Reason) -> str:
    """Give what the reason means and what the owner can do, for people."""
    return _SENTENCES[reason]


def unavailable(reason: Reason) -> bool:
    """Whether the reason says that the endpoint is down or overloaded: what the breaker counts."""
    return reason in _UNAVAILABLE


def asked(reason: Reason) -> bool:
    """Whether the call says anything about the endpoint at all; if not, the breaker must not be told of it."""
    return reason not in _NEVER_ASKED

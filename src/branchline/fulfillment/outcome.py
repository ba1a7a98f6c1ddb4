"""How an attempt fails: what a broken connection or a status that is no answer means (contract §3)."""

import errno
import time
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp import ClientResponse, hdrs
from aiohttp.http_exceptions import HttpProcessingError

from branchline.fulfillment.answer import shown
from branchline.fulfillment.guard import Trail
from branchline.fulfillment.reasons import Reason
from branchline.fulfillment.urls import Target

RETRY_AFTER_MAX_S = 366 * 86_400
"""A longer wait than a year is a year."""
ON_THE_WIRE = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError, RuntimeError)
"""What aiohttp lets through when an endpoint breaks the rules; RuntimeError is its word for reading a lost connection."""


class Outcome(Exception):
    """An attempt ended with a reason."""

    def __init__(
        self, reason: Reason, detail: str, status: int | None = None, retry_after_ms: int | None = None
    ) -> None:
        self.reason = reason
        self.detail = detail
        self.status = status
        self.retry_after_ms = retry_after_ms
        super().__init__(reason)


def refused_by_status(response: ClientResponse) -> Outcome:
    status = response.status
    detail = f"The endpoint answered with status {status}."
    if not 100 <= status <= 599:
        return Outcome(Reason.BAD_HTTP, f"{detail[:-1]}, which HTTP does not have.", status)
    if status < 200:
        return Outcome(Reason.HTTP_1XX_ABUSE, detail, status)
    if status < 400:
        location = response.headers.get(hdrs.LOCATION, "").partition("?")[0]
        to = f" It points to {shown(location)}." if location else ""
        return Outcome(Reason.REDIRECT, detail + to, status)
    wait_ms = retry_after(response.headers.get(hdrs.RETRY_AFTER, ""), time.time())
    if status == 429:
        return Outcome(Reason.HTTP_429, detail, status, wait_ms)
    if status < 500:
        return Outcome(Reason.HTTP_4XX, detail, status, wait_ms)
    return Outcome(Reason.HTTP_5XX, detail, status, wait_ms)


def retry_after(text: str, now_s: float) -> int | None:
    """Read a Retry-After: seconds, or a date of HTTP. Gives milliseconds from now; None for anything else."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:12]), RETRY_AFTER_MAX_S) * 1000
    try:
        at = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return int(min(max(at - now_s, 0), RETRY_AFTER_MAX_S) * 1000)


def unconnected(error: aiohttp.ClientConnectorError, where: Target, attempt: Trail) -> Outcome:
    if attempt.blocked is not None and not attempt.dialled:
        return Outcome(Reason.BLOCKED_ADDRESS, attempt.blocked)
    cut = error.os_error.errno in {None, errno.ECONNRESET, errno.EPIPE}
    if where.scheme == "https" and cut:
        return Outcome(Reason.TLS_ERROR, f"TLS with {shown(where.host)} failed: the connection was closed.")
    return Outcome(Reason.CONNECT_ERROR, f"No connection to {shown(where.host)}, port {where.port}: {why(error)}.")


def broken(error: Exception, attempt: Trail, status: int | None = None) -> Outcome:
    if attempt.fault is not None:
        return Outcome(*attempt.fault, status)
    if isinstance(error, aiohttp.InvalidURL):
        return Outcome(Reason.BLOCKED_ADDRESS, "The URL's host is not one that can be dialled.")
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientConnectionError | OSError | RuntimeError):
        return Outcome(Reason.TRUNCATED, "The connection ended before the answer was complete.", status)
    return Outcome(Reason.BAD_HTTP, "The endpoint's response is not valid HTTP.", status)


def why(error: aiohttp.ClientConnectorError | aiohttp.ClientSSLError) -> str:
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error
    text = getattr(cause, "verify_message", None) or getattr(cause, "strerror", None) or str(cause)
    return str(text)[:200].rstrip(".")

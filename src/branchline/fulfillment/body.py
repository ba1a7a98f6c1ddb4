"""The body of a response, read no further than an answer may go (contract §3)."""

from aiohttp import ClientResponse, hdrs

from branchline.fulfillment.answer import ANSWER_LIMIT, shown
from branchline.fulfillment.outcome import Outcome, refused_by_status
from branchline.fulfillment.reasons import Reason


async def read_body(response: ClientResponse, unread: bool) -> bytes:
    """Give the body of a response that is an answer; Outcome for any other, without reading it."""
    status = response.status
    if not 200 <= status <= 299:
        raise refused_by_status(response)
    if unread:
        return b""
    encodings = (
        response.headers.getall(hdrs.CONTENT_ENCODING, ()),
        response.headers.getall(hdrs.TRANSFER_ENCODING, ()),
    )
    for values, plain in zip(encodings, ("identity", "chunked"), strict=True):
        if values and (len(values) > 1 or values[0].lower() != plain):
            raise Outcome(Reason.ENCODED_BODY, f"The answer is encoded as {shown(', '.join(values))}.", status)
    length = response.content_length
    if length is not None and length > ANSWER_LIMIT:
        raise _too_large(f"{length:,} bytes", status)
    if len(response.headers.getall(hdrs.CONTENT_TYPE, ())) > 1:
        raise Outcome(Reason.BAD_CONTENT_TYPE, "The answer has more than one Content-Type.", status)
    body = await response.content.readany()
    if response.content.at_eof():
        return _within(body, status)
    pieces, size = [body], len(body)
    while size <= ANSWER_LIMIT:
        piece = await response.content.readany()
        if not piece and response.content.at_eof():
            break
        pieces.append(piece)
        size += len(piece)
    return _within(b"".join(pieces), status)


def _within(body: bytes, status: int) -> bytes:
    if len(body) > ANSWER_LIMIT:
        raise _too_large(f"more than {ANSWER_LIMIT:,} bytes", status)
    return body


def _too_large(size: str, status: int) -> Outcome:
    return Outcome(Reason.TOO_LARGE, f"The answer has {size}; at most {ANSWER_LIMIT:,} are allowed.", status)

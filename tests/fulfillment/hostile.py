"""An endpoint that misbehaves in many named ways: one table of cases, each with what must come of it.

`python tests/fulfillment/hostile.py --port 0` prints the port it listens on (127.0.0.1) and serves until it is ended.
A case is chosen by the path: `POST /<case>`. `GET /counts` answers how many requests with a body each case has had,
`GET /cases` the table: name -> what is allowed to come of it (a reason of contract §3, or "ok").
"""

import argparse
import asyncio
import contextlib
import gzip
import json
import socket
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import NamedTuple

LONGEST_S = 6.0
"""No connection lives longer: a forgotten client cannot keep the server busy."""

PAIRS = b'[{"name":"fullname","data":"Ada Lovelace"},{"name":"status","data":"SHIPPED"}]'
SIZE = b"%x" % len(PAIRS)
JSON_TYPE = b"application/json"


class Talk:
    """One request being answered."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data: bytes, every_s: float = 0.05) -> None:
        for byte in data:
            await self.say(bytes([byte]))
            await asyncio.sleep(every_s)

    async def endless(self, data: bytes, every_s: float = 0.0) -> None:
        while True:
            await self.say(data)
            await asyncio.sleep(every_s)

    async def hang(self) -> None:
        await asyncio.sleep(LONGEST_S)

    def reset(self) -> None:
        wire = self.writer.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Serve = Callable[[Talk], Awaitable[None]]


class Case(NamedTuple):
    group: str
    expect: frozenset[str]
    serve: Serve
    keeps: bool
    """Whether the connection may be used for the next request."""
    reads_body: bool


CASES: dict[str, Case] = {}


def case(
    group: str, name: str, expect: str, serve: Serve | bytes, *, keeps: bool = False, reads_body: bool = True
) -> None:
    """Add a case; `expect` holds one outcome or several that are equally true, separated by spaces."""
    if name in CASES:
        raise ValueError(f"case {name} is there twice")
    CASES[name] = Case(
        group, frozenset(expect.split()), says(serve) if isinstance(serve, bytes) else serve, keeps, reads_body
    )


def says(data: bytes) -> Serve:
    async def serve(talk: Talk) -> None:
        await talk.say(data)

    return serve


def head(length: int | None = None, *extra: bytes, status: bytes = b"200 OK", kind: bytes | None = JSON_TYPE) -> bytes:
    lines = [b"HTTP/1.1 " + status]
    if kind is not None:
        lines.append(b"Content-Type: " + kind)
    if length is not None:
        lines.append(b"Content-Length: %d" % length)
    return b"\r\n".join([*lines, *extra, b"", b""])


def answer(body: bytes, *extra: bytes, status: bytes = b"200 OK", kind: bytes | None = JSON_TYPE) -> bytes:
    return head(len(body), *extra, status=status, kind=kind) + body


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


CHUNKED = head(None, b"Transfer-Encoding: chunked")
GOOD = answer(PAIRS)


# --- connection -------------------------------------------------------------------------------------------------------


def cut(data: bytes, *, reset: bool = False) -> Serve:
    async def serve(talk: Talk) -> None:
        if data:
            await talk.say(data)
            await asyncio.sleep(0.05)
        if reset:
            talk.reset()

    return serve


for suffix, reset in (("closes", False), ("resets", True)):
    case("connection", f"{suffix}_without_a_word", "truncated", cut(b"", reset=reset))
    case("connection", f"{suffix}_in_the_status_line", "truncated", cut(b"HTTP/1.1 20", reset=reset))
    case("connection", f"{suffix}_after_the_status_line", "truncated", cut(b"HTTP/1.1 200 OK\r\n", reset=reset))
    case("connection", f"{suffix}_in_a_header", "truncated", cut(b"HTTP/1.1 200 OK\r\nContent-Ty", reset=reset))
    case("connection", f"{suffix}_after_the_head", "truncated", cut(head(len(PAIRS)), reset=reset))
    case("connection", f"{suffix}_in_the_body", "truncated", cut(head(len(PAIRS)) + PAIRS[:20], reset=reset))
    case("connection", f"{suffix}_in_a_chunk_size", "truncated", cut(CHUNKED + b"4", reset=reset))
    case("connection", f"{suffix}_in_a_chunk", "truncated", cut(CHUNKED + SIZE + b"\r\n" + PAIRS[:9], reset=reset))
    case("connection", f"{suffix}_before_the_last_chunk", "truncated", cut(CHUNKED + chunked(PAIRS)[:-5], reset=reset))
case("connection", "closes_before_it_reads_the_body", "truncated", cut(b""), reads_body=False)
case("connection", "answers_before_it_reads_the_body", "ok", GOOD, reads_body=False)
case("connection", "answers_and_resets", "ok", cut(GOOD, reset=True))
case("connection", "answers_and_closes_unannounced", "ok", GOOD)
case("connection", "answers_and_closes_announced", "ok", answer(PAIRS, b"Connection: close"))
case("connection", "keeps_the_connection", "ok", GOOD, keeps=True)
case("connection", "cut_in_a_body_without_length", "bad_json", cut(head() + PAIRS[:30]))


# --- time -------------------------------------------------------------------------------------------------------------


def stalls(data: bytes) -> Serve:
    async def serve(talk: Talk) -> None:
        if data:
            await talk.say(data)
        await talk.hang()

    return serve


def drips(first: bytes, rest: bytes, every_s: float = 0.05, *, then_hangs: bool = True) -> Serve:
    async def serve(talk: Talk) -> None:
        await talk.say(first)
        await talk.drip(rest, every_s)
        if then_hangs:
            await talk.hang()

    return serve


def repeats(first: bytes, again: bytes, every_s: float = 0.0) -> Serve:
    async def serve(talk: Talk) -> None:
        await talk.say(first)
        await talk.endless(again, every_s)

    return serve


def waits(seconds: float, data: bytes) -> Serve:
    async def serve(talk: Talk) -> None:
        await asyncio.sleep(seconds)
        await talk.say(data)

    return serve


case("time", "silent", "timeout", stalls(b""))
case("time", "silent_and_never_reads", "timeout", stalls(b""), reads_body=False)
case("time", "stalls_in_the_status_line", "timeout", stalls(b"HTTP/1.1 2"))
case("time", "stalls_after_the_status_line", "timeout", stalls(b"HTTP/1.1 200 OK\r\n"))
case("time", "stalls_before_the_blank_line", "timeout", stalls(head(len(PAIRS))[:-2]))
case("time", "stalls_after_the_head", "timeout", stalls(head(len(PAIRS))))
case("time", "stalls_in_the_body", "timeout", stalls(head(len(PAIRS)) + PAIRS[:-1]))
case("time", "stalls_in_a_chunk", "timeout", stalls(CHUNKED + SIZE + b"\r\n" + PAIRS[:9]))
case("time", "stalls_before_the_last_chunk", "timeout", stalls(CHUNKED + chunked(PAIRS)[:-5]))
case("time", "stalls_in_the_trailer", "timeout", stalls(CHUNKED + chunked(PAIRS)[:-2] + b"X-Sum: 1\r\n"))
case("time", "never_closes_a_body_without_length", "timeout", stalls(head() + PAIRS))
case("time", "stalls_after_100", "timeout", stalls(b"HTTP/1.1 100 Continue\r\n\r\n"))
case("time", "drips_the_status_line", "timeout", drips(b"", b"HTTP/1.1 200 " + b"O" * 200))
case("time", "drips_headers", "timeout", drips(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 20))
case("time", "drips_the_body", "timeout", drips(head(len(PAIRS)), PAIRS))
case("time", "drips_chunks", "timeout", repeats(CHUNKED, b"1\r\n \r\n", 0.03))
case("time", "drips_spaces_without_length", "timeout", repeats(head(), b" ", 0.03))
case("time", "drips_a_chunk_extension", "timeout", drips(CHUNKED + b"4;", b"x" * 200))
case("time", "drips_trailers", "timeout", repeats(CHUNKED + chunked(PAIRS)[:-2], b"X-A: b\r\n", 0.05))
case("time", "drips_interim_responses", "timeout", repeats(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.15))
case("time", "answers_after_the_deadline", "timeout", waits(2.5, GOOD))
case("time", "answers_slowly_but_in_time", "ok", waits(0.3, GOOD))
case("time", "drips_but_in_time", "ok", drips(head(len(PAIRS)), PAIRS, 0.003, then_hangs=False))


# --- status -----------------------------------------------------------------------------------------------------------

INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"
case("status", "ok_after_100", "ok", INTERIM + GOOD)
case("status", "ok_after_102_and_103", "ok", b"HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: </a>\r\n\r\n" + GOOD)
case("status", "floods_with_100", "http_1xx_abuse", repeats(b"", INTERIM * 3_000))
case(
    "status",
    "floods_with_103_and_headers",
    "http_1xx_abuse",
    repeats(b"", b"HTTP/1.1 103 E\r\nX: " + b"y" * 7_000 + b"\r\n\r\n"),
)
case("status", "seventeen_interim_responses", "http_1xx_abuse", INTERIM * 17 + GOOD)
case("status", "only_an_interim_response", "truncated", INTERIM)
case(
    "status",
    "switches_protocols",
    "http_1xx_abuse",
    b"HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00",
)
case("status", "switches_protocols_for_no_reason", "http_1xx_abuse", b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + GOOD)
for status in (200, 201, 202, 203, 206, 226):
    case("status", f"status_{status}", "ok", answer(PAIRS, status=b"%d Fine" % status))
case("status", "status_204", "empty", b"HTTP/1.1 204 No Content\r\n\r\n", keeps=True)
case("status", "status_204_with_a_body", "empty bad_http", answer(PAIRS, status=b"204 No Content"))
case("status", "status_205", "empty", answer(b"", status=b"205 Reset Content"))
for status in (300, 301, 302, 303, 304, 305, 307, 308):
    case(
        "status", f"status_{status}", "redirect", answer(b"", b"Location: /status_200", status=b"%d Elsewhere" % status)
    )
case(
    "status", "redirects_to_the_inside", "redirect", answer(b"", b"Location: http://169.254.169.254/", status=b"302 F")
)
case("status", "redirects_to_a_file", "redirect", answer(b"", b"Location: file:///etc/passwd", status=b"302 F"))
case("status", "redirects_with_pairs", "redirect", answer(PAIRS, status=b"303 See Other"))
for status in (
    400,
    401,
    402,
    403,
    404,
    405,
    406,
    407,
    408,
    409,
    410,
    413,
    415,
    418,
    421,
    422,
    425,
    426,
    428,
    431,
    451,
    499,
):
    case("status", f"status_{status}", "http_4xx", answer(PAIRS, status=b"%d No" % status))
case("status", "status_429", "http_429", answer(b"", b"Retry-After: 1", status=b"429 Too Many Requests"))
for status in (500, 501, 502, 503, 504, 505, 507, 511, 599):
    case("status", f"status_{status}", "http_5xx", answer(PAIRS, status=b"%d Oh" % status))
case("status", "fails_with_a_gigabyte", "http_5xx", repeats(head(1 << 30, status=b"500 Oh"), b"x" * 65_536))
for status in (b"600", b"999", b"099", b"000", b"20", b"2000", b"-20", b"abc", b"0x1"):
    case(
        "status",
        f"status_{status.decode().replace('-', 'minus_')}",
        "bad_http",
        answer(PAIRS, status=status + b" What"),
    )


# --- framing ----------------------------------------------------------------------------------------------------------


def swapped(old: bytes, new: bytes) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


case("framing", "speaks_ssh", "bad_http", b"SSH-2.0-OpenSSH_9.6\r\n")
case("framing", "speaks_http_0_9", "bad_http", PAIRS)
case("framing", "speaks_http_1_0", "ok", swapped(b"HTTP/1.1", b"HTTP/1.0"))
case("framing", "speaks_http_1_2", "bad_http", swapped(b"HTTP/1.1", b"HTTP/1.2"))
case(
    "framing",
    "speaks_http_2",
    "bad_http",
    b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00",
)
case("framing", "speaks_http_9_9", "bad_http", swapped(b"HTTP/1.1", b"HTTP/9.9"))
case("framing", "speaks_tls", "bad_http", b"\x15\x03\x01\x00\x02\x02\x46")
case("framing", "speaks_shoutcast", "bad_http", swapped(b"HTTP/1.1", b"ICY"))
case("framing", "speaks_lower_case", "bad_http", swapped(b"HTTP/1.1", b"http/1.1"))
case("framing", "speaks_binary", "bad_http", bytes(range(256)) * 8)
case("framing", "asks_back", "bad_http", b"POST /callback HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
case("framing", "no_reason_phrase", "ok", swapped(b"200 OK", b"200"))
case("framing", "bytes_in_the_reason_phrase", "ok", swapped(b"200 OK", b"200 \xff\xfe"))
case("framing", "blank_lines_first", "ok bad_http", b"\r\n\r\n" + GOOD)
case("framing", "bare_line_feeds", "ok bad_http", head(len(PAIRS)).replace(b"\r\n", b"\n") + PAIRS)
case("framing", "bare_carriage_returns", "bad_http truncated", head(len(PAIRS)).replace(b"\r\n", b"\r") + PAIRS)
case("framing", "header_without_colon", "bad_http", swapped(b"Content-Type", b"Nonsense\r\nContent-Type"))
case("framing", "header_without_name", "bad_http", swapped(b"Content-Type", b": x\r\nContent-Type"))
case("framing", "space_in_a_header_name", "bad_http", swapped(b"Content-Type", b"X Y: z\r\nContent-Type"))
case("framing", "space_before_the_colon", "bad_http", swapped(b"Content-Type:", b"Content-Type :"))
case("framing", "nul_in_a_header", "bad_http", swapped(b"Content-Type", b"X: a\x00b\r\nContent-Type"))
case("framing", "folded_header", "ok bad_http", swapped(b"Content-Type", b"X: a\r\n b\r\nContent-Type"))
case("framing", "bytes_in_a_header", "ok bad_http", swapped(b"Content-Type", b"X: \xff\xfe\r\nContent-Type"))
case(
    "framing", "header_of_9000_bytes", "bad_http", swapped(b"Content-Type", b"X: " + b"y" * 9_000 + b"\r\nContent-Type")
)
case(
    "framing", "header_name_of_9000_bytes", "bad_http", swapped(b"Content-Type", b"x" * 9_000 + b": y\r\nContent-Type")
)
case("framing", "two_hundred_headers", "bad_http", swapped(b"Content-Type", b"X: y\r\n" * 200 + b"Content-Type"))
case(
    "framing",
    "head_of_40_kilobytes",
    "bad_http",
    swapped(b"Content-Type", (b"X: " + b"y" * 4_000 + b"\r\n") * 10 + b"Content-Type"),
)
case("framing", "endless_status_line", "bad_http", repeats(b"HTTP/1.1 200 ", b"x" * 4_096))
case("framing", "endless_headers", "bad_http", repeats(b"HTTP/1.1 200 OK\r\n", b"X-Header: value\r\n" * 100))
case("framing", "endless_header", "bad_http", repeats(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 4_096))
LENGTH = b"Content-Length: %d" % len(PAIRS)
for name, length, expect in (
    ("negative", b"-1", "bad_http"),
    ("with_plus", b"+%d" % len(PAIRS), "bad_http"),
    ("hexadecimal", b"0x" + SIZE, "bad_http"),
    ("empty", b"", "bad_http"),
    ("a_word", b"many", "bad_http"),
    ("a_list", b"%d, %d" % (len(PAIRS), len(PAIRS)), "bad_http"),
    ("beyond_64_bits", b"9" * 30, "bad_http"),
    ("a_gigabyte", b"%d" % (1 << 30), "too_large"),
    ("an_exabyte", b"%d" % (1 << 60), "too_large"),
    ("one_too_many_bytes", b"262145", "too_large"),
    ("too_long_by_one", b"%d" % (len(PAIRS) + 1), "truncated"),
    ("too_short_by_one", b"%d" % (len(PAIRS) - 1), "bad_http bad_json"),
    ("zero_with_a_body", b"0", "empty bad_http"),
    ("in_arabic_digits", "٧٩".encode(), "bad_http"),
):
    case("framing", f"length_{name}", expect, swapped(LENGTH, b"Content-Length: " + length))
case("framing", "two_equal_lengths", "ok bad_http", swapped(LENGTH, LENGTH + b"\r\n" + LENGTH))
case("framing", "two_different_lengths", "bad_http", swapped(LENGTH, LENGTH + b"\r\nContent-Length: 5"))
case("framing", "length_and_chunked", "bad_http", swapped(LENGTH, LENGTH + b"\r\nTransfer-Encoding: chunked"))
case("framing", "chunked_and_length", "bad_http", head(None, b"Transfer-Encoding: chunked", LENGTH) + chunked(PAIRS))
case("framing", "length_longer_and_stalls", "timeout", stalls(swapped(LENGTH, b"Content-Length: 90")))
case("framing", "no_length_and_closes", "ok", head() + PAIRS)
case("framing", "chunks", "ok", CHUNKED + chunked(PAIRS[:9], PAIRS[9:]), keeps=True)
case("framing", "chunks_of_one_byte", "ok", CHUNKED + chunked(*(PAIRS[n : n + 1] for n in range(len(PAIRS)))))
case("framing", "chunks_with_extensions", "ok", CHUNKED + SIZE + b";a=b\r\n" + PAIRS + b"\r\n0;c\r\n\r\n")
case("framing", "chunks_with_trailers", "ok", CHUNKED + chunked(PAIRS)[:-2] + b"X-Sum: 1\r\n\r\n")
case(
    "framing",
    "chunks_with_leading_zeros",
    "ok bad_http",
    CHUNKED + b"000000" + SIZE + b"\r\n" + PAIRS + b"\r\n0\r\n\r\n",
)
case("framing", "chunk_size_a_word", "bad_http", CHUNKED + b"many\r\n" + PAIRS + b"\r\n0\r\n\r\n")
case("framing", "chunk_size_negative", "bad_http", CHUNKED + b"-" + SIZE + b"\r\n" + PAIRS + b"\r\n0\r\n\r\n")
case("framing", "chunk_size_beyond_64_bits", "bad_http", CHUNKED + b"f" * 20 + b"\r\n" + PAIRS)
case("framing", "chunk_size_with_prefix", "bad_http", CHUNKED + b"0x" + SIZE + b"\r\n" + PAIRS + b"\r\n0\r\n\r\n")
case("framing", "chunk_size_missing", "bad_http", CHUNKED + b"\r\n" + PAIRS + b"\r\n0\r\n\r\n")
case("framing", "chunk_too_long", "bad_http", CHUNKED + b"%x\r\n" % (len(PAIRS) - 1) + PAIRS + b"\r\n0\r\n\r\n")
case("framing", "chunk_too_short", "bad_http", CHUNKED + b"%x\r\n" % (len(PAIRS) + 3) + PAIRS + b"\r\n0\r\n\r\n")
case("framing", "chunked_only_in_name", "bad_http", CHUNKED + PAIRS)
case("framing", "chunked_with_nothing", "empty", CHUNKED + b"0\r\n\r\n")
case(
    "framing",
    "chunked_twice",
    "bad_http encoded_body",
    head(None, b"Transfer-Encoding: chunked, chunked") + chunked(PAIRS),
)
case(
    "framing",
    "chunked_in_two_headers",
    "bad_http encoded_body",
    head(None, b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") + chunked(PAIRS),
)
case("framing", "transfer_gzip", "encoded_body bad_http", head(None, b"Transfer-Encoding: gzip") + gzip.compress(PAIRS))
case(
    "framing",
    "transfer_gzip_and_chunked",
    "encoded_body bad_http",
    head(None, b"Transfer-Encoding: gzip, chunked") + chunked(gzip.compress(PAIRS)),
)
case(
    "framing", "transfer_unknown", "encoded_body bad_http", head(None, b"Transfer-Encoding: xchunked") + chunked(PAIRS)
)
case("framing", "transfer_identity", "ok encoded_body bad_http", head(None, b"Transfer-Encoding: identity") + PAIRS)
case(
    "framing",
    "endless_trailers",
    "bad_http too_large timeout",
    repeats(CHUNKED + chunked(PAIRS)[:-2], b"X-Header: value\r\n" * 100),
)
case("framing", "endless_chunk_extension", "too_large timeout bad_http", repeats(CHUNKED + b"4;", b"x" * 4_096))
case("framing", "endless_chunk_size", "bad_http too_large", repeats(CHUNKED, b"0" * 4_096))
case("framing", "garbage_after_the_answer", "ok bad_http", GOOD + b"\x00garbage")
case("framing", "two_answers", "ok", GOOD + answer(b'[{"name":"fullname","data":"Someone Else"}]'))
case("framing", "wants_an_upgrade", "ok", answer(PAIRS, b"Connection: upgrade", b"Upgrade: h2c"))
case("framing", "sets_cookies", "ok", answer(PAIRS, b"Set-Cookie: a=b; Path=/", b"Set-Cookie: c=d"))
case("framing", "odd_keep_alive", "ok", answer(PAIRS, b"Keep-Alive: timeout=-1, max=banana", b"Connection: keep-alive"))


# --- size -------------------------------------------------------------------------------------------------------------

ROW = b'{"name":"n","data":"' + b"x" * 500 + b'"},'
case("size", "gigabyte_announced", "too_large", repeats(head(1 << 30) + b"[", ROW * 100))
case("size", "gigabyte_in_chunks", "too_large", repeats(CHUNKED, b"10000\r\n" + b" " * 65_536 + b"\r\n"))
case("size", "gigabyte_in_one_chunk", "too_large", repeats(CHUNKED + b"40000000\r\n", b" " * 65_536))
case("size", "gigabyte_without_length", "too_large", repeats(head() + b"[", ROW * 100))
case("size", "endless_chunks_of_one_byte", "too_large", repeats(CHUNKED, b"1\r\n \r\n" * 4_096))
case("size", "exactly_256_kilobytes", "ok", answer(PAIRS.ljust(262_144)))
case("size", "one_byte_over_256_kilobytes", "too_large", CHUNKED + chunked(PAIRS.ljust(262_145)))


# --- encoding ---------------------------------------------------------------------------------------------------------

case("encoding", "gzip", "encoded_body", answer(gzip.compress(PAIRS), b"Content-Encoding: gzip"))
case("encoding", "gzip_bomb", "encoded_body", answer(gzip.compress(b" " * 50_000_000), b"Content-Encoding: gzip"))
case("encoding", "deflate", "encoded_body", answer(zlib.compress(PAIRS), b"Content-Encoding: deflate"))
case("encoding", "brotli_in_name", "encoded_body", answer(PAIRS, b"Content-Encoding: br"))
case("encoding", "zstd_in_name", "encoded_body", answer(PAIRS, b"Content-Encoding: zstd"))
case("encoding", "gzip_in_name", "encoded_body", answer(PAIRS, b"Content-Encoding: gzip"))
case("encoding", "gzip_twice", "encoded_body", answer(PAIRS, b"Content-Encoding: gzip, gzip"))
case(
    "encoding",
    "gzip_after_identity",
    "encoded_body",
    answer(PAIRS, b"Content-Encoding: identity", b"Content-Encoding: gzip"),
)
case("encoding", "encoding_unknown", "encoded_body", answer(PAIRS, b"Content-Encoding: rot13"))
case("encoding", "encoding_identity", "ok", answer(PAIRS, b"Content-Encoding: identity"))
case("encoding", "gzip_unlabelled", "bad_charset bad_json", answer(gzip.compress(PAIRS)))
for name, kind, expect in (
    ("html", b"text/html", "bad_content_type"),
    ("plain", b"text/plain", "bad_content_type"),
    ("bytes", b"application/octet-stream", "bad_content_type"),
    ("xml", b"application/xml", "bad_content_type"),
    ("jsonp", b"application/javascript", "bad_content_type"),
    ("json_lines", b"application/jsonl", "bad_content_type"),
    ("form", b"application/x-www-form-urlencoded", "bad_content_type"),
    ("multipart", b"multipart/mixed; boundary=x", "bad_content_type"),
    ("only_json", b"json", "bad_content_type"),
    ("empty", b"", "bad_content_type"),
    ("two_in_one", b"application/json, text/html", "bad_content_type"),
    ("bytes_outside_ascii", b"application/json\xff", "bad_content_type"),
    ("upper_case", b"Application/JSON", "ok"),
    ("hal", b"application/hal+json", "ok"),
    ("problem", b"application/vnd.api+json; charset=utf-8", "ok"),
    ("text_json", b"text/json", "ok"),
    ("utf8", b"application/json;charset=UTF-8", "ok"),
    ("utf8_quoted", b'application/json; charset="utf-8"', "ok"),
    ("latin1", b"application/json; charset=iso-8859-1", "bad_charset"),
    ("utf16", b"application/json; charset=utf-16", "bad_charset"),
    ("charset_empty", b"application/json; charset=", "bad_charset"),
    ("charset_made_up", b"application/json; charset=klingon", "bad_charset"),
):
    case("encoding", f"type_{name}", expect, answer(PAIRS, kind=kind))
case("encoding", "type_missing", "bad_content_type", answer(PAIRS, kind=None))
case("encoding", "type_twice", "bad_content_type", answer(PAIRS, b"Content-Type: text/html"))
case("encoding", "byte_order_mark", "bad_charset", answer(b"\xef\xbb\xbf" + PAIRS))
case("encoding", "utf16_with_mark", "bad_charset", answer(PAIRS.decode().encode("utf-16")))
case("encoding", "utf16_without_mark", "bad_json bad_charset", answer(PAIRS.decode().encode("utf-16-be")))
case("encoding", "latin1_bytes", "bad_charset", answer('[{"name":"a","data":"é"}]'.encode("latin-1")))
case("encoding", "overlong_utf8", "bad_charset", answer(b'[{"name":"a","data":"\xc0\xaf"}]'))
case("encoding", "cut_utf8", "bad_charset", answer(b'[{"name":"a","data":"\xe2\x82"}]'))
case("encoding", "surrogates_in_utf8", "bad_charset", answer(b'[{"name":"a","data":"\xed\xa0\x80"}]'))
case("encoding", "beyond_unicode", "bad_charset", answer(b'[{"name":"a","data":"\xf4\x90\x80\x80"}]'))


# --- shape ------------------------------------------------------------------------------------------------------------

for name, body, expect in (
    ("no_body", b"", "empty"),
    ("only_spaces", b" \r\n\t ", "empty"),
    ("empty_list", b"[]", "ok"),
    ("spaces_around", b" \n[ ]\t\n", "ok"),
    ("error_page", b"<!doctype html><title>502 Bad Gateway</title>", "bad_json"),
    ("words", b"not found", "bad_json"),
    ("cut_json", PAIRS[:-1], "bad_json"),
    ("trailing_comma", b'[{"name":"a","data":"b"},]', "bad_json"),
    ("single_quotes", b"[{'name':'a','data':'b'}]", "bad_json"),
    ("comment", b"[] // nothing", "bad_json"),
    ("nan", b'[{"name":"a","data":NaN}]', "bad_json"),
    ("infinity", b'[{"name":"a","data":"b","x":-Infinity}]', "bad_json"),
    ("number_too_big", b'[{"name":"a","data":"b","x":1e999}]', "bad_json"),
    ("number_with_zeros", b'[{"name":"a","data":"b","x":007}]', "bad_json"),
    ("two_documents", b"[][]", "bad_json"),
    ("json_lines", b'{"name":"a","data":"b"}\n{"name":"c","data":"d"}', "bad_json"),
    ("jsonp", b"callback([])", "bad_json"),
    ("guarded_json", b")]}',\n[]", "bad_json"),
    ("tab_in_a_string", b'[{"name":"a","data":"b\tc"}]', "bad_json"),
    ("bad_escape", b'[{"name":"a","data":"\\x41"}]', "bad_json"),
    ("null", b"null", "not_a_list"),
    ("true", b"true", "not_a_list"),
    ("number", b"42", "not_a_list"),
    ("text", b'"[]"', "not_a_list"),
    ("object", b'{"fullname":"Ada"}', "not_a_list"),
    ("one_pair", b'{"name":"a","data":"b"}', "not_a_list"),
    ("wrapped_list", b'{"data":[{"name":"a","data":"b"}]}', "not_a_list"),
    ("list_of_null", b"[null]", "bad_item"),
    ("list_of_texts", b'["a","b"]', "bad_item"),
    ("list_of_lists", b'[["a","b"]]', "bad_item"),
    ("list_of_numbers", b"[1,2]", "bad_item"),
    ("empty_object", b"[{}]", "bad_item"),
    ("name_missing", b'[{"data":"b"}]', "bad_item"),
    ("data_missing", b'[{"name":"a"}]', "bad_item"),
    ("name_null", b'[{"name":null,"data":"b"}]', "bad_item"),
    ("name_number", b'[{"name":1,"data":"b"}]', "bad_item"),
    ("data_null", b'[{"name":"a","data":null}]', "bad_item"),
    ("data_number", b'[{"name":"a","data":7}]', "bad_item"),
    ("data_true", b'[{"name":"a","data":true}]', "bad_item"),
    ("data_list", b'[{"name":"a","data":["b"]}]', "bad_item"),
    ("data_object", b'[{"name":"a","data":{"b":"c"}}]', "bad_item"),
    ("keys_in_upper_case", b'[{"Name":"a","Data":"b"}]', "bad_item"),
    ("last_entry_bad", PAIRS[:-1] + b',{"name":"x","data":null}]', "bad_item"),
    ("extra_keys", b'[{"name":"a","data":"b","label":"c","x":[1,{"y":null}]}]', "ok"),
    ("same_name_twice", b'[{"name":"a","data":"b"},{"name":"a","data":"c"}]', "ok"),
    ("same_key_twice", b'[{"name":"a","data":"b","data":"c"}]', "ok"),
    ("deep_list", b"[" * 33 + b"]" * 33, "too_deep"),
    ("very_deep_list", b"[" * 100_000 + b"]" * 100_000, "too_deep"),
    ("deep_and_open", b"[" * 100_000, "too_deep"),
    ("deep_object", b'[{"name":"a","data":"b","x":' + b'{"y":' * 31 + b"1" + b"}" * 31 + b"}]", "too_deep"),
    ("very_deep_object", b'{"y":' * 40_000 + b"1" + b"}" * 40_000, "too_deep"),
    ("deep_enough", b'[{"name":"a","data":"b","x":' + b"[" * 30 + b"]" * 30 + b"}]", "ok"),
    ("brackets_in_a_string", b'[{"name":"a","data":"' + b"[" * 500 + b'"}]', "ok"),
    ("quotes_without_end", b'["' + b'\\"' * 100_000, "bad_json"),
    ("thousand_entries", b"[" + b",".join(b'{"name":"n%d","data":"x"}' % n for n in range(1_000)) + b"]", "ok"),
    ("thousand_and_one_entries", b"[" + b",".join([b'{"name":"n","data":"x"}'] * 1_001) + b"]", "too_many_items"),
    ("sixty_thousand_entries", b"[" + b",".join([b"{}"] * 60_000) + b"]", "too_many_items"),
):
    case("shape", f"json_{name}", expect, answer(body), keeps=True)


# --- lengths and characters -------------------------------------------------------------------------------------------


def pair(name: str, data: str) -> bytes:
    return answer(json.dumps([{"name": name, "data": data}], ensure_ascii=False).encode())


case("lengths", "name_of_191", "ok", pair("n" * 191, "x"))
case("lengths", "name_of_192", "name_too_long", pair("n" * 192, "x"))
case("lengths", "name_of_191_wide", "ok", pair("𝔫" * 191, "x"))
case("lengths", "name_of_100000", "name_too_long", pair("n" * 100_000, "x"))
case("lengths", "name_empty", "bad_item", pair("", "x"))
case("lengths", "data_of_510", "ok", pair("a", "x" * 510))
case("lengths", "data_of_511", "data_too_long", pair("a", "x" * 511))
case("lengths", "data_of_510_wide", "ok", pair("a", "😀" * 510))
case("lengths", "data_of_511_wide", "data_too_long", pair("a", "😀" * 511))
case("lengths", "data_of_250000", "data_too_long", pair("a", "x" * 250_000))
case("lengths", "data_empty", "ok", pair("a", ""))
case(
    "lengths",
    "second_data_too_long",
    "data_too_long",
    answer(PAIRS[:-1] + b',{"name":"x","data":"' + b"y" * 511 + b'"}]'),
)
case("meaning", "nul_in_data", "bad_character", answer(b'[{"name":"a","data":"\\u0000"}]'))
case("meaning", "nul_in_a_name", "bad_character", answer(b'[{"name":"a\\u0000","data":"b"}]'))
case("meaning", "nul_unescaped", "bad_json", answer(b'[{"name":"a","data":"\x00"}]'))
case("meaning", "half_a_pair", "bad_character", answer(b'[{"name":"a","data":"\\ud83d"}]'))
case("meaning", "other_half_of_a_pair", "bad_character", answer(b'[{"name":"a","data":"\\ude00"}]'))
case("meaning", "pair_the_wrong_way", "bad_character", answer(b'[{"name":"a","data":"\\ude00\\ud83d"}]'))
case("meaning", "half_a_pair_in_a_name", "bad_character", answer(b'[{"name":"\\ud83d","data":"b"}]'))
case("meaning", "escaped_pair", "ok", answer(b'[{"name":"a","data":"\\ud83d\\ude00"}]'))
case("meaning", "half_a_pair_and_not_json", "bad_json", answer(b'[{"name":"a","data":"\\ud83d"}'))
case("meaning", "template_in_data", "ok", pair("a", "{{ secret.key }} {{ fullname | upper }}"))
case("meaning", "html_in_data", "ok", pair("a", "<script>alert(1)</script>"))
case("meaning", "sql_in_data", "ok", pair("a'; DROP TABLE interactions; --", "x"))
case(
    "meaning",
    "names_of_python_and_javascript",
    "ok",
    answer(b'[{"name":"__class__","data":"x"},{"name":"__proto__","data":"y"}]'),
)
case("meaning", "line_breaks_in_data", "ok", pair("a", "one\r\ntwo"))
case("meaning", "marks_of_direction", "ok", pair("a", "\u202eabc\u2066"))
case("meaning", "name_of_spaces", "ok", pair("   ", "x"))


class Server:
    """The endpoint, listening. `counts`: requests whose body, or the start of one, arrived, for each case."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> int:
        self._server = await asyncio.start_server(self._connected, host, port, limit=1 << 21, backlog=1_024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self.port

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(LONGEST_S):
                while await self._request(Talk(reader, writer)):
                    pass
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            with contextlib.suppress(OSError):
                writer.close()

    async def _request(self, talk: Talk) -> bool:
        raw = await talk.reader.readuntil(b"\r\n\r\n")
        method, target, _ = raw.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        name = target.strip("/").partition("?")[0].rpartition("/")[2]
        if method == "GET" and name in {"counts", "cases"}:
            table = dict(self.counts) if name == "counts" else {key: sorted(one.expect) for key, one in CASES.items()}
            await talk.say(answer(json.dumps(table).encode()))
            return False
        chosen = CASES.get(name)
        if chosen is None:
            await talk.say(answer(b"", status=b"404 No Such Case"))
            return False
        self.counts[name] += 1
        if chosen.reads_body:
            await talk.reader.readexactly(_length(raw))
        await chosen.serve(talk)
        return chosen.keeps

    async def serve_forever(self) -> None:
        assert self._server is not None
        await self._server.serve_forever()


def _length(raw: bytes) -> int:
    for line in raw.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def _main(port: int, host: str) -> None:
    server = Server()
    print(await server.start(port, host), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 listens on every loopback address")
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(given.port, given.host))
    sys.exit(0)

"""The client: what leaves, where to, how often, and when it gives up."""

import asyncio
import random
import socket
import time

import pytest
from standardwebhooks import Webhook

from branchline.fulfillment import client as client_module
from branchline.fulfillment.addresses import opened
from branchline.fulfillment.call import Answered, Failed
from branchline.fulfillment.client import Client
from branchline.fulfillment.connection import Connection, OutOfBounds
from branchline.fulfillment.guard import Trail, trail
from branchline.fulfillment.outcome import RETRY_AFTER_MAX_S, retry_after
from branchline.fulfillment.reasons import Reason
from fulfillment.calls import LOCAL, Serve, answers, call, client, outcome, request, serving
from fulfillment.hostile import CHUNKED, GOOD, INTERIM, PAIRS, answer, chunked
from stopwatch import stopwatch

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def header_lines(raw: bytes) -> dict[str, str]:
    lines = raw.split(b"\r\n\r\n", 1)[0].decode().split("\r\n")[1:]
    found = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
    assert len(dict(found)) == len(found)
    return dict(found)


async def test_a_call_sends_exactly_what_the_contract_says():
    seen: list[bytes] = []
    async with serving(answers(seen=seen)) as port, client(user_agent="Branchline/9") as one:
        result = await one.call(
            call(
                f"http://127.0.0.1:{port}/a%2Fb/../c?d=%20&e",
                headers=(("X-Api-Key", "abc def"), ("Authorization", "Bearer x")),
                signing_secrets=(SECRET,),
            )
        )
    assert isinstance(result, Answered)
    assert [(pair.name, pair.data) for pair in result.pairs] == [("fullname", "Ada Lovelace"), ("status", "SHIPPED")]
    assert (result.status, result.attempts) == (200, 1)
    (raw,) = seen
    assert raw.startswith(b"POST /a%2Fb/../c?d=%20&e HTTP/1.1\r\n")
    head = header_lines(raw)
    assert Webhook(SECRET).verify(raw.split(b"\r\n\r\n", 1)[1], head) == {"data": {}}
    for name in ("webhook-timestamp", "webhook-signature"):
        del head[name]
    assert head == {
        "host": f"127.0.0.1:{port}",
        "content-type": "application/json",
        "accept": "application/json",
        "accept-encoding": "identity",
        "user-agent": "Branchline/9",
        "idempotency-key": '"it-7-3-0"',
        "webhook-id": "it-7-3-0",
        "x-api-key": "abc def",
        "authorization": "Bearer x",
        "content-length": "11",
    }


async def test_connections_are_kept_and_cookies_are_not():
    seen: list[bytes] = []
    cookie = answer(PAIRS, b"Set-Cookie: a=b; Path=/")
    opened_connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened_connections
        opened_connections += 1
        await answers(*(cookie,) * 20, seen=seen)(reader, writer)

    async with serving(serve) as port, client() as one:
        for _ in range(10):
            assert outcome(await one.call(call(f"http://127.0.0.1:{port}/"))) == "ok"
    assert opened_connections == 1
    assert len(seen) == 10
    assert not any(b"cookie" in raw.lower() for raw in seen)


async def test_proxies_and_netrc_of_the_environment_are_ignored(monkeypatch, tmp_path):
    seen: list[bytes] = []
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NETRC", str(netrc))
    async with serving(answers(seen=seen)) as port, client() as one:
        assert outcome(await one.call(call(f"http://127.0.0.1:{port}/"))) == "ok"
    assert "authorization" not in header_lines(seen[0])


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "PATCH", "DELETE"])
async def test_a_request_that_may_have_arrived_is_never_repeated(method: str):
    requests = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        for number in range(2):
            await request(reader)
            requests += 1
            if number:
                return
            writer.write(GOOD)

    async with serving(serve) as port, client() as one:
        assert outcome(await one.call(call(f"http://127.0.0.1:{port}/", method=method))) == "ok"
        result = await one.call(call(f"http://127.0.0.1:{port}/", method=method))
    assert isinstance(result, Failed)
    assert (result.reason, result.attempts, result.sent) == (Reason.TRUNCATED, 1, True)
    assert requests == 2


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_kept_connection_that_was_closed_is_not_used(method: str):
    async with serving(answers(GOOD)) as port, client() as one:
        for _ in range(5):
            assert outcome(await one.call(call(f"http://127.0.0.1:{port}/", method=method))) == "ok"
            await asyncio.sleep(0.02)


async def test_an_unasked_answer_never_reaches_the_next_visitor():
    other = answer(b'[{"name":"fullname","data":"Someone Else"}]')

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await request(reader)
            writer.write(GOOD)
            await writer.drain()
            await asyncio.sleep(0.03)
            writer.write(other)
            await writer.drain()

    async with serving(serve) as port, client() as one:
        for pause in (0.06, 0.08, 0.1, 0.06):
            result = await one.call(call(f"http://127.0.0.1:{port}/"))
            assert isinstance(result, Answered)
            assert result.pairs[0].data == "Ada Lovelace"
            await asyncio.sleep(pause)


async def test_what_is_said_before_the_question_is_no_answer():
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GOOD)
        await reader.read()

    loop = asyncio.get_running_loop()
    async with serving(serve) as port:
        transport, connection = await loop.create_connection(lambda: Connection(loop), "127.0.0.1", port)
        await asyncio.sleep(0.1)
        assert not connection.is_connected()
        attempt = Trail("127.0.0.1", port)
        trail.set(attempt)
        connection.set_response_params()
        assert attempt.fault is not None
        assert attempt.fault[0] is Reason.BAD_HTTP
        with pytest.raises(OutOfBounds):
            await connection.read()
        assert transport.is_closing()


# --- where calls may go -----------------------------------------------------------------------------------------------

INSIDE = ["127.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "0x7f.0.0.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0", "0.0.0.0", "00000177.0.0.1", "127.0.0.1.", "①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1", "127｡0｡0｡1", "localhost", "LOCALHOST", "localhost.", "loc%61lhost", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::127.0.0.1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fd00:ec2::254]", "[ff02::1]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[::ffff:169.254.169.254]", "168.63.129.16", "192.0.0.192", "100.100.100.200", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
@pytest.mark.parametrize("shape", ["http://{}:{}/", "http://a@{}:{}/", "http://{}:{}\\@example.com/"])
async def test_no_spelling_of_an_inner_address_is_dialled(host: str, shape: str):
    dialled = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dialled.set()

    async with serving(serve) as port, client(opened(http=True)) as one:
        result = await one.call(call(shape.format(host, port)))
    assert isinstance(result, Failed)
    assert (result.reason, result.sent) == (Reason.BLOCKED_ADDRESS, False)
    assert not dialled.is_set()


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1"])
async def test_a_name_that_leads_inside_is_not_dialled(inner: str):
    def lookup(host, port, **_):
        family = socket.AF_INET6 if ":" in inner else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (inner, 0, 0, 0) if ":" in inner else (inner, 0))]

    async with client(opened(http=True), lookup=lookup) as one:
        result = await one.call(call("http://innocent.example/"))
    assert outcome(result) == "blocked_address"
    assert result.attempts == 1


async def test_each_address_of_a_name_is_judged_on_its_own():
    """A name with an inner and an opened address is dialled at the opened one only."""
    found = ["10.255.255.1", "127.0.0.1"]

    def lookup(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in found]

    async with serving(answers()) as port, client(opened((), ("127.0.0.0/8",), http=True), lookup=lookup) as one:
        assert outcome(await one.call(call(f"http://both.example:{port}/"))) == "ok"


async def test_a_name_that_changes_its_mind_is_judged_every_time():
    asked = 0

    def lookup(host, port, **_):
        nonlocal asked
        asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2" if asked > 1 else "127.0.0.1", 0))]

    once = answer(PAIRS, b"Connection: close")
    async with serving(answers(once)) as port, client(opened((), ("127.0.0.1/32",), http=True), lookup=lookup) as one:
        assert outcome(await one.call(call(f"http://rebinds.example:{port}/"))) == "ok"
        assert outcome(await one.call(call(f"http://rebinds.example:{port}/"))) == "blocked_address"


async def test_http_is_refused_unless_allowed():
    async with client(opened(("127.0.0.1",))) as one:
        result = await one.call(call("http://127.0.0.1:1/"))
    assert outcome(result) == "blocked_address"
    assert "https" in result.detail


# --- when it gives up -------------------------------------------------------------------------------------------------


async def test_a_refused_connection_is_tried_twice_and_no_more():
    async with client() as one:
        result = await one.call(call(f"http://127.0.0.1:{closed_port()}/"))
    assert isinstance(result, Failed)
    assert (result.reason, result.attempts, result.sent) == (Reason.CONNECT_ERROR, 2, False)


async def test_a_service_that_comes_back_between_two_attempts_is_reached():
    port = closed_port()

    async def appear() -> asyncio.Server:
        await asyncio.sleep(0.02)
        return await asyncio.start_server(answers(), "127.0.0.1", port)

    async with client() as one:
        result, server = await asyncio.gather(one.call(call(f"http://127.0.0.1:{port}/")), appear())
    server.close()
    assert outcome(result) == "ok"
    assert result.attempts == 2


async def test_a_name_that_does_not_exist_is_looked_up_twice_and_no_more():
    asked = 0

    def lookup(*_, **__):
        nonlocal asked
        asked += 1
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with client(lookup=lookup) as one:
        result = await one.call(call("https://nowhere.example/"))
    assert (outcome(result), result.attempts, asked) == ("dns_error", 2, 2)
    assert "nowhere.example" in result.detail


async def test_a_lookup_that_hangs_holds_up_its_own_call_only_and_only_to_the_deadline():
    def lookup(host, port, **_):
        if host == "hangs.example":
            time.sleep(1.2)
        return socket.getaddrinfo("127.0.0.1", None, type=socket.SOCK_STREAM)

    async with (
        serving(answers()) as port,
        client(opened(("hangs.example", "quick.example"), (), http=True), lookup=lookup) as one,
    ):
        took = stopwatch()
        hanging = [
            asyncio.create_task(one.call(call(f"http://hangs.example:{port}/", deadline_ms=300))) for _ in range(50)
        ]
        await asyncio.sleep(0.05)
        assert outcome(await one.call(call(f"http://quick.example:{port}/", deadline_ms=300))) == "ok"
        assert {outcome(result) for result in await asyncio.gather(*hanging)} == {"timeout"}
        assert took() < 0.55


async def test_a_connection_that_is_never_accepted_ends_at_the_deadline():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(3)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", port))
            async with client() as one:
                took = stopwatch()
                result = await one.call(call(f"http://127.0.0.1:{port}/", deadline_ms=400))
                assert outcome(result) == "timeout"
                assert took() < 0.65
        finally:
            for filler in fillers:
                filler.close()


async def test_a_body_that_is_never_read_ends_at_the_deadline_and_leaves_no_connection():
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.5)
        try:
            while await reader.read(65_536):
                pass
        finally:
            ended.set()

    async with serving(serve, limit=1_024) as port, client() as one:
        took = stopwatch()
        result = await one.call(call(f"http://127.0.0.1:{port}/", body=b"x" * 1_048_576, deadline_ms=300))
        assert (outcome(result), result.sent) == ("timeout", True)
        assert took() < 0.55
        async with asyncio.timeout(1):
            await ended.wait()


def after(seconds: float) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        await asyncio.sleep(seconds)
        writer.write(GOOD)
        await writer.drain()
        await asyncio.sleep(5)

    return serve


async def test_an_overdue_call_is_told_in_time_gives_its_slot_back_and_brings_what_came_late():
    told: list[tuple[Failed, float, float]] = []
    async with serving(after(0.6)) as port, client(in_flight_per_endpoint=1) as one:
        where = f"http://127.0.0.1:{port}/"
        began, took = time.monotonic(), stopwatch()
        slow = one.call(
            call(where, deadline_ms=300), lambda failed: told.append((failed, time.monotonic() - began, took()))
        )
        late = asyncio.create_task(slow)
        await asyncio.sleep(0.35)
        ((failed, seconds, own),) = told
        assert (outcome(failed), failed.sent) == ("timeout", True)
        assert seconds > 0.29
        assert own < 0.35
        assert outcome(await one.call(call(where, deadline_ms=200))) == "timeout"  # not busy: the slot is free again
        assert outcome(await late) == "ok"
        assert len(told) == 1


async def test_a_call_in_time_is_never_overdue_and_an_unsent_one_is_not_listened_to():
    told: list[Failed] = []
    async with serving(answers()) as port, client() as one:
        assert outcome(await one.call(call(f"http://127.0.0.1:{port}/", deadline_ms=300), told.append)) == "ok"
        await asyncio.sleep(0.35)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(0)
        async with client(in_flight_per_endpoint=1) as one:
            where = f"http://127.0.0.1:{silent.getsockname()[1]}/"
            first = asyncio.create_task(one.call(call(where, deadline_ms=600)))
            await asyncio.sleep(0.01)
            assert outcome(await one.call(call(where, deadline_ms=200), told.append)) == "busy"
            assert outcome(await first) == "timeout"
    assert told == []


async def test_only_so_many_calls_are_listened_to_past_their_deadline(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "LATE_LIMIT", 3)
    monkeypatch.setattr(client_module, "LATE_S", 0.3)
    told: list[Failed] = []
    async with serving(after(5)) as port, client() as one:
        took = stopwatch()
        slow = [
            asyncio.create_task(one.call(call(f"http://127.0.0.1:{port}/", deadline_ms=300), told.append))
            for _ in range(10)
        ]
        done, still = await asyncio.wait(slow, timeout=0.45)
        assert (len(done), len(still), len(told)) == (7, 3, 3)
        assert {outcome(result) for result in await asyncio.gather(*slow)} == {"timeout"}
        assert took() < 0.85


async def test_one_slow_endpoint_never_starves_another():
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with (
        serving(slow) as slow_port,
        serving(answers()) as port,
        client(in_flight_per_endpoint=4, in_flight=8) as one,
    ):
        held = [
            asyncio.create_task(one.call(call(f"http://127.0.0.1:{slow_port}/", endpoint="slow", deadline_ms=600)))
            for _ in range(40)
        ]
        await asyncio.sleep(0.05)
        took = stopwatch()
        for _ in range(20):
            assert outcome(await one.call(call(f"http://127.0.0.1:{port}/", endpoint="quick"))) == "ok"
        assert took() < 0.4
        found = [outcome(result) for result in await asyncio.gather(*held)]
    assert set(found) == {"timeout", "busy"}
    assert found.count("busy") > 20


async def test_waiting_for_a_slot_costs_the_calls_own_deadline():
    async with serving(answers(*(b"",) * 9)) as port, client(in_flight_per_endpoint=1) as one:
        took = stopwatch()
        first = asyncio.create_task(one.call(call(f"http://127.0.0.1:{port}/", deadline_ms=800)))
        await asyncio.sleep(0)
        result = await one.call(call(f"http://127.0.0.1:{port}/", deadline_ms=200))
        assert (outcome(result), result.attempts, result.sent) == ("busy", 0, False)
        assert took() < 0.45
        await first


async def test_a_cancelled_call_gives_its_slot_back():
    async with serving(answers(*(b"",) * 9)) as port, client(in_flight_per_endpoint=1) as one:
        first = asyncio.create_task(one.call(call(f"http://127.0.0.1:{port}/")))
        await asyncio.sleep(0.05)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        result = await one.call(call(f"http://127.0.0.1:{port}/", deadline_ms=200))
        assert outcome(result) == "timeout"


async def test_any_bytes_for_an_answer_end_the_call_in_time():
    rng = random.Random(11)
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    chunks = CHUNKED + chunked(PAIRS[:30], PAIRS[30:])

    def spoilt() -> bytes:
        data = bytearray(rng.choice((GOOD, chunks, INTERIM + GOOD, GOOD + GOOD)))
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    data[at:at] = rng.randbytes(rng.randrange(1, 9))
                case 2:
                    del data[at : at + rng.randrange(1, 9)]
                case _:
                    data[at:at] = data[rng.randrange(len(data)) :][: rng.randrange(1, 30)]
        return bytes(data)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        data = spoilt()
        cut = rng.randrange(len(data))
        for part in (data[:cut], data[cut:]):
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)

    async with serving(serve) as port, client() as one:

        async def ask(endpoint: str) -> list[str]:
            found = []
            for _ in range(10):
                took = stopwatch()
                found.append(
                    outcome(await one.call(call(f"http://127.0.0.1:{port}/", endpoint=endpoint, deadline_ms=500)))
                )
                assert took() < 0.75
            return found

        results = await asyncio.gather(*(ask(f"e{n % 20}") for n in range(60)))
    assert len({one for found in results for one in found}) > 4
    assert not complaints


# --- settings of the owner --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": (("X-Key", "secret\r\nHost: evil"),)},
        {"headers": (("Host", "evil"),)},
        {"headers": (("X-Key", ""),)},
        {"headers": (("X-Key", "a"), ("x-key", "b"))},
        {"headers": tuple((f"X-{n}", "a") for n in range(11))},
        {"signing_secrets": ("short-secret",)},
        {"body": b"x" * 1_048_577},
    ],
)
async def test_headers_and_secrets_that_cannot_be_sent_stop_the_call_and_are_not_told(changes):
    async with serving(answers()) as port, client() as one:
        result = await one.call(call(f"http://127.0.0.1:{port}/", **changes))
    assert (outcome(result), result.attempts, result.sent) == ("disabled", 0, False)
    assert "evil" not in result.detail
    assert "short-secret" not in result.detail


async def test_a_custom_request_takes_what_its_mapping_asks_for():
    body = b'{"order":{"id":42,"status":"SHIPPED","weight":1.50,"note":null},"ok":true}'
    seen: list[bytes] = []
    async with serving(answers(answer(body), seen=seen)) as port, client() as one:
        result = await one.call(
            call(
                f"http://127.0.0.1:{port}/orders/42",
                method="GET",
                body=b"",
                mapping=(
                    ("id", "order.id"),
                    ("status", "order.status"),
                    ("kg", "order.weight"),
                    ("note", "order.note"),
                    ("ok", "ok"),
                ),
            )
        )
    assert isinstance(result, Answered)
    assert {pair.name: pair.data for pair in result.pairs} == {
        "id": "42",
        "status": "SHIPPED",
        "kg": "1.50",
        "ok": "true",
    }
    assert seen[0].startswith(b"GET /orders/42 HTTP/1.1\r\n")
    assert seen[0].endswith(b"\r\n\r\n")


async def test_a_custom_request_that_wants_nothing_takes_any_success():
    for data in (
        b"HTTP/1.1 204 No Content\r\n\r\n",
        answer(b"", kind=None),
        answer(b"<p>thanks</p>", kind=b"text/html"),
    ):
        async with serving(answers(data)) as port, client() as one:
            result = await one.call(call(f"http://127.0.0.1:{port}/", method="DELETE", body=b"", mapping=()))
        assert isinstance(result, Answered)
        assert result.pairs == ()
    async with serving(answers(answer(b"", status=b"404 No"))) as port, client() as one:
        assert outcome(await one.call(call(f"http://127.0.0.1:{port}/", mapping=()))) == "http_4xx"


@pytest.mark.parametrize(
    ("said", "ms"),
    [
        ("120", 120_000),
        (" 7 ", 7_000),
        ("0", 0),
        ("99999999999999999999", RETRY_AFTER_MAX_S * 1_000),
        ("Thu, 01 Jan 1970 00:16:45 GMT", 5_000),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", RETRY_AFTER_MAX_S * 1_000),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("Thu, 99 Jan 1970 00:00:00 GMT", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date_and_anything_else_is_none(said: str, ms: int | None):
    assert retry_after(said, 1_000.0) == ms


async def test_a_refusal_says_for_how_long_the_endpoint_wants_to_be_left_alone():
    head = b"HTTP/1.1 503 No\r\ncontent-length: 0\r\nretry-after: 30\r\n\r\n"
    async with serving(answers(head)) as port, client() as one:
        result = await one.call(call(f"http://127.0.0.1:{port}/"))
    assert isinstance(result, Failed)
    assert (result.reason, result.retry_after_ms) == (Reason.HTTP_5XX, 30_000)


@pytest.mark.parametrize(
    "changes", [{"method": "TRACE"}, {"method": "POST\r\n"}, {"id": ""}, {"id": 'a"b'}, {"id": "ü"}, {"id": "a\n"}]
)
async def test_a_call_that_is_our_own_mistake_is_raised(changes):
    async with client() as one:
        with pytest.raises(ValueError, match="is not a call"):
            await one.call(call("https://a.example/", **changes))


async def test_a_client_that_made_no_call_closes():
    await Client(LOCAL).close()

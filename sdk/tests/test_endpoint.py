import asyncio
import base64
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import uvicorn

from branchline_endpoint import AnswerRefused, CannotAnswer, Endpoint, Interaction, endpoint, testing
from branchline_endpoint.refusals import Response
from branchline_endpoint.signature import key_of

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(100, 132))).decode()
AnyEndpoint = Endpoint[Any]


def greet(interaction: Interaction) -> dict[str, str]:
    if "fullname" not in interaction.data:
        raise KeyError("fullname")
    return {"greeting": f"Hello, {interaction.data['fullname']}!"}


async def greet_later(interaction: Interaction) -> dict[str, str]:
    await asyncio.sleep(0)
    return greet(interaction)


def body_of(**data: str) -> bytes:
    return json.dumps(testing.document(data)).encode()


class Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002


def serve_wsgi(served: AnyEndpoint) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, served.wsgi, Threading, Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join(5)
    server.server_close()


class Announcing(uvicorn.Server):
    """A uvicorn that says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def serve_asgi(served: AnyEndpoint) -> Iterator[int]:
    server = Announcing(uvicorn.Config(served.asgi, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.listening.wait(5)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(5)


@pytest.fixture(params=[serve_asgi, serve_wsgi], ids=["asgi", "wsgi"])
def serve(request: pytest.FixtureRequest) -> Iterator[Callable[[AnyEndpoint], HTTPConnection]]:
    running: list[Iterator[int]] = []
    opened: list[HTTPConnection] = []

    def start(served: AnyEndpoint) -> HTTPConnection:
        running.append(request.param(served))
        opened.append(HTTPConnection("127.0.0.1", next(running[-1]), timeout=5))
        return opened[-1]

    yield start
    for connection in opened:
        connection.close()
    for one in running:
        next(one, None)


def post(connection: HTTPConnection, body: bytes, headers: dict[str, str] | None = None, method: str = "POST") -> Any:
    """Status and parsed JSON of one real request."""
    connection.request(method, "/any/path", body, testing.headers(body) if headers is None else headers)
    response = connection.getresponse()
    text = response.read()
    assert response.getheader("content-type") == "application/json"
    return response.status, json.loads(text or b"null")


Serve = Callable[[AnyEndpoint], HTTPConnection]


@pytest.mark.parametrize("function", [greet, greet_later])
def test_a_function_answers_over_a_socket(serve: Serve, function: Callable[[Interaction], Any]) -> None:
    connection = serve(endpoint(secrets=[SECRET])(function))
    body = body_of(fullname="Mira Oakenfell")
    got = post(connection, body, testing.headers(body, keys=[key_of(SECRET)]))
    assert got == (200, [{"name": "greeting", "data": "Hello, Mira Oakenfell!"}])


def test_several_secrets_are_live_while_one_is_replaced(serve: Serve) -> None:
    connection = serve(endpoint(secrets=[SECRET, OTHER])(greet))
    body = body_of(fullname="x")
    for secret in (SECRET, OTHER):
        assert post(connection, body, testing.headers(body, keys=[key_of(secret)]))[0] == 200
        connection.close()


def test_an_unsigned_request_to_a_signed_endpoint_is_401_with_a_json_error(serve: Serve) -> None:
    status, answer = post(serve(endpoint(secrets=[SECRET])(greet)), body_of(fullname="x"))
    assert status == 401
    assert answer["errors"][0]["status"] == "401"
    assert answer["errors"][0]["code"] == "signature.missing"


def test_a_function_that_returns_nothing_answers_an_empty_list(serve: Serve) -> None:
    @endpoint
    def silent(interaction: Interaction) -> None:
        return None

    assert post(serve(silent), body_of()) == (200, [])


def test_requests_at_fault_get_their_own_status(serve: Serve) -> None:
    connection = serve(endpoint(body_limit=5_000)(greet))
    fine = body_of(fullname="x")
    head = testing.headers(fine)
    for status, body, headers, method in [
        (405, b"", {}, "GET"),
        (405, fine, head, "PUT"),
        (415, fine, {**head, "content-type": "text/plain"}, "POST"),
        (415, fine, {**head, "content-type": "application/json; charset=latin-1"}, "POST"),
        (415, fine, {**head, "content-encoding": "gzip"}, "POST"),
        (413, b" " * 5_001, testing.headers(b" " * 5_001), "POST"),
        (400, b"{", testing.headers(b"{"), "POST"),
        (400, b"[]", testing.headers(b"[]"), "POST"),
        (200, fine, {**head, "content-type": "application/vnd.api+json; charset=UTF-8"}, "POST"),
    ]:
        got, answer = post(connection, body, headers, method)
        connection.close()
        assert got == status, answer
        assert status == 200 or answer["errors"][0]["detail"]


def test_a_refused_answer_is_500_and_says_which_entry(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    @endpoint
    def wordy(interaction: Interaction) -> dict[str, str]:
        return {"a": "", "b": "", "fullname": "x" * 600}

    status, answer = post(serve(wordy), body_of())
    said = "entry 3, 'fullname': data has 600 characters, at most 510 are allowed. Shorten it or split it."
    assert (status, answer["errors"][0]["detail"]) == (500, said)
    assert said in caplog.text
    with pytest.raises(AnswerRefused, match="entry 3"):
        wordy(testing.interaction())


def test_a_refused_answer_with_a_lone_surrogate_can_still_be_reported(serve: Serve) -> None:
    @endpoint
    def broken(interaction: Interaction) -> dict[str, str]:
        return {"\ud800": "x"}

    assert post(serve(broken), body_of())[0] == 500


def test_an_error_in_the_function_is_logged_and_not_told(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    status, answer = post(serve(endpoint(greet)), body_of())
    assert status == 500
    assert "fullname" not in json.dumps(answer)
    assert "KeyError: 'fullname'" in caplog.text


def test_an_endpoint_that_cannot_answer_says_so_with_its_status(serve: Serve) -> None:
    @endpoint
    def down(interaction: Interaction) -> dict[str, str]:
        raise CannotAnswer("The order database is down.", retry_after_s=30)

    connection = serve(down)
    body = body_of()
    connection.request("POST", "/", body, testing.headers(body))
    response = connection.getresponse()
    assert (response.status, response.getheader("retry-after")) == (503, "30")
    assert json.loads(response.read())["errors"][0]["detail"] == "The order database is down."


@pytest.mark.parametrize("is_async", [False, True])
def test_repeats_of_one_id_run_the_function_once_even_at_the_same_moment(serve: Serve, is_async: bool) -> None:
    ran: list[str | None] = []
    gate = threading.Event()

    def count(interaction: Interaction) -> dict[str, str]:
        ran.append(interaction.fulfillment_id)
        gate.wait(0.2)
        return {"times": str(len(ran))}

    async def count_later(interaction: Interaction) -> dict[str, str]:
        ran.append(interaction.fulfillment_id)
        await asyncio.sleep(0.2)
        return {"times": str(len(ran))}

    function: Callable[[Interaction], Any] = count_later if is_async else count
    first = serve(endpoint(remember=10)(function))
    body = body_of()

    def once(_: int) -> Any:
        connection = HTTPConnection(first.host, first.port, timeout=5)
        try:
            return post(connection, body)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(once, range(6)))
    assert [*answers, once(0)] == [(200, [{"name": "times", "data": "1"}])] * 7
    assert ran == ["test-fulfillment"]


def respond(served: AnyEndpoint, fulfillment_id: str, *, way: str) -> Response:
    body = body_of()
    headers = testing.headers(body, fulfillment_id=fulfillment_id)
    return served.respond(headers, body) if way == "wsgi" else asyncio.run(served.respond_async(headers, body))


@pytest.mark.parametrize("way", ["asgi", "wsgi"])
def test_only_the_last_answers_are_remembered(way: str) -> None:
    ran: list[str | None] = []

    @endpoint(remember=2)
    def note(interaction: Interaction) -> None:
        ran.append(interaction.fulfillment_id)

    for key in ("a", "b", "a", "c", "a", "b"):
        assert respond(note, key, way=way).status == 200
    assert ran == ["a", "b", "c", "b"]


@pytest.mark.parametrize("way", ["asgi", "wsgi"])
def test_a_function_that_raised_runs_again_and_one_that_returned_does_not(way: str) -> None:
    ran: list[str] = []

    @endpoint(remember=5)
    def unsteady(interaction: Interaction) -> dict[str, str]:
        ran.append("x")
        if len(ran) == 1:
            raise CannotAnswer("Not yet.")
        return {"note": "x" * 511}

    assert respond(unsteady, "a", way=way).status == 503
    refusals = [respond(unsteady, "a", way=way) for _ in range(2)]
    assert [refusal.status for refusal in refusals] == [500, 500]
    assert refusals[0] == refusals[1]
    assert len(ran) == 2


async def test_a_client_that_goes_away_does_not_stop_the_effect() -> None:
    done: list[str] = []
    begun = asyncio.Event()

    @endpoint(remember=5)
    async def slow(interaction: Interaction) -> dict[str, str]:
        begun.set()
        await asyncio.sleep(0.1)
        done.append("x")
        return {"n": str(len(done))}

    body = body_of()
    impatient = asyncio.create_task(slow.respond_async(testing.headers(body), body))
    await begun.wait()
    impatient.cancel()
    repeat = await slow.respond_async(testing.headers(body), body)
    assert json.loads(repeat.body) == [{"name": "n", "data": "1"}]
    assert done == ["x"]


def test_without_an_id_nothing_is_remembered() -> None:
    ran: list[str | None] = []

    @endpoint(remember=5)
    def note(interaction: Interaction) -> None:
        ran.append(interaction.fulfillment_id)

    whole = testing.document()
    del whole["meta"]["fulfillment"]
    body = json.dumps(whole).encode()
    for _ in range(2):
        note.respond({"content-type": "application/json"}, body)
    assert ran == [None, None]


@pytest.mark.parametrize("key", ["f1", '"f1"'])
def test_the_idempotency_key_is_read_with_and_without_quotes(key: str) -> None:
    asked = endpoint(greet).read({"idempotency-key": key}, body_of())
    assert asked.fulfillment_id == "f1"


def test_an_unsigned_key_cannot_take_the_place_of_the_signed_id() -> None:
    served = endpoint(secrets=[SECRET])(greet)
    body = body_of(fullname="x")
    headers = testing.headers(body, keys=[key_of(SECRET)])
    assert served.respond({**headers, "idempotency-key": '"another"'}, body).status == 400
    del headers["idempotency-key"]
    assert served.read(headers, body).fulfillment_id == "test-fulfillment"


def test_an_endpoint_without_secrets_says_so_when_it_is_made(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        endpoint(greet)
    assert "'greet' has no signing secret" in caplog.text


def test_a_secret_never_shows(caplog: pytest.LogCaptureFixture) -> None:
    assert SECRET[6:] not in repr(endpoint(secrets=[SECRET])(greet)) + caplog.text


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"secrets": []}, ValueError),
        ({"secrets": SECRET}, TypeError),
        ({"secrets": ["nonsense"]}, ValueError),
        ({"remember": -1}, ValueError),
        ({"body_limit": 0}, ValueError),
    ],
)
def test_options_that_cannot_be_meant_are_refused_when_it_is_made(options: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        endpoint(**options)(greet)


def test_the_function_is_still_a_function() -> None:
    plain = endpoint(greet)
    assert plain(testing.interaction({"fullname": "A"})) == {"greeting": "Hello, A!"}
    assert plain.__name__ == "greet"  # type: ignore[attr-defined]


def test_asking_in_a_test_builds_signs_verifies_and_answers() -> None:
    for function in (greet, greet_later):
        served: AnyEndpoint = endpoint(secrets=[SECRET])(function)
        assert testing.ask(served, {"fullname": "A"}) == {"greeting": "Hello, A!"}
    with pytest.raises(KeyError):
        testing.ask(endpoint(greet))


async def test_asking_works_inside_an_event_loop() -> None:
    assert await testing.ask_async(endpoint(greet_later), {"fullname": "A"}) == {"greeting": "Hello, A!"}
    assert await testing.ask_async(endpoint(greet), {"fullname": "A"}) == {"greeting": "Hello, A!"}


def test_a_chunked_body_past_the_limit_is_413_without_being_kept() -> None:
    given = iter(range(1_000))

    async def receive() -> dict[str, Any]:
        next(given)
        return {"type": "http.request", "body": b" " * 1_000, "more_body": True}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"application/json")]}
    asyncio.run(endpoint(body_limit=10_000)(greet).asgi(scope, receive, send))
    assert sent[0]["status"] == 413
    assert next(given) == 11

import base64
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from branchline_endpoint import testing
from branchline_endpoint.signature import key_of

SERVICE = Path(__file__).parents[2] / "examples" / "order-desk" / "service.py"
SECRETS = ["whsec_" + base64.b64encode(bytes([first] * 24)).decode() for first in (1, 2)]

pytestmark = pytest.mark.story


@dataclass
class Running:
    """The service as a process of its own, and one connection to it."""

    process: subprocess.Popen[str]
    connection: HTTPConnection

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, Any]:
        self.connection.request(method, path, body, headers or {})
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())

    def post(self, data: dict[str, str], *, keys: list[bytes] | None = None, **options: Any) -> tuple[int, Any]:
        body = json.dumps(testing.document(data, **options)).encode()
        headers = testing.headers(body, keys=keys or (), fulfillment_id=options.get("fulfillment_id", "f"))
        return self.ask("POST", "/fulfillment", body, headers)

    def answer(self, data: dict[str, str], **options: Any) -> dict[str, str]:
        status, pairs = self.post(data, **options)
        assert status == 200, pairs
        return {pair["name"]: pair["data"] for pair in pairs}

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.connection.close()
        self.process.send_signal(how)
        return self.process.wait(10)


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []
    opened: list[HTTPConnection] = []

    def run(*arguments: str, secrets: str = "", database: str = "orders.db") -> Running:
        process = subprocess.Popen(
            [sys.executable, SERVICE, "--port", "0", "--database", tmp_path / database, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "ORDER_DESK_SIGNING_SECRETS": secrets},
        )
        started.append(process)
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 20)[0], "the service did not say that it listens"
        line = process.stdout.readline()
        said, _, port = line.strip().rpartition(":")
        assert said == "order-desk: listening on http://127.0.0.1", line
        opened.append(HTTPConnection("127.0.0.1", int(port), timeout=10))
        return Running(process, opened[-1])

    yield run
    for connection in opened:
        connection.close()
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_the_bot_is_told_what_the_shop_knows(start: Start) -> None:
    desk = start("--today", "2025-01-15")
    answer = desk.answer({"order_number": "br 10427"})
    assert {name: answer[name] for name in ("order_found", "order_number", "fullname", "status", "eta")} == {
        "order_found": "yes",
        "order_number": "BR-10427",
        "fullname": "Mira Oakenfell",
        "status": "SHIPPED",
        "eta": "2025-01-17",
    }
    delivered = desk.answer({"order_number": "BR-10428"}, fulfillment_id="g")
    assert (delivered["status"], delivered["eta"]) == ("DELIVERED", "")
    assert delivered["delivered_on"] < "2025-01-15"
    assert desk.ask("GET", "/orders/BR-10427")[1]["fullname"] == "Mira Oakenfell"
    assert desk.stop() == 0


def test_an_unknown_order_is_an_answer_and_an_outage_is_not(start: Start) -> None:
    desk = start()
    for number, unknown in enumerate(["BR-99999", "no idea", ""]):
        assert desk.answer({"order_number": unknown}, fulfillment_id=f"u{number}") == {"order_found": "no"}
    assert desk.post({"order_number": "BR-00500"}, fulfillment_id="down")[0] == 503
    assert desk.post({}, fulfillment_id="empty")[0] == 422
    assert desk.ask("POST", "/outage") == (200, {"outage": True})
    status, problem = desk.post({"order_number": "BR-10427"}, fulfillment_id="x")
    assert (status, problem["errors"][0]["detail"]) == (503, "The order database is down.")
    assert desk.ask("GET", "/orders/BR-10427")[0] == 503
    assert desk.ask("GET", "/healthz")[1]["outage"] is True
    assert desk.ask("DELETE", "/outage") == (200, {"outage": False})
    assert desk.answer({"order_number": "BR-10427"}, fulfillment_id="x")["order_found"] == "yes"


def test_with_secrets_only_signed_requests_are_answered(start: Start) -> None:
    desk = start(secrets=", ".join(SECRETS))
    for number, secret in enumerate(SECRETS):
        answer = desk.answer({"order_number": "10427"}, keys=[key_of(secret)], fulfillment_id=f"f{number}")
        assert answer["status"] == "SHIPPED"
    status, refusal = desk.post({"order_number": "10427"})
    assert (status, refusal["errors"][0]["code"]) == (401, "signature.missing")
    status, refusal = desk.post({"order_number": "10427"}, keys=[bytes(24)])
    assert (status, refusal["errors"][0]["code"]) == (401, "signature.wrong")


def test_one_fulfillment_is_noted_once_and_everything_is_kept_over_a_restart(start: Start) -> None:
    desk = start("--today", "2025-01-15")
    for _ in range(3):
        desk.answer({"order_number": "BR-10427"}, fulfillment_id="visit-1")
    order = desk.ask("GET", "/orders/BR-10427")
    assert desk.stop(signal.SIGKILL) == -signal.SIGKILL
    again = start("--today", "2030-01-01")
    again.answer({"order_number": "BR-10427"}, fulfillment_id="visit-1")
    assert again.ask("GET", "/orders/BR-10427") == order
    noted = again.ask("GET", "/enquiries")[1]["enquiries"]
    assert [(one["fulfillment_id"], one["order_number"]) for one in noted] == [("visit-1", "BR-10427")]


def test_the_shops_own_interface(start: Start) -> None:
    desk = start()
    assert desk.ask("GET", "/healthz") == (200, {"status": "ok", "orders": 300, "outage": False})
    assert len(desk.ask("GET", "/orders?limit=7")[1]["orders"]) == 7
    shipped = desk.ask("GET", "/orders?status=SHIPPED&limit=100")[1]["orders"]
    assert {order["status"] for order in shipped} == {"SHIPPED"}
    assert desk.ask("GET", "/orders/BR-00001")[0] == 404
    for limit in ("0", "101", "x", "-1", "%D9%A3", "9" * 5_000, ""):
        assert desk.ask("GET", f"/orders?limit={limit}")[0] == 400
    big = b" " * (3 * 1024 * 1024)
    desk.connection.request("POST", "/fulfillment", headers={**testing.headers(big), "content-length": str(len(big))})
    assert desk.connection.getresponse().status == 413


def test_one_connection_serves_many_requests(start: Start) -> None:
    desk = start()
    desk.answer({"order_number": "10427"})
    held = desk.connection.sock
    for number in range(20):
        desk.answer({"order_number": "10427"}, fulfillment_id=str(number))
    assert desk.connection.sock is held


def test_sixty_four_clients_at_once_are_answered(start: Start) -> None:
    desk = start()

    def client(number: int) -> list[str]:
        one = Running(desk.process, HTTPConnection("127.0.0.1", desk.connection.port, timeout=10))
        try:
            return [
                one.answer({"order_number": str(10_200 + number)}, fulfillment_id=f"{number}-{turn}")["order_number"]
                for turn in range(5)
            ]
        finally:
            one.connection.close()

    begun = time.monotonic()
    with ThreadPoolExecutor(64) as pool:
        assert list(pool.map(client, range(64))) == [[f"BR-{10_200 + number}"] * 5 for number in range(64)]
    assert time.monotonic() - begun < 10


def test_it_stops_when_its_parent_goes(start: Start) -> None:
    desk = start("--with-parent")
    desk.answer({"order_number": "10427"})
    assert desk.process.stdin is not None
    desk.process.stdin.close()
    desk.process.stdin = None
    assert desk.process.wait(10) == 0


def refused(*arguments: str | Path, secrets: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, SERVICE, *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={**os.environ, "ORDER_DESK_SIGNING_SECRETS": secrets},
    )
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_what_it_cannot_start_with_is_said_in_one_line(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and long enough to be sure of it " * 20)
    database = tmp_path / "orders.db"
    assert refused("--port", "0")[0] == 2
    assert refused("--port", "x", "--database", database)[0] == 2
    assert refused("--port", "0", "--database", text)[0] == 3
    assert refused("--port", "0", "--database", tmp_path / "nowhere" / "orders.db")[0] == 3
    code, said = refused("--port", "0", "--database", database, secrets="hunter2")
    assert (code, "hunter2" in said) == (2, False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = refused("--port", str(taken.getsockname()[1]), "--database", database)
    assert code == 3
    assert "Choose another --port" in said

"""Whole processes for stories: the server on a socket, with a real database, started and stopped like a host would."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PATIENCE_S = 20
Publish = Callable[[str], None]


class Answer:
    """An HTTP answer: `status`, `headers`, `body` as JSON."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status = status
        self.headers = headers
        self.content = content

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def code(self) -> str:
        return str(self.body["errors"][0]["code"])


def http(
    method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None, timeout: float = 30
) -> Answer:
    """Make one HTTP call; a refusal is an answer."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())


class Server:
    """A running `branchline serve`."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address

    def kill(self) -> None:
        """Stop it like a power cut."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def stop(self) -> int:
        """Ask it to stop; gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


def command(
    *arguments: str, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a `branchline` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "branchline", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **(environment or {})},
        check=False,
    )


@contextmanager
def serving(
    database: Path, environment: Mapping[str, str] | None = None, port: int = 0, moved: Path | None = None
) -> Iterator[Server]:
    """Run the server on a free port until the block ends; errors in its log fail the test. `moved`: a file with the
    milliseconds that its clock is ahead."""
    url = f"sqlite:///{database}"
    program = None if moved is None else [str(ROOT / "tests" / "moved.py"), url, str(moved)]
    with serving_url(url, database.with_suffix(".log"), environment, port, program=program) as server:
        yield server


@contextmanager
def serving_url(
    url: str,
    log: Path,
    environment: Mapping[str, str] | None = None,
    port: int = 0,
    *more: str,
    program: list[str] | None = None,
) -> Iterator[Server]:
    """Run the server on the database with this address, with more options."""
    program = program or ["-m", "branchline", "serve", "--port", str(port), "--database", url, *more]
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, *program],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "BRANCHLINE_LOG_LEVEL": "info", **(environment or {})},
        )
    try:
        line = first_line(process)
        assert line, "the server stopped: " + log.read_text()
        server = Server(process, line.rsplit(" ", 1)[-1])
        wait_until_up(server)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout:
            process.stdout.close()
    assert '"incident"' not in log.read_text(), log.read_text()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
    assert ready, "the process said nothing"
    return process.stdout.readline().strip()


def wait_until_up(server: Server) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert server.process.poll() is None, "the server stopped"
        try:
            http("GET", server.address + "/", timeout=1)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the server did not come up")


def wait_for(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait until something holds; False when it did not happen in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


class Visitor:
    """A visitor's program: one interaction over the chat API."""

    def __init__(self, server: str, bot: str, **body: Any) -> None:
        self.server = server
        answer = http("POST", f"{server}/api/chat/v1/bots/{bot}/interactions", body)
        assert answer.status == 201, answer.content
        self.uuid = answer.body["interaction"]["uuid"]
        self.token = answer.body["interaction"]["token"]
        self.quick_ref = answer.body["interaction"]["quick_ref"]
        self.awaiting = answer.body["awaiting"]
        self.said = texts(answer.body["entries"])
        self._messages = 0

    def call(self, what: str, body: Any = None, method: str = "POST", **headers: str) -> Answer:
        url = f"{self.server}/api/chat/v1/interactions/{self.uuid}/{what}"
        return http(method, url, body, {"Authorization": f"Bearer {self.token}", **headers})

    def say(self, text: str, **more: Any) -> list[str]:
        """Write a message; gives what the bot said."""
        self._messages += 1
        answer = self.call("messages", {"id": f"v{self._messages}", "text": text, **more})
        assert answer.status == 200, answer.content
        self.awaiting = answer.body["awaiting"]
        return texts(answer.body["entries"])

    def transcript(self) -> list[dict[str, Any]]:
        answer = self.call("entries?after=0", method="GET")
        assert answer.status == 200, answer.content
        entries: list[dict[str, Any]] = answer.body["entries"]
        return entries


def texts(entries: list[dict[str, Any]]) -> list[str]:
    """Give what the bot said among entries."""
    return [entry["text"] for entry in entries if entry["kind"] == "message" and entry["sender"] == "bot"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def order_desk(address: str) -> str:
    """The example bot, asking the service at this address, without a signature."""
    text = (ROOT / "examples/order-desk/order-desk.yaml").read_text()
    text = re.sub(r"url: .*", f"url: {address}/fulfillment", text)
    return re.sub(r"\n    signing: .*", "", text)


def inside(address: str) -> dict[str, str]:
    """The environment in which calls may go to this address."""
    return {"BRANCHLINE_OPEN_HOSTS": address.removeprefix("http://"), "BRANCHLINE_ALLOW_HTTP": "true"}

"""The console and its builder in a real Chromium, on the real server with an empty database."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import chromium
from running import ROOT, Server, command, first_line, http, wait_until_up

HERE = Path(__file__).parent
PATIENCE_MS = 15_000
NAME, EMAIL, PASSWORD = "Ada Author", "ada@example.com", "seven quiet drafting tables"
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    chromium.mark(items, HERE)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium.launched() as browser:
        yield browser


@contextmanager
def console_server(database: Path, port: int = 0) -> Iterator[Server]:
    """Run the server; an accident of ours in its log fails the test."""
    log = database.with_suffix(".log")
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "branchline", "serve", "--port", str(port), "--database", f"sqlite:///{database}"],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        server = Server(process, first_line(process).rsplit(" ", 1)[-1])
        wait_until_up(server)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
    assert '"incident"' not in log.read_text(), log.read_text()


def set_up_code(database: Path) -> str:
    """Make a code for the first set-up, as a host does who did not see the one that was printed."""
    said = command("set-up-code", "--database", f"sqlite:///{database}")
    assert said.returncode == 0, said.stderr
    found = re.search(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){3}", said.stdout)
    assert found, said.stdout
    return found[0]


@pytest.fixture(scope="package")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("console") / "branchline.db"


@pytest.fixture(scope="package")
def server(database: Path) -> Iterator[Server]:
    with console_server(database) as running:
        yield running


class Author:
    """A person who is signed in, and calls the admin API as the console does."""

    def __init__(self, server: Server, cookie: str) -> None:
        self.server = server
        self.cookie = cookie

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"Cookie": self.cookie, "Origin": self.server.address, **headers}
        answer = http(method, f"{self.server.address}/api/admin/v1{path}", body, given)
        assert answer.status < 300, answer.content
        return answer.body if answer.content else None

    def make(self, document: dict[str, Any]) -> str:
        """Make a bot of a document; gives its name."""
        return str(self.call("POST", "/bots", {"bot": document["bot"], "document": document})["bot"])

    def draft(self, bot: str) -> dict[str, Any]:
        document: dict[str, Any] = self.call("GET", f"/bots/{bot}/draft")["document"]
        return document


@pytest.fixture(scope="package")
def author(server: Server, database: Path) -> Author:
    """The administrator of the server that most stories share."""
    body = {"code": set_up_code(database), "name": NAME, "email": EMAIL, "password": PASSWORD}
    answer = http("POST", f"{server.address}/api/admin/v1/set-up", body, {"Origin": server.address})
    assert answer.status == 200, answer.content
    return Author(server, answer.headers["Set-Cookie"].split(";")[0])


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A tab, and what its browser complains about: script errors, and anything against the page's policy."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda told: wrong.append(told.text) if "Content Security Policy" in told.text else None)
    return page, wrong


Opener = Callable[..., Page]


@pytest.fixture
def signed_in(browser: Browser, author: Author) -> Iterator[Opener]:
    """Open tabs of a signed-in person: `signed_in("/bots/x", dark=True)`. Tabs of one call share nothing with others
    but the sign-in."""
    opened: list[tuple[BrowserContext, list[str]]] = []

    def start(path: str = "/", context: BrowserContext | None = None, dark: bool = False) -> Page:
        if context is None:
            context = browser.new_context(
                viewport={"width": 1500, "height": 900},
                locale="en-GB",
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            name, _, value = author.cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": author.server.address}])
        page, wrong = watched(context)
        opened.append((context, wrong))
        page.goto(f"{author.server.address}/console{path}")
        return page

    yield start
    for context, wrong in opened:
        context.close()
        assert not wrong, wrong


def axe(page: Page) -> list[str]:
    """What axe finds, one line each.

    What stands on the canvas is as large as its person has it: zooming is theirs, and the outline and the panel have a
    control of full size for the same (WCAG 2.5.8, equivalent). Its targets are not measured.
    """
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run({ runOnly: tags })", TAGS)
    drawn = page.evaluate(
        "targets => targets.map(target => document.querySelector(target)?.closest('.react-flow__viewport') !== null)",
        [node["target"][0] for rule in found["violations"] for node in rule["nodes"]],
    )
    lines = [(rule, node) for rule in found["violations"] for node in rule["nodes"]]
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for (rule, node), on_canvas in zip(lines, drawn, strict=True)
        if not (rule["id"] == "target-size" and on_canvas)
    ]


def card(page: Page, name: str) -> Any:
    """The card of a node on the canvas."""
    return page.locator(f'[data-node="{name}"]')


def saved(page: Page) -> None:
    """Wait until the draft is saved."""
    expect(page.locator(".top-bar [role=status]")).to_contain_text("Draft saved")


def small_bot(name: str, nodes: int = 3) -> dict[str, Any]:
    """A bot that is right: a chain of messages, ending with an end."""
    chain = {
        f"n{index}": {
            "label": f"Node {index}",
            "actions": [{"do": "send_message", "text": f"This is message {index}"}],
            "exit": {"do": "end"} if index == nodes - 1 else {"do": "go_to", "node": f"n{index + 1}"},
        }
        for index in range(nodes)
    }
    return {"branchline": 1, "bot": name, "name": name.title(), "start": "n0", "nodes": chain}

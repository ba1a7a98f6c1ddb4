"""A real Chromium, the real server, the example order service, and a shop on another origin that shows the widget."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import chromium
from branchline.api.web.assets import FOLDER
from running import ROOT, Server, command, first_line, http, inside, order_desk, wait_until_up

HERE = Path(__file__).parent
BOTS = HERE / "bots"
ALIASES = {
    "e39f9811-1111-493b-b258-e964a1e33cf4": "order-desk",
    "a6adeebf-1111-488b-b26f-8f94c8b536d8": "order-desk",
    "5c0de000-2222-4000-8000-000000000001": "lifecycle",
}
"""The ids by which pages that were written for the other vendor know the bots."""
PATIENCE_MS = 8_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    chromium.mark(items, HERE)


class Shop:
    """A site of its own origin: `pages` are its bodies by path, `headers` those of every answer."""

    def __init__(self, bots: str) -> None:
        self.bots = bots
        self.pages: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = shop.pages.get(urlsplit(self.path).path)
                self.send_response(200 if body is not None else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **shop.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write((body or "").encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self.page("/")

    def tag(self, bot: str = "order-desk", nonce: str = "", **look: str) -> str:
        """The script tag, as the company copies it."""
        more = "".join(f' data-{name}="{escape(value)}"' for name, value in look.items())
        nonced = f' nonce="{nonce}"' if nonce else ""
        return f'<script async{nonced} src="{self.bots}/w/loader.js" data-bot="{bot}"{more}></script>'

    def page(self, path: str, content: str | None = None, head: str = "", lang: str = "en") -> str:
        """Put a page up; gives its address."""
        body = content if content is not None else self.tag()
        self.pages[path] = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>Shop</title>{head}</head><body><main><h1>Shop</h1><p>Some page.</p></main>{body}</body></html>"
        )
        return self.address + path

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert (FOLDER / "loader.js").is_file(), "The widget is not built: python tools/web.py build"
    with chromium.launched() as browser:
        yield browser


@contextmanager
def order_service_in(folder: Path) -> Iterator[str]:
    """Run the example order service; gives its address."""
    process = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "examples/order-desk/service.py"),
            "--port",
            "0",
            "--database",
            folder / "orders.db",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield first_line(process).rsplit(" ", 1)[-1]
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="package")
def order_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with order_service_in(tmp_path_factory.mktemp("orders")) as address:
        yield address


class Web(Server):
    """A running server, and what the company's programs see of it."""

    def __init__(self, process: subprocess.Popen[str], address: str, database: str) -> None:
        super().__init__(process, address)
        self.database = database
        self._key = command("api-key", "create", "reader", "--database", database).stdout.strip()

    def core(self, path: str) -> Any:
        """Ask the core API."""
        headers = {"Authorization": f"Bearer {self._key}"}
        answer = http("GET", f"{self.address}/api/core/v1/{path}", headers=headers)
        assert answer.status == 200, answer.content
        return answer.body


@contextmanager
def with_web(
    database: Path, order_service: str, port: int = 0, more: tuple[Path, ...] = (), open_too: str = ""
) -> Iterator[Web]:
    """Run the server with the order desk and the bots of these tests published, and `more`, which may ask `open_too` (`,host:port`)."""
    log = database.with_suffix(".log")
    environment = {
        **os.environ,
        **inside(order_service + open_too),
        "PYTHONUNBUFFERED": "1",
        "BRANCHLINE_STARTS_PER_MINUTE": "100000",
        "BRANCHLINE_MESSAGES_PER_MINUTE": "100000",
        "BRANCHLINE_ALIASES": ",".join(f"{alias}={bot}" for alias, bot in ALIASES.items()),
    }
    target = f"sqlite:///{database}"
    if not database.exists():
        file = database.with_name("order-desk.yaml")
        file.write_text(order_desk(order_service))
        for bot in (file, *sorted(BOTS.glob("*.yaml")), *more):
            done = command("publish", str(bot), "--database", target)
            assert done.returncode == 0, done.stderr
    with log.open("a") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "branchline", "serve", "--port", str(port), "--database", target],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment,
        )
    try:
        server = Web(process, first_line(process).rsplit(" ", 1)[-1], target)
        wait_until_up(server)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
    assert '"incident"' not in log.read_text(), log.read_text()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory, order_service: str) -> Iterator[Web]:
    with with_web(tmp_path_factory.mktemp("server") / "branchline.db", order_service) as running:
        yield running


@pytest.fixture
def shop(server: Server) -> Iterator[Shop]:
    made = Shop(server.address)
    yield made
    made.close()


Opened = Callable[..., Page]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1100, "height": 800}, locale="en-GB")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; a script error or a message of the browser about one fails the test."""
    made = context.new_page()
    made.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    yield made
    made.close()
    assert not wrong, wrong


def open_chat(page: Page, address: str) -> None:
    """Go to a page and open its chat."""
    page.goto(address)
    page.locator(".l").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def bubble(page: Page, text: str) -> Any:
    """What was said, as it is shown."""
    return page.locator(".m .b", has_text=text)

"""A person's browser, as far as the admin API sees it: a cookie, an origin, JSON."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from running import PATIENCE_S, Answer, Server, http, serving_url
from store.samples import KINDS

API = "/api/admin/v1"
LASTING = tuple(kind for kind in KINDS if kind != "memory")
"""Every database that lasts: they differ in what they can hold, and in how writers wait for each other."""
PASSWORD = "seven lamps under water"
"""Long, and nobody's."""


class Browser:
    """Calls the admin API like the console does, and keeps the cookie."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.cookie = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent: dict[str, str] = {"Origin": self.server, "Sec-Fetch-Site": "same-origin"}
        if self.cookie:
            sent["Cookie"] = self.cookie
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = http(method, self.server + API + path, body, sent)
        given = answer.headers.get("set-cookie")
        if given is not None:
            self.cookie = "" if "Max-Age=0" in given else given.partition(";")[0]
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self._done(self.call("GET", path, **headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._done(self.call("POST", path, body or {}, **headers))

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self._done(self.call("PUT", path, body, **headers))

    def delete(self, path: str) -> None:
        self._done(self.call("DELETE", path))

    def sign_in(self, email: str, password: str = PASSWORD) -> "Browser":
        self.post("/sign-in", {"email": email, "password": password})
        return self

    @staticmethod
    def _done(answer: Answer) -> Any:
        assert answer.status < 300, answer.content
        return answer.body if answer.content else None


def set_up(server: Server, email: str = "mira@shop.example", name: str = "Mira Oakenfell") -> Browser:
    """Set the server up with the code that it printed; gives the first admin's browser."""
    browser = Browser(server.address)
    browser.post("/set-up", {"code": code_of(server), "name": name, "email": email, "password": PASSWORD})
    return browser


def code_of(server: Server) -> str:
    """Read the set-up code that the server printed."""
    said: SimpleQueue[str] = SimpleQueue()
    # the line may have been read together with the one before, so waiting for more on the pipe would wait for nothing
    Thread(target=lambda: said.put(server.process.stdout.readline()), daemon=True).start()  # type: ignore[union-attr]
    found = re.search(r"code ([A-Z0-9-]{23})", said.get(timeout=PATIENCE_S))
    assert found
    return found[1]


def joined(admin: Browser, role: str, email: str = "") -> Browser:
    """Invite somebody, who chooses a password; gives their browser."""
    invited = admin.post("/people", {"name": role.title(), "email": email or f"{role}@shop.example", "role": role})
    browser = Browser(admin.server)
    browser.post("/join", {"code": invited["code"], "password": PASSWORD})
    return browser


@contextmanager
def console(
    database: Path, environment: Mapping[str, str] | None = None, url: str = ""
) -> Iterator[tuple[Server, Browser]]:
    """A server that is set up, and its first admin."""
    with serving_url(url or f"sqlite:///{database}", database.with_suffix(".log"), environment) as server:
        yield server, set_up(server)


__all__ = ["API", "LASTING", "PASSWORD", "Browser", "code_of", "console", "joined", "set_up"]

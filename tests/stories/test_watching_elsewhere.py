"""The console of one process shows what another process wrote, without being asked again."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from time import time

import pytest

import postgres
from admin.console import API, Browser, set_up
from running import PATIENCE_S, Server, Visitor, command, serving_url
from stories.test_many_processes import ECHO, MANY

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server, Browser]]:
    """Two processes on one database, and somebody who watches through the first."""
    folder: Path = tmp_path_factory.mktemp("elsewhere")
    bot = folder / "bot.yaml"
    bot.write_text(ECHO)
    with postgres.database() as name, ExitStack() as stack:
        url = postgres.server().tcp_url(name)
        here = stack.enter_context(serving_url(url, folder / "here.log", MANY))
        admin = set_up(here)
        there = stack.enter_context(serving_url(url, folder / "there.log", MANY))
        assert command("publish", str(bot), "--database", url).returncode == 0
        yield here, there, admin


class Hints:
    """A stream of hints, as the browser's page hears it."""

    def __init__(self, admin: Browser, path: str) -> None:
        request = urllib.request.Request(admin.server + API + path, headers={"Cookie": admin.cookie})
        self._stream = urllib.request.urlopen(request, timeout=PATIENCE_S)
        assert self._stream.readline().startswith(b"retry:")  # from here on it hears
        self._told: SimpleQueue[list[str]] = SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for line in self._stream:
                if line.startswith(b"data: "):
                    self._told.put(json.loads(line.removeprefix(b"data: ")))
        except (OSError, ValueError):
            pass  # the test is over

    def until(self, uuid: str) -> None:
        """Wait until it is said that this interaction moved on."""
        while uuid not in self._told.get(timeout=PATIENCE_S):
            pass


def test_a_list_shows_what_another_process_began(both: tuple[Server, Server, Browser]) -> None:
    _, there, admin = both
    hints = Hints(admin, f"/interactions/moves?since={int(time() * 1_000)}")
    visitor = Visitor(there.address, "echo")
    hints.until(visitor.uuid)
    assert visitor.uuid in {one["uuid"] for one in admin.get("/interactions")["interactions"]}


def test_an_interaction_is_watched_while_another_process_runs_it(both: tuple[Server, Server, Browser]) -> None:
    _, there, admin = both
    visitor = Visitor(there.address, "echo")
    hints = Hints(admin, f"/interactions/{visitor.uuid}/moves")
    hints.until(visitor.uuid)  # what was there when the page was opened
    visitor.say("from elsewhere")
    hints.until(visitor.uuid)
    said = [item.get("text") for turn in admin.get(f"/interactions/{visitor.uuid}")["turns"] for item in turn["items"]]
    assert "You said from elsewhere." in said

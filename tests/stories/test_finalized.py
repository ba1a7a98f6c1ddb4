"""After its end an interaction takes data for five minutes, then never again. The server is real, its clock moved by hand."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from branchline.bot.parse import read
from branchline.cli.serve import address_of, listen, make_server
from branchline.engine.walk import FINALIZE_AFTER_MS
from branchline.main import build
from branchline.service.clock import system_clock
from branchline.settings import Settings
from running import PATIENCE_S, Answer, Visitor, http, wait_for

pytestmark = pytest.mark.story

SHORT = b"""
branchline: 1
bot: short
start: ask
nodes:
  ask:
    actions: [{do: send_message, text: "Anything else?"}]
    exit: {do: wait_for_reply, go_to: bye}
  bye:
    actions: [{do: send_message, text: "Goodbye."}]
    exit: {do: end}
"""


class Here:
    """A server in a thread of this process; `ahead_ms` moves its clock."""

    def __init__(self) -> None:
        self.ahead_ms = 0
        self.key = self.address = ""
        self.ready = threading.Event()
        self._settings = Settings(database="memory:", host="127.0.0.1", port=0)
        self._listener = listen(self._settings)
        self.address = address_of(self._settings, self._listener)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        assert self.ready.wait(PATIENCE_S)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(setattr, self._server, "should_exit", True)
        self._thread.join(PATIENCE_S)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        parts = build(self._settings, "", lambda: self.address, clock=lambda: system_clock() + self.ahead_ms)

        async def started() -> None:
            bot = read(SHORT).bot
            assert bot is not None
            await parts.bots.publish(bot, SHORT, "", lambda _: b"")
            self.key = (await parts.keys.create("test"))[1]
            self.ready.set()

        self._server = make_server(parts, started)
        await self._server._serve(sockets=[self._listener])  # without signals: this is no main thread


@pytest.fixture
def here() -> Iterator[Here]:
    made = Here()
    yield made
    made.close()


def test_a_finalized_interaction_refuses_data_from_everyone(here: Here) -> None:
    visitor = Visitor(here.address, "short")
    assert visitor.say("no") == ["Goodbye."]
    core = f"{here.address}/api/core/v1/interactions/{visitor.uuid}"
    allowed = {"Authorization": f"Bearer {here.key}"}

    def give() -> Answer:
        return http("POST", f"{core}/interaction-data", {"name": "case", "data": "77"}, allowed)

    def attributes() -> dict[str, object]:
        found: dict[str, object] = http("GET", core, None, allowed).body["data"]["attributes"]
        return found

    assert give().status == 201
    assert attributes()["finalized_at"] is None
    here.ahead_ms = FINALIZE_AFTER_MS
    assert wait_for(lambda: attributes()["finalized_at"] is not None)
    for refused in (
        give(),
        visitor.call("data", {"data": [{"name": "case", "data": "78"}]}),
        visitor.call("feedback", {"rating": 1}),
        visitor.call("messages", {"id": "late", "text": "hello?"}),
    ):
        assert (refused.status, refused.code) == (409, "interaction.finalized")
    assert http("GET", core, None, allowed).body["meta"]["data"] == {"case": "77"}

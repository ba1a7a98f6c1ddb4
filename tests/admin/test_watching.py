"""A bot at work, over the admin API: a call that is made once more, and what needs attention."""

import threading
from collections.abc import Iterator

import pytest

from admin.console import Browser, console, joined
from endpoints import Endpoint
from running import Server, Visitor, inside, wait_for

pytestmark = pytest.mark.story

BOT = """
branchline: 1
bot: {bot}
start: ask
endpoints:
  shop:
    url: {address}/orders
    safe_to_repeat: {safe}
{more}
nodes:
  ask:
    actions: [{{do: send_message, text: "Which order?"}}]
    exit: {{do: wait_for_reply, go_to: look_up}}
  look_up:
    actions: [{{do: fulfill, endpoint: shop, gives: [status], failed: sorry}}]
    exit: {{do: go_to, node: told}}
  told:
    actions: [{{do: send_message, text: "It is {{{{ status }}}}."}}]
    exit: {{do: wait_for_reply, go_to: look_up}}
  sorry:
    actions: [{{do: send_message, text: "I cannot say."}}]
    exit: {{do: wait_for_reply, go_to: look_up}}
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint) -> Iterator[tuple[Server, Browser]]:
    with console(tmp_path_factory.mktemp("watching") / "branchline.db", inside(endpoint.address)) as (server, admin):
        for bot, safe, more in (
            ("safe", "true", ""),
            ("unsafe", "false", ""),
            ("locked", "false", '    headers: {X-Key: "{{ secret.shop }}"}'),
        ):
            source = BOT.format(bot=bot, safe=safe, address=endpoint.address, more=more)
            revision = admin.post("/bots", {"source": source})["revision"]
            admin.post(f"/bots/{bot}/publish", {"revision": revision})
        yield server, admin


@pytest.fixture
def held(endpoint: Endpoint) -> Iterator[threading.Event]:
    """The endpoint waits with its answers to what it is asked from here on, until this is set."""
    waits = threading.Event()
    endpoint.asked.clear()
    endpoint.arrived.clear()
    endpoint.go_on = waits
    yield waits
    waits.set()
    endpoint.go_on = waits


def asking(server: Server, bot: str, endpoint: Endpoint) -> Visitor:
    """A visitor whose conversation waits for the endpoint."""
    visitor = Visitor(server.address, bot)
    visitor.call("messages?wait=0", {"id": "1", "text": "BR-1"})
    assert endpoint.arrived.wait(10)
    return visitor


def test_a_call_that_is_waited_for_is_made_again_with_the_same_id_and_body(
    running: tuple[Server, Browser], endpoint: Endpoint, held: threading.Event
) -> None:
    server, admin = running
    visitor = asking(server, "safe", endpoint)
    told = admin.get(f"/interactions/{visitor.uuid}")
    (token,) = told["repeatable"]
    assert token == told["calls"][0]["token"]
    endpoint.go_on = threading.Event()
    endpoint.go_on.set()
    assert admin.post(f"/interactions/{visitor.uuid}/calls/{token}/repeat") == {"sent": True}
    # the first answer counts, while the first request still hangs
    assert wait_for(lambda: visitor.transcript()[-1].get("text") == "It is SHIPPED.")
    first, second = endpoint.asked
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    turns = len(admin.get(f"/interactions/{visitor.uuid}")["turns"])
    held.set()
    # the late one is recorded, and says nothing
    assert wait_for(lambda: len(admin.get(f"/interactions/{visitor.uuid}")["turns"]) > turns)
    assert [entry.get("text") for entry in visitor.transcript()][-1] == "It is SHIPPED."
    assert admin.get("/audit")["entries"][0]["what"] == "call.repeat"
    settled = admin.call("POST", f"/interactions/{visitor.uuid}/calls/{token}/repeat", {})
    assert (settled.status, settled.code) == (409, "call.settled")
    assert len(endpoint.asked) == 2


def test_a_repeat_that_fails_settles_nothing(
    running: tuple[Server, Browser], endpoint: Endpoint, held: threading.Event
) -> None:
    server, admin = running
    visitor = asking(server, "safe", endpoint)
    (token,) = admin.get(f"/interactions/{visitor.uuid}")["repeatable"]
    endpoint.go_on = threading.Event()
    endpoint.go_on.set()
    endpoint.status = 500
    admin.post(f"/interactions/{visitor.uuid}/calls/{token}/repeat")
    assert wait_for(lambda: len(endpoint.asked) == 2)
    # once it may be asked again, the repeat has come to its end
    assert wait_for(lambda: admin.post(f"/interactions/{visitor.uuid}/calls/{token}/repeat")["sent"])
    endpoint.status = 200
    assert admin.get(f"/interactions/{visitor.uuid}")["line"]["awaiting"] == "fulfillment"
    held.set()
    assert wait_for(lambda: visitor.transcript()[-1].get("text") == "It is SHIPPED.")


def test_a_call_that_is_not_safe_to_repeat_is_not_made_again(
    running: tuple[Server, Browser], endpoint: Endpoint, held: threading.Event
) -> None:
    server, admin = running
    visitor = asking(server, "unsafe", endpoint)
    told = admin.get(f"/interactions/{visitor.uuid}")
    assert told["repeatable"] == []
    path = f"/interactions/{visitor.uuid}/calls/{told['calls'][0]['token']}/repeat"
    refused = admin.call("POST", path, {})
    assert (refused.status, refused.code) == (409, "call.not_repeatable")
    assert len(endpoint.asked) == 1


def test_what_needs_attention_is_said_to_whoever_may_know(running: tuple[Server, Browser], endpoint: Endpoint) -> None:
    _, admin = running
    viewer = joined(admin, "viewer")
    body = {"url": f"{endpoint.address}/crm", "condition": "all"}
    admin.put("/bots/safe/targets/crm", body)
    admin.post("/bots/safe/targets/crm/disable")

    def codes(browser: Browser) -> set[str]:
        return {one["code"] for one in browser.get("/attention")["concerns"]}

    # the secret of `locked` is set nowhere; a target that its owner switched off is no concern while it is owed nothing
    assert codes(admin) == {"endpoint.secret"}
    assert codes(viewer) == {"endpoint.secret"}
    assert admin.get("/attention")["concerns"][0]["place"] == "/endpoints"
    admin.put("/secrets/shop", {"value": "a key of the shop"})
    assert codes(admin) == set()

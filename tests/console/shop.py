"""A shop with a bot in use, for stories of the console: an endpoint, a target, visitors who talk, a clock to move on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import Any

from console.conftest import EMAIL, NAME, PASSWORD, Author, set_up_code
from endpoints import Endpoint
from running import Server, Visitor, http, inside, serving, wait_for

FINALIZED_MS = 6 * 60_000
"""More than what an ended interaction still takes data for."""


def desk(address: str, bot: str = "parcel-desk") -> dict[str, Any]:
    """A bot that asks for an order number, looks it up at the endpoint, and routes on what it says."""

    def says(text: str) -> list[dict[str, Any]]:
        return [{"do": "send_message", "text": text}]

    def case(operand: str, operator: str, argument: str, go_to: str) -> dict[str, Any]:
        return {"when": {"operand": operand, "operator": operator, "argument": argument}, "go_to": go_to}

    nodes = {
        "welcome": {
            "label": "Welcome",
            "actions": says("Hello! Where is your parcel?"),
            "exit": {
                "do": "wait_for_reply",
                "capture": {
                    "kind": "one_of",
                    "name": "wish",
                    "choices": [{"label": "Track it", "value": "track"}, {"label": "Goodbye", "go_to": "bye"}],
                },
                "go_to": "ask",
            },
        },
        "ask": {
            "label": "Ask for the number",
            "actions": says("What is your order number?"),
            "exit": {
                "do": "wait_for_reply",
                "capture": {"kind": "pattern", "name": "order_number", "pattern": r"BR-\d+", "normalise": "upper"},
                "retry": "It looks like BR-10427.",
                "tries": 2,
                "failed": "person",
                "go_to": "look_up",
            },
        },
        "look_up": {
            "label": "Look up the parcel",
            "actions": [
                {
                    "do": "fulfill",
                    "endpoint": "orders",
                    "waiting": "One moment …",
                    "gives": ["status", "fullname"],
                    "failed": "person",
                }
            ],
            "exit": {
                "do": "route",
                "cases": [
                    case("data.status", "is", "DELIVERED", "delivered"),
                    case("data.status", "is", "SHIPPED", "on_the_way"),
                ],
                "otherwise": "person",
            },
        },
        "on_the_way": {
            "label": "On the way",
            "actions": [
                {"do": "tag", "tags": ["on-the-way"]},
                *says("Good news, {{ fullname }}: {{ order_number }} is on its way."),
            ],
            "exit": {"do": "end"},
        },
        "delivered": {"label": "Delivered", "actions": says("It was delivered."), "exit": {"do": "end"}},
        "person": {"label": "Hand over", "actions": says("Somebody will call you."), "exit": {"do": "end"}},
        "bye": {"label": "Goodbye", "actions": says("Bye!"), "exit": {"do": "end"}},
    }
    return {
        "branchline": 1,
        "bot": bot,
        "name": bot.replace("-", " ").title(),
        "start": "welcome",
        "data": {"fullname": {}, "status": {}},
        "endpoints": {"orders": {"url": f"{address}/orders", "headers": {"X-Key": "{{ secret.orders }}"}}},
        "nodes": nodes,
    }


class Shop:
    """The server and all around it."""

    def __init__(self, server: Server, author: Author, endpoint: Endpoint, moved: Path) -> None:
        self.server = server
        self.author = author
        self.endpoint = endpoint
        self._moved = moved

    def publish(self, document: dict[str, Any]) -> None:
        self.author.make(document)
        bot = document["bot"]
        draft = self.author.call("GET", f"/bots/{bot}/draft")
        self.author.call("POST", f"/bots/{bot}/publish", {"revision": draft["revision"], "note": ""})

    def visitor(self, *said: str, bot: str = "parcel-desk", **body: Any) -> Visitor:
        visitor = Visitor(self.server.address, bot, **body)
        for text in said:
            visitor.say(text)
        return visitor

    def later(self, ms: int = FINALIZED_MS) -> None:
        """Let time pass."""
        self._moved.write_text(str(int(self._moved.read_text()) + ms))

    def now(self) -> int:
        """The time of the server, in milliseconds."""
        return int(time() * 1_000) + int(self._moved.read_text())

    def told(self, visitor: Visitor) -> Any:
        return self.author.call("GET", f"/interactions/{visitor.uuid}")

    def settled(self, count: int = 1) -> None:
        """Let ended interactions be finalized, and what is owed be tried; for so many deliveries in all."""
        self.later()

        def tried() -> bool:
            found = self.author.call("GET", "/deliveries")["deliveries"]
            return len([one for one in found if one["attempts"]]) >= count

        assert wait_for(tried, 15)


@contextmanager
def shop_in(folder: Path) -> Iterator[Shop]:
    """Run a shop: its bot is published, and its key for the endpoint is set."""
    endpoint = Endpoint()
    endpoint.answer = [{"name": "status", "data": "SHIPPED"}, {"name": "fullname", "data": "Mira Oakenfell"}]
    moved = folder / "moved"
    moved.write_text("0")
    database = folder / "branchline.db"
    with serving(database, inside(endpoint.address), moved=moved) as server:
        body = {"code": set_up_code(database), "name": NAME, "email": EMAIL, "password": PASSWORD}
        answer = http("POST", f"{server.address}/api/admin/v1/set-up", body, {"Origin": server.address})
        assert answer.status == 200, answer.content
        shop = Shop(server, Author(server, answer.headers["Set-Cookie"].split(";")[0]), endpoint, moved)
        shop.author.call("PUT", "/secrets/orders", {"value": "a key of the orders"})
        shop.publish(desk(endpoint.address))
        yield shop
    endpoint.close()


def crm(shop: Shop, name: str = "crm") -> None:
    """Add a target that gets every finished interaction."""
    body = {"url": f"{shop.endpoint.address}/crm", "condition": "all"}
    shop.author.call("PUT", f"/bots/parcel-desk/targets/{name}", body)

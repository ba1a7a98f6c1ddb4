"""The first ten minutes: the demo, its set-up code, a template, a published bot that asks the real order service."""

import subprocess
import sys
from pathlib import Path

import pytest

from admin.console import PASSWORD, Browser
from running import PATIENCE_S, Visitor

pytestmark = pytest.mark.story


def test_a_template_is_published_and_asks_the_real_order_service(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "branchline", "demo", "--port", "0", "--folder", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        try:
            assert demo.stdout is not None
            server = next(line for line in demo.stdout if "/console/" in line).strip().removesuffix("/console/")
            code = next(line for line in demo.stdout if "the code " in line).split("the code ")[1].split(",")[0]
            mira = Browser(server)
            mira.post("/set-up", {"code": code, "name": "Mira", "email": "mira@shop.example", "password": PASSWORD})
            made = mira.post("/bots", {"template": "order-status", "name": "Where is it"})
            assert (made["bot"], made["issues"]) == ("where-is-it", [])
            changed = made["document"]
            changed["nodes"]["ask_order"]["actions"][0]["text"] = "Hello from the shop! Your order number, please?"
            mira.put("/bots/where-is-it/draft", {"document": changed}, If_Match='"1"')
            assert mira.post("/bots/where-is-it/publish", {"revision": 2, "note": "hello"}) == {"version": 1}
            shipped, unreachable = Visitor(server, "where-is-it"), Visitor(server, "where-is-it")
            assert shipped.said == ["Hello from the shop! Your order number, please?"]
            assert "is on its way" in shipped.say("br-10427")[1]
            assert "I cannot reach our order system" in unreachable.say("BR-00500")[1]
            example = mira.get("/bots/order-desk/draft")
            assert (example["revision"], example["issues"], example["comments_lost"]) == (0, [], False)
        finally:
            demo.terminate()
            demo.wait(PATIENCE_S)

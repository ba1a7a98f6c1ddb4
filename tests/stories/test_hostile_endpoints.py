"""Every way in which an endpoint can misbehave, walked through the whole server: the visitor always hears something
true, the reason can be routed on, nothing is a 5xx, and the conversation goes on."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from branchline.fulfillment.reasons import Reason
from running import ROOT, Visitor, command, first_line, http, serving, texts

pytestmark = pytest.mark.story

DEADLINE_S = 1.0
AT_ONCE = 30
CASES_IN_A_BOT = 80


@pytest.fixture(scope="module")
def hostile() -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tests/fulfillment/hostile.py"), "--port", "0", "--host", "0.0.0.0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(first_line(process))
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


def own_address(case: int) -> str:
    """Give every case a loopback address of its own: no case meets the connection that another one spoilt."""
    return f"127.0.{1 + case // 200}.{1 + case % 200}"


def bot(name: str, cases: dict[str, str]) -> dict[str, Any]:
    """A bot that asks the endpoint named in the data of the page, and says the reason that it routed on."""

    def said(text: str) -> dict[str, Any]:
        again = {"do": "wait_for_reply", "go_to": "choose"}
        return {"actions": [{"do": "send_message", "text": text}], "exit": again}

    nodes: dict[str, Any] = {
        "choose": {
            "exit": {
                "do": "route",
                "cases": [
                    {"when": {"operand": "data.case", "operator": "is", "argument": one}, "go_to": f"ask-{one}"}
                    for one in cases
                ],
                "otherwise": "ok",
            }
        },
        "ok": said("ok"),
        "failed": {
            "exit": {
                "do": "route",
                "cases": [
                    {
                        "when": {"operand": "fulfillment.reason", "operator": "is", "argument": reason.value},
                        "go_to": reason.value,
                    }
                    for reason in Reason
                ],
                "otherwise": "unheard_of",
            }
        },
        "unheard_of": said("a reason that is not on the list"),
        **{reason.value: said(reason.value) for reason in Reason},
    }
    for one in cases:
        nodes[f"ask-{one}"] = {
            "actions": [{"do": "fulfill", "endpoint": one, "failed": "failed"}],
            "exit": {"do": "go_to", "node": "ok"},
        }
    endpoints = {one: {"url": f"{address}/{one}", "deadline": "1 s"} for one, address in cases.items()}
    data = {"case": {"from_page": True}}
    return {"branchline": 1, "bot": name, "start": "choose", "data": data, "endpoints": endpoints, "nodes": nodes}


def test_every_way_to_misbehave_is_a_reason_in_time_and_the_conversation_goes_on(
    tmp_path: Path, database: Path, hostile: int
) -> None:
    expected: dict[str, list[str]] = http("GET", f"http://127.0.0.1:{hostile}/cases").body
    assert len(expected) >= 100
    where = [(name, f"http://{own_address(number)}:{hostile}") for number, name in enumerate(expected)]
    bots = [dict(where[start : start + CASES_IN_A_BOT]) for start in range(0, len(where), CASES_IN_A_BOT)]
    for number, cases in enumerate(bots):
        file = tmp_path / f"bot{number}.json"
        file.write_text(json.dumps(bot(f"hostile-{number}", cases)))
        done = command("publish", str(file), "--database", f"sqlite:///{database}")
        assert done.returncode == 0, done.stderr
    environment = {
        "BRANCHLINE_OPEN_NETWORKS": "127.0.0.0/16",
        "BRANCHLINE_ALLOW_HTTP": "true",
        "BRANCHLINE_STARTS_PER_MINUTE": "10000",
    }
    with serving(database, environment) as server:

        def walk(which: tuple[int, str]) -> tuple[str, list[str], float, list[str]]:
            number, name = which
            started = time.monotonic()
            visitor = Visitor(server.address, f"hostile-{number}", data=[{"name": "case", "data": name}])
            took = time.monotonic() - started
            visitor.call("data", {"data": [{"name": "case", "data": "none"}]})
            after = visitor.call("messages", {"id": "after", "text": "still here?"})
            said = texts(after.body["entries"]) if after.status == 200 else [after.content.decode()]
            return name, visitor.said, took, said

        todo = [(number, name) for number, cases in enumerate(bots) for name in cases]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            walked = list(pool.map(walk, todo))
    wrong = {
        name: (said, expected[name], round(took, 2), after)
        for name, said, took, after in walked
        if len(said) != 1 or said[0] not in expected[name] or after != ["ok"]
    }
    assert not wrong
    # The machine runs the client's threads, the server and the endpoint at once: this bound is about the order of
    # magnitude; the 250 ms of the contract are held against the client alone in tests/fulfillment.
    assert max(took for _, _, took, _ in walked) < DEADLINE_S + 3

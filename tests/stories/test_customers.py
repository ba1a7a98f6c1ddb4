"""One customer's data is handed out, and erased from everywhere, beside a running server."""

import base64
import json
import sqlite3
from pathlib import Path

import pytest

from endpoints import Endpoint
from running import Publish, Visitor, command, http, inside, serving
from stories.bots import asking

pytestmark = pytest.mark.story

WHO = "zebrafinch@shop.example"


def left_in(folder: Path, said: bytes) -> list[str]:
    return [file.name for file in folder.iterdir() if file.is_file() and said in file.read_bytes()]


def test_a_customer_is_exported_and_erased_from_every_copy(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asking(endpoint.address, safe_to_repeat=True) + "inactivity: {after: 30 min}\n")
    where = ("--database", f"sqlite:///{database}")
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker", data=[{"name": "email", "data": WHO}])
        other = Visitor(server.address, "asker", data=[{"name": "email", "data": "other@shop.example"}])
        endpoint.answer = [{"name": "status", "data": f"SHIPPED to {WHO}"}]
        visitor.say(f"It is for zebrafinch, {WHO}")
        for _ in range(9):  # so that bodies and states are larger than a page of the file
            visitor.say("zebrafinch " * 40)
        sent = visitor.call("files", b"zebrafinch.", **{"X-File-Name": "zebrafinch.txt", "X-Message-Id": "f"})
        assert sent.status == 200
        visitor.call("feedback", {"rating": 5, "comment": "thanks, zebrafinch"})

        exported = command("customer", "export", "--data", f"email={WHO}", *where)
        assert exported.returncode == 0, exported.stderr
        [one] = json.loads(exported.stdout)["interactions"]
        assert one["interaction"]["meta"]["data"]["status"] == f"SHIPPED to {WHO}"
        assert base64.b64decode(one["files"][0]["content"]) == b"zebrafinch."
        assert one["told"] == {"asker/system": 10}
        assert [(call["endpoint"], call["status"]) for call in one["calls"]] == [("system", "ok")] * 10
        assert one["deliveries"] == []
        assert "thanks, zebrafinch" in exported.stdout

        active = command("customer", "erase", "--data", f"email={WHO}", "--yes", *where)
        assert active.returncode == 1
        assert "goes on" in active.stdout
        assert visitor.say("still here?")

        erased = command("customer", "erase", "--data", f"email={WHO}", "--yes", "--end", "--json", *where)
        assert erased.returncode == 0, erased.stderr
        [done] = json.loads(erased.stdout)
        assert (done["uuid"], done["outcome"], done["taken"]["files"]) == (visitor.uuid, "erased", 1)
        assert done["told"] == {"asker/system": 11}
        again = command("customer", "erase", "--interaction", visitor.uuid, "--yes", *where)
        assert again.returncode == 0
        assert "was erased before" in again.stdout
        assert command("customer", "erase", "--data", f"email={WHO}", "--yes", *where).returncode == 1

        assert visitor.call("messages", {"id": "x", "text": "hello"}).status == 401
        assert visitor.call("entries", method="GET").status == 401
        endpoint.answer = []
        assert other.say("And mine?")
    assert left_in(database.parent, b"zebrafinch") == []
    noted = sqlite3.connect(database).execute(
        "select what, of from audit where what like 'interaction%' order by number"
    )
    assert noted.fetchall() == [("interactions.export", visitor.uuid), ("interaction.erase", visitor.uuid)]


def test_a_late_answer_brings_nothing_back(database: Path, endpoint: Endpoint, publish: Publish) -> None:
    publish(asking(endpoint.address))
    endpoint.answer = [{"name": "status", "data": "zebrafinch"}]
    endpoint.go_on.clear()
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        visitor.call("messages?wait=0", {"id": "1", "text": "zebrafinch"})
        assert endpoint.arrived.wait(10)
        erased = command(
            "customer", "erase", "--interaction", visitor.uuid, "--yes", "--end", "--database", f"sqlite:///{database}"
        )
        assert erased.returncode == 0, erased.stderr
        endpoint.go_on.set()
        server.stop()
    assert left_in(database.parent, b"zebrafinch") == []


def test_a_customer_that_is_not_there_is_said_so(database: Path) -> None:
    assert command("migrate", "--database", f"sqlite:///{database}").returncode == 0
    for what, arguments, says in (
        ("erase", (), "Say whose"),
        ("export", ("--data", "email"), "NAME=VALUE"),
        ("erase", ("--data", "email=nobody@shop.example"), "No interaction holds that"),
        ("export", ("--interaction", "nobody"), "no such interaction"),
    ):
        done = command("customer", what, *arguments, "--database", f"sqlite:///{database}")
        assert (done.returncode, says in done.stderr) == (1, True), done.stderr


def test_without_a_yes_nothing_is_erased(database: Path, endpoint: Endpoint, publish: Publish) -> None:
    publish(asking(endpoint.address))
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        visitor.call("end", {})
        where = ("--interaction", visitor.uuid, "--database", f"sqlite:///{database}")
        refused = command("customer", "erase", *where, stdin="n\n")
        assert refused.returncode == 1
        assert "Erase 1 of them" in refused.stderr
        assert visitor.transcript()
        assert command("customer", "erase", *where, stdin="y\n").returncode == 0
        key = command("api-key", "create", "k", "--json", "--database", f"sqlite:///{database}")
        read = http(
            "GET",
            f"{server.address}/api/core/v1/interactions/{visitor.uuid}?include=messages",
            headers={"Authorization": f"Bearer {json.loads(key.stdout)['key']}"},
        )
        assert read.body["data"]["attributes"]["cleaned_at"] is not None
        assert {one["attributes"]["text"] for one in read.body["included"]} == {""}

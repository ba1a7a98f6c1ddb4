"""The story that must always work, with real parts: the server, its database and the order service are processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from running import ROOT, Publish, Server, Visitor, command, free_port, http, inside, order_desk, serving, wait_until_up

pytestmark = pytest.mark.story


def test_each_order_number_leads_to_its_own_ending(order_desk_server: Server) -> None:
    visitor = Visitor(order_desk_server.address, "order-desk")
    assert visitor.said == ["Hello! I can tell you where your order is.", "What is your name?"]
    assert "Thanks, Ada" in visitor.say("Ada")[0]
    shipped = visitor.say("br-10427")
    assert shipped[0].startswith("One moment")
    assert "Mira Oakenfell" in shipped[1]
    assert "is on its way" in shipped[1]
    visitor.say("yes")
    assert "was delivered" in visitor.say("BR-10428")[1]
    visitor.say("yes")
    unknown = visitor.say("BR-99999")
    assert "has no order" in unknown[1]
    visitor.say("Try another number")
    failed = visitor.say("BR-00500")
    assert "cannot reach our order system" in failed[1]
    assert "no order" not in failed[1]
    visitor.say("That is all")
    assert visitor.awaiting == {"kind": "nothing"}


def test_the_story_goes_on_after_a_power_cut_in_its_middle(
    database: Path, order_service: str, publish: Publish
) -> None:
    publish(order_desk(order_service))
    port = free_port()
    with serving(database, inside(order_service), port) as server:
        visitor = Visitor(server.address, "order-desk")
        visitor.say("Ada")
        before = visitor.transcript()
        server.kill()
    with serving(database, inside(order_service), port):
        assert visitor.transcript() == before
        assert "is on its way" in visitor.say("BR-10427")[1]


def test_a_company_reads_the_conversation_and_adds_to_it(order_desk_server: Server, database: Path) -> None:
    made = command("api-key", "create", "crm", "--json", "--database", f"sqlite:///{database}")
    key = json.loads(made.stdout)
    auth = {"Authorization": f"Bearer {key['key']}", "Accept": "application/json"}
    visitor = Visitor(order_desk_server.address, "order-desk", data=[{"name": "shop", "data": "north"}])
    visitor.say("Ada")
    visitor.say("BR-10427")
    base = f"{order_desk_server.address}/api/core/v1/interactions"

    one = http("GET", f"{base}/{visitor.uuid}?include=interactionData,messages", headers=auth)
    assert one.body["meta"]["data"]["fullname"] == "Mira Oakenfell"
    unverified = [
        r["attributes"].get("unverified") for r in one.body["included"] if r["attributes"].get("name") == "shop"
    ]
    assert unverified == [True]
    assert one.body["data"]["attributes"]["quick_ref"] == visitor.quick_ref
    number = one.body["data"]["id"]
    assert http("GET", f"{base}/{number}", headers=auth).body["data"]["attributes"]["uuid"] == visitor.uuid

    for relationship in one.body["data"]["relationships"].values():
        for link in relationship["links"].values():
            assert http("GET", link, headers=auth).status == 200

    for asked in (
        "filter[bot]=order-desk",
        "filter[status]=active",
        f"filter[quick_ref]={visitor.quick_ref}",
        "filter[data][fullname]=Mira%20Oakenfell",
        "filter[text]=10427",
        "filter[created_from]=2020-01-01",
    ):
        listed = http("GET", f"{base}?{asked}", headers=auth)
        assert [r["attributes"]["uuid"] for r in listed.body["data"]] == [visitor.uuid], asked
    for asked in ("filter[bot]=other", "filter[status]=ended", "filter[data][fullname]=Nobody", "filter[text]=zebra"):
        assert http("GET", f"{base}?{asked}", headers=auth).body["data"] == [], asked

    given = http(
        "POST", f"{base}/{visitor.uuid}/interaction-data", {"name": "fullname", "label": "Name", "data": "M."}, auth
    )
    assert given.status == 201
    assert http("GET", f"{base}/{visitor.uuid}", headers=auth).body["meta"]["data"]["fullname"] == "M."

    near = http("GET", f"{base}?filter[sttus]=ended", headers=auth)
    assert (near.status, near.code) == (400, "parameter.unknown")
    assert "filter[status]" in near.body["errors"][0]["detail"]
    assert http("GET", base).status == 401
    assert http("GET", base, headers={"Authorization": "Bearer blk_nobody_nothing"}).status == 401
    assert command("api-key", "revoke", key["id"], "--database", f"sqlite:///{database}").returncode == 0
    assert http("GET", base, headers=auth).status == 401


def test_pages_lead_through_all_interactions_and_back(order_desk_server: Server, database: Path) -> None:
    key = command("api-key", "create", "reader", "--database", f"sqlite:///{database}").stdout.strip()
    auth = {"Authorization": f"Bearer {key}"}
    made = [Visitor(order_desk_server.address, "order-desk").uuid for _ in range(7)]
    link = f"{order_desk_server.address}/api/core/v1/interactions?page[size]=3"
    seen: list[list[str]] = []
    while link:
        page = http("GET", link, headers=auth).body
        seen.append([r["attributes"]["uuid"] for r in page["data"]])
        link = page["links"]["next"]
    assert [uuid for uuids in seen for uuid in uuids] == made[::-1]
    assert [len(uuids) for uuids in seen] == [3, 3, 1]
    back = http("GET", page["links"]["prev"], headers=auth).body
    assert [r["attributes"]["uuid"] for r in back["data"]] == seen[1]


def demo(folder: Path) -> tuple[subprocess.Popen[str], str, str]:
    """Start the demo; gives its process, address and API key."""
    process = subprocess.Popen(
        [sys.executable, "-m", "branchline", "demo", "--port", "0", "--folder", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    told = ""
    while "Ctrl C" not in told:
        line = process.stdout.readline()
        assert line, told
        told += line
    address = told.split("Branchline ")[1].split()[0]
    wait_until_up(Server(process, address))
    return process, address, told.split("--api-key ")[1].split()[0]


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    assert process.wait(20) == 0
    assert process.stdout is not None
    process.stdout.close()


def test_demo_starts_everything_with_one_command_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    process, address, key = demo(tmp_path)
    typed = "Ada\nBR-10428\n/data\n/quit\n"
    talk = command("talk", "order-desk", "--server", address, "--api-key", key, stdin=typed)
    assert talk.returncode == 0, talk.stderr
    assert "was delivered" in talk.stdout
    assert "Tobin Ashgrove" in talk.stdout
    visitor = Visitor(address, "order-desk")
    visitor.say("Grace")
    stop(process)
    process, visitor.server, key = demo(tmp_path)
    assert "is on its way" in visitor.say("BR-10427")[1]
    auth = {"Authorization": f"Bearer {key}"}
    begun = http(
        "GET", f"{visitor.server}/api/core/v1/interactions/{Visitor(visitor.server, 'order-desk').uuid}", headers=auth
    )
    assert begun.body["meta"]["version"] == 1, "a bot that did not change is not published again"
    doctor = command("doctor", "--database", f"sqlite:///{tmp_path}/branchline.db")
    assert (doctor.returncode, "warning" in doctor.stdout) == (0, False), doctor.stdout
    stop(process)


def test_a_second_demo_in_one_folder_leaves_the_running_one_as_it_is(tmp_path: Path) -> None:
    process, address, key = demo(tmp_path)
    port = (tmp_path / "order-service.port").read_text()
    second = command("demo", "--port", "0", "--folder", str(tmp_path))
    assert second.returncode == 3
    assert second.stderr == f"branchline: The demo of the folder {tmp_path} is running already. " + (
        "Use that one, stop it, or name another folder with --folder.\n"
    )
    listed = http("GET", f"{address}/api/core/v1/interactions", headers={"Authorization": f"Bearer {key}"})
    assert listed.status == 200
    assert (tmp_path / "order-service.port").read_text() == port
    stop(process)


def test_talking_to_a_file_needs_no_server() -> None:
    file = ROOT / "examples/order-desk/order-desk.yaml"
    talk = command("talk", str(file), stdin="Ada\nhelp\n/data\n/quit\n")
    assert talk.returncode == 0, talk.stderr
    assert "Thanks, Ada" in talk.stdout
    assert "restart" in talk.stdout
    assert talk.stderr == ""

"""What who operates the server sees: health, readiness, numbers."""

import json
import sqlite3
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from endpoints import Endpoint
from running import Publish, Visitor, command, http, inside, serving, wait_for
from stories.bots import asking

pytestmark = pytest.mark.story


def numbers(address: str, token: str = "") -> dict[str, float]:
    """The samples by name and labels, such as `branchline_turns_total{bot=asker,event=Started}`."""
    answer = http("GET", address + "/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 200, answer.content
    found = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[sample.name + (f"{{{labels}}}" if labels else "")] = sample.value
    return found


def test_a_server_that_works_says_so(database: Path) -> None:
    with serving(database) as server:
        assert http("GET", server.address + "/healthz").body == {"alive": True}
        ready = http("GET", server.address + "/readyz")
        assert (ready.status, ready.body["ready"]) == (200, True)
        assert {check["name"] for check in ready.body["checks"]} == {"database", "sweep"}
        assert http("POST", server.address + "/readyz").status == 405


def test_what_happens_is_counted(database: Path, endpoint: Endpoint, publish: Publish) -> None:
    publish(asking(endpoint.address))
    environment = {**inside(endpoint.address), "BRANCHLINE_METRICS_TOKEN": "let-me-see"}
    with serving(database, environment) as server:
        visitor = Visitor(server.address, "asker")
        assert visitor.say("BR-1") == ["One moment.", "It is SHIPPED."]
        endpoint.status = 500
        visitor.say("BR-2")
        assert visitor.call("messages", {"id": "v1", "text": "other"}).status == 422
        found = numbers(server.address, "let-me-see")
        assert found["branchline_turns_total{bot=asker,event=Started}"] == 1
        assert found["branchline_turns_total{bot=asker,event=Replied}"] == 2
        assert found["branchline_fulfillments_total{bot=asker,reason=ok}"] == 1
        assert found["branchline_fulfillments_total{bot=asker,reason=http_5xx}"] == 1
        assert found["branchline_turn_seconds_count"] == 5
        assert found["branchline_turn_seconds_bucket{le=+Inf}"] == 5
        assert found["branchline_fulfillment_seconds_count"] == 2
        assert found["branchline_calls_in_flight"] == found["branchline_calls_owed"] == 0
        assert found["branchline_refusals_total{code=message.conflict}"] == 1
        assert found["branchline_interactions_overdue"] == 0
        assert found["branchline_database_up"] == 1
        assert found["branchline_store_commit_seconds_count"] >= 5
        assert found["branchline_breaker_open{endpoint=asker/system}"] == 0
        assert found["process_resident_memory_bytes"] < 100 * 1024 * 1024


def test_numbers_are_not_for_everybody(database: Path) -> None:
    with serving(database) as server:
        assert http("GET", server.address + "/metrics").code == "metrics.off"
    with serving(database, {"BRANCHLINE_METRICS_TOKEN": "let-me-see"}) as server:
        for token in ("", "let-me", "let-me-seen"):
            answer = http("GET", server.address + "/metrics", headers={"Authorization": f"Bearer {token}"})
            assert (answer.status, answer.code) == (401, "metrics.denied")
        assert numbers(server.address, "let-me-see")["branchline_incidents_total"] == 0
    with serving(database, {"BRANCHLINE_METRICS_OPEN": "true"}) as server:
        assert numbers(server.address)["branchline_incidents_total"] == 0


def test_a_database_that_cannot_be_written_is_not_ready_until_it_can(database: Path) -> None:
    with serving(database) as server:
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("begin immediate")
        answer = http("GET", server.address + "/readyz")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        problems = [check["problem"] for check in answer.body["checks"] if not check["ready"]]
        assert "locked" in problems[0] or "did not answer" in problems[0]
        assert http("GET", server.address + "/healthz").status == 200
        other.execute("rollback")
        other.close()
        assert wait_for(lambda: http("GET", server.address + "/readyz").status == 200)


def test_a_copy_is_made_beside_a_running_server_and_can_be_served(
    database: Path, endpoint: Endpoint, publish: Publish
) -> None:
    publish(asking(endpoint.address))
    copy, where = database.with_name("copy.db"), ("--database", f"sqlite:///{database}")
    with serving(database, inside(endpoint.address)) as server:
        visitor = Visitor(server.address, "asker")
        visitor.say("BR-1")
        made = command("backup", str(copy), *where)
        assert made.returncode == 0, made.stderr
        assert "branchline.db.key" in made.stdout
        visitor.say("BR-2")
        again = command("backup", str(copy), *where)
        assert (again.returncode, "--force" in again.stderr) == (1, True)
        healthy = command("doctor", *where, "--json")
        found = {one["code"]: one["severity"] for one in json.loads(healthy.stdout)}
        assert found["database.server"] == found["backup.made"] == found["database.whole"] == "good"
        assert healthy.returncode == 1, "http to an endpoint inside, which this command was not told to allow"
    assert command("backup", str(copy), "--verify").returncode == 0
    with serving(copy, inside(endpoint.address)) as server:
        visitor.server = server.address
        assert [entry["text"] for entry in visitor.transcript() if entry.get("sender") == "customer"] == ["BR-1"]
        assert visitor.say("BR-3")
    gone = command("doctor", "--database", f"sqlite:///{database.with_name('none.db')}")
    assert (gone.returncode, "There is no database" in gone.stdout) == (3, True)

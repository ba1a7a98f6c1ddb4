"""API keys may do what their scopes say."""

from pathlib import Path

import pytest

from admin.console import console
from running import command, http

pytestmark = pytest.mark.story


def test_a_key_may_do_what_its_scopes_say(tmp_path: Path) -> None:
    with console(tmp_path / "branchline.db") as (server, admin):
        url = server.address + "/api/core/v1/interactions"

        def key(*scopes: str) -> dict[str, str]:
            made = admin.post("/api-keys", {"name": "crm", "scopes": scopes})
            return {"Authorization": f"Bearer {made['text']}"}

        reads, writes, both = key("interactions:read"), key("data:write"), key("*")
        everything = command("api-key", "create", "old", "--database", f"sqlite:///{tmp_path / 'branchline.db'}")
        assert http("GET", url, headers=reads).status == 200
        assert http("GET", url, headers=both).status == 200
        assert http("GET", url, headers={"Authorization": f"Bearer {everything.stdout.strip()}"}).status == 200
        refused = http("GET", url, headers=writes)
        assert (refused.status, refused.code) == (403, "api_key.scope")
        body = {"name": "a", "data": "1"}
        assert http("POST", url + "/nobody/interaction-data", body, reads).code == "api_key.scope"
        assert http("POST", url + "/nobody/interaction-data", body, writes).code == "interaction.unknown"
        assert admin.call("POST", "/api-keys", {"name": "x", "scopes": ["everything"]}).code == "scope.unknown"
        listed = admin.get("/api-keys")["keys"]
        assert [one["scopes"] for one in listed] == [["interactions:read"], ["data:write"], ["*"], ["*"]]
        assert listed[0]["created_by"] == "Mira Oakenfell"
        admin.delete(f"/api-keys/{listed[0]['id']}")
        assert http("GET", url, headers=reads).code == "api_key.invalid"
        assert admin.call("DELETE", f"/api-keys/{listed[0]['id']}").code == "api_key.unknown"

"""The settings that the console shows: all of them, with their sources, and nothing secret."""

from pathlib import Path

import pytest

from admin.console import console

pytestmark = pytest.mark.story


def test_every_setting_is_told_with_its_source_and_no_secret_is(tmp_path: Path) -> None:
    environment = {"BRANCHLINE_METRICS_TOKEN": "a token of metrics", "BRANCHLINE_VISITOR_TOKEN_DAYS": "7"}
    with console(tmp_path / "branchline.db", environment) as (_, admin):
        told = {one["name"]: one for one in admin.get("/settings")["settings"]}
    assert told["metrics_token"]["value"] == "***"
    assert told["visitor_token_days"]["value"] == "7"
    assert told["visitor_token_days"]["source"] == "environment variable BRANCHLINE_VISITOR_TOKEN_DAYS"
    assert told["database"]["source"] == "command line"
    assert told["calls"]["source"] == "default"
    assert "a token of metrics" not in str(told)

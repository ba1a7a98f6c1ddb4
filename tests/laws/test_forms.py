"""The schema for forms says of every key what it is called and how it is filled in."""

from typing import Any

import pytest

from branchline.bot.forms import WIDGETS, form_schema, form_schema_text
from branchline.bot.parse import read
from branchline.bot.schema import schema
from branchline.service.templates import TEMPLATES, read_templates, template_source
from running import ROOT

SCHEMA = form_schema()


@pytest.mark.parametrize("part", sorted(SCHEMA["$defs"]))
def test_every_key_of_a_part_has_a_label_and_a_widget(part: str) -> None:
    made = SCHEMA["$defs"][part]
    keys = set(made["properties"]) - {"do", "kind"} | ({"kind"} if part == "FormField" else set())
    assert set(made["x-ui"]["order"]) == keys
    for key in keys:
        hints = made["properties"][key]["x-ui"]
        assert hints["label"]
        assert hints["widget"] in WIDGETS, (part, key)


def test_every_widget_is_used() -> None:
    used = {
        hints["x-ui"]["widget"]
        for part in SCHEMA["$defs"].values()
        for hints in part["properties"].values()
        if "x-ui" in hints
    }
    assert used == set(WIDGETS)


def test_the_schema_beside_the_forms_is_the_one_that_is_served() -> None:
    kept = (ROOT / "web" / "protocol" / "forms.json").read_text(encoding="utf-8")
    assert kept == form_schema_text(), "Make it anew: .venv/bin/python -m tools.protocol"


def test_the_published_schema_has_no_hints() -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    assert "x-ui" not in keys(schema())
    assert "x-ui" in keys(SCHEMA)


@pytest.mark.parametrize("name", [name for name, _ in TEMPLATES])
def test_a_template_has_no_issues(name: str) -> None:
    found = read(template_source(name))
    assert found.issues == ()
    assert found.bot is not None
    assert found.bot.bot == name


def test_order_status_asks_the_example_where_it_runs() -> None:
    here = {template.id: template.document for template in read_templates("http://127.0.0.1:8701")}
    assert here["order-status"]["endpoints"]["orders"]["url"] == "http://127.0.0.1:8701/fulfillment"
    there = {template.id: template.document for template in read_templates()}
    assert there["order-status"]["endpoints"]["orders"]["url"].startswith("https://")

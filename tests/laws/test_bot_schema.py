"""Laws of the JSON Schema: it is the one that is published, takes what is right, and refuses planted faults of the shape."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from bots_drawn import BOTS
from branchline.bot.model import Bot
from branchline.bot.parse import read
from branchline.bot.schema import schema, schema_text

ROOT = Path(__file__).parents[2]
RIGHT = [*sorted((ROOT / "examples").rglob("*-desk.yaml")), ROOT / "tests" / "bots" / "everything.yaml"]
FAULTS = sorted((ROOT / "tests" / "bots" / "faults").glob("shape.*.yaml"))
BEYOND_A_SCHEMA = {"shape.number"}
VALIDATOR = Draft202012Validator(schema())


def test_the_published_schema_is_this_one() -> None:
    published = (ROOT / "docs" / "bot.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(), "Write it anew: see the module's docstring."


def test_the_command_that_writes_the_schema_anew_prints_it() -> None:
    done = subprocess.run([sys.executable, "-m", "branchline.bot.schema"], capture_output=True, text=True, check=True)
    assert done.stdout == schema_text()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("file", RIGHT, ids=lambda file: file.stem)
def test_a_right_bot_fits_the_schema(file: Path) -> None:
    bot = read(file.read_bytes()).bot
    assert bot is not None
    VALIDATOR.validate(json.loads(msgspec.json.encode(bot)))


@settings(max_examples=30)
@given(BOTS)
def test_any_bot_fits_the_schema(bot: Bot) -> None:
    VALIDATOR.validate(json.loads(msgspec.json.encode(bot)))


@pytest.mark.parametrize("file", FAULTS, ids=lambda file: file.stem)
def test_a_planted_fault_of_the_shape_does_not_fit(file: Path) -> None:
    if file.stem not in BEYOND_A_SCHEMA:
        assert not VALIDATOR.is_valid(yaml.safe_load(file.read_text(encoding="utf-8")))


def test_every_key_of_a_bot_is_described() -> None:
    for name in ("Bot", "Endpoint", "Word", "Node"):
        for key, about in schema()["$defs"][name]["properties"].items():
            assert "description" in about or "discriminator" in about, f"{name}.{key}"

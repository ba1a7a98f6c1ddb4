"""The reference is what the code says today, and everything in it has a sentence."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect as shapes
from tools.reference.bot_file import OPERANDS
from tools.reference.codes import refusals
from tools.reference.commands import commands
from tools.reference.examples import ACTIONS, CAPTURES, EXITS
from tools.reference.pages import pages
from tools.reference.shapes import GENERAL, sentence, struct
from tools.reference.words import WORDS

from branchline.actions.table import AnyAction
from branchline.bot.exits import AnyExit
from branchline.bot.model import Bot
from branchline.captures import AnyCapture
from branchline.conditions import OPERANDS as KNOWN_OPERANDS
from docs.reading import ROOT

FOLDER = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_page_of_the_reference_is_what_the_code_says(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8") if (FOLDER / name).is_file() else ""
    assert written == pages()[name], "Make it anew: .venv/bin/python -m tools.reference"


def test_the_reference_has_no_other_pages() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(pages())


def parts() -> list[type[msgspec.Struct]]:
    """Every part of a bot file."""
    found: dict[type[msgspec.Struct], None] = {}

    def look(kind: Any) -> None:
        if isinstance(kind, shapes.StructType) and kind.cls not in found:
            found[kind.cls] = None
            for field in kind.fields:
                look(field.type)
        for attribute in ("type", "item_type", "key_type", "value_type"):
            look_at = getattr(kind, attribute, None)
            if isinstance(look_at, shapes.Type):
                look(look_at)
        for one in getattr(kind, "types", ()):
            look(one)

    look(shapes.type_info(Bot))
    return list(found)


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.__name__)
def test_every_key_of_a_bot_file_has_a_sentence(part: type[msgspec.Struct]) -> None:
    assert part.__doc__
    for field in struct(part).fields:
        said = sentence(part, field)
        assert said, f"{part.__name__}.{field.name}: describe it in the code, or in tools/reference/words.py"
        assert said not in GENERAL


def test_no_sentence_is_left_over() -> None:
    known = {
        (owner.__name__, field.name) for part in parts() for owner in part.__mro__ for field in struct(part).fields
    }
    assert set(WORDS) <= known


@pytest.mark.parametrize(
    ("union", "examples"), [(AnyAction, ACTIONS), (AnyExit, EXITS), (AnyCapture, CAPTURES)], ids=["do", "exit", "kind"]
)
def test_every_kind_has_its_example(union: Any, examples: dict[str, str]) -> None:
    assert {str(struct(cls).tag) for cls in get_args(union)} == set(examples)


def test_every_operand_has_a_sentence() -> None:
    assert set(OPERANDS) == set(KNOWN_OPERANDS)


def test_one_code_of_a_refusal_has_one_status_and_a_text() -> None:
    status: dict[str, int] = {}
    for refusal in refusals():
        assert (refusal.__doc__ or "").strip(), refusal
        assert status.setdefault(refusal.code, refusal.status) == refusal.status, refusal.code


def test_every_command_and_option_has_a_help_sentence() -> None:
    for name, command in commands():
        assert command.help, name
        for parameter in command.params:
            assert parameter.name == "help" or parameter.help, f"{name}: {parameter.name}"


def test_the_schema_for_editors_stands_where_the_pages_say() -> None:
    assert Path(ROOT / "docs" / "bot.schema.json").is_file()

"""What stands in fenced blocks works: bots pass the check, data parses, code runs."""

import json
import re
import tomllib
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from branchline.bot.model import Bot, SignedData
from branchline.bot.parse import read
from branchline.interaction.events import Given
from branchline.service.signed import signed_items
from branchline.settings import load
from branchline.walks.file import read_walks
from docs.reading import ROOT, Block, blocks, name_of

HEAD = "branchline: 1\nbot: excerpt\nstart: here\n"
END = "{do: end}"
ELSEWHERE = {"node.unknown", "endpoint.unknown", "data.unknown"}
"""An excerpt may name what stands in the rest of its bot."""


def id_of(block: Block) -> str:
    return f"{name_of(block.page)}:{block.text.strip().splitlines()[0][:30]}"


def whole(text: str) -> str:
    """Put an excerpt of a bot file where it belongs."""
    if re.match(r"^- do:", text):
        return f"{HEAD}nodes:\n  here:\n    exit: {END}\n    actions:\n{indent(text, '      ')}"
    if re.match(r"^do:", text):
        return f"{HEAD}nodes:\n  here:\n    exit:\n{indent(text, '      ')}"
    if re.match(r"^kind:", text):
        inner = indent(text, "        ")
        return f"{HEAD}nodes:\n  here:\n    exit:\n      do: wait_for_reply\n      go_to: here\n      capture:\n{inner}"
    return f"{HEAD}nodes:\n  here:\n    exit: {END}\n{text}"


@pytest.mark.parametrize("block", blocks("yaml"), ids=id_of)
def test_a_bot_in_the_pages_passes_the_check(block: Block) -> None:
    if block.text.startswith("branchline:"):
        assert read(block.text.encode()).issues == ()
    elif block.text.startswith("branchline_walks:"):
        assert read_walks(block.text.encode()).issues == ()
    else:
        issues = read(whole(block.text).encode()).issues
        assert [one for one in issues if one.severity == "error" and one.code not in ELSEWHERE] == []


@pytest.mark.parametrize("block", blocks("json"), ids=id_of)
def test_json_in_the_pages_is_json(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", blocks("toml"), ids=id_of)
def test_settings_in_the_pages_are_settings(block: Block, tmp_path: Path) -> None:
    assert tomllib.loads(block.text)
    file = tmp_path / "settings.toml"
    file.write_text(block.text)
    load(environment={}, file=file)


PYTHON = sorted({block.page for block in blocks("python")})


@pytest.mark.parametrize("page", PYTHON, ids=name_of)
def test_python_in_the_pages_runs(page: Path) -> None:
    known = run(page)
    assert len(known) > 1


def run(page: Path) -> dict[str, Any]:
    known: dict[str, Any] = {"__name__": "page"}
    for block in blocks("python"):
        if block.page == page:
            exec(compile(block.text, name_of(page), "exec"), known)
    return known


def test_data_signed_as_the_page_says_is_taken() -> None:
    signed = run(ROOT / "docs/howto/page-data.md")["signed"]
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    bot = read(f"{HEAD}nodes:\n  here:\n    exit: {END}\n".encode()).bot
    assert isinstance(bot, Bot)
    trusting = Bot(bot.branchline, bot.bot, bot.start, bot.nodes, signed_data=SignedData(public))
    text = signed([{"name": "customer", "data": "4711"}], private)
    assert signed_items(trusting, text) == (Given("customer", "4711"),)

"""What the pages name exists: commands, options, settings, tests, files, codes; and words that are not used are not."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.reference.codes import refusals
from tools.reference.commands import commands

from branchline.bot.codes import CODES
from branchline.service.secrets import ENVIRONMENT_PREFIX
from branchline.settings import PREFIX, Settings
from docs.reading import PAGES, ROOT, code_lines, name_of, spans, text_of

COMMANDS = dict(commands())
_COMMAND = re.compile(r"(?:\./dev run|(?:^|[\s/=(])branchline)((?: [a-z][a-z-]*)+)(.*)")
_OPTION = re.compile(r"(?<![\w-])(--[a-z-]+)")
_DEV = re.compile(r"\./dev ([a-z]+)")
_SETTING = re.compile(r"\bBRANCHLINE_[A-Z_]+")
_FILE = re.compile(r"(?:src|tests|docs|sdk|examples|bench|tools|requirements)/[\w./-]*")
_CODE = re.compile(r"[a-z_]+\.[a-z_]+")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_options_exist(page: Path) -> None:
    for line in code_lines(page):
        for found in _COMMAND.finditer(line.partition("  #")[0]):
            words = found[1].split()
            names = [name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS]
            assert names, line
            known = {option for parameter in COMMANDS[names[0]].params for option in parameter.opts}
            assert set(_OPTION.findall(found[2])) <= known, line


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_dev_is_asked_for_is_there(page: Path) -> None:
    known = set(re.findall(r"^  ([a-z]+)\)", (ROOT / "dev").read_text(), re.MULTILINE))
    assert {"demo", "test", "run"} <= known
    assert {word for line in code_lines(page) for word in _DEV.findall(line)} <= known


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_settings_that_are_named_exist(page: Path) -> None:
    apart = {PREFIX + "SETTINGS", PREFIX + "API_KEY"}
    known = {PREFIX + name.upper() for name in Settings.__struct_fields__}
    for name in _SETTING.findall(text_of(page)):
        assert name in known | apart or name.startswith(ENVIRONMENT_PREFIX) or name == PREFIX, name


def test_tests_that_are_named_as_proof_exist() -> None:
    files = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("sdk/tests/*.py")]
    known = set(re.findall(r"def (test_\w+)", "\n".join(file.read_text(encoding="utf-8") for file in files)))
    named = {span for page in PAGES for span in spans(page) if re.fullmatch(r"test_\w+", span)}
    assert len(named) > 20
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    for span in spans(page):
        if _FILE.fullmatch(span):
            assert (ROOT / span).exists(), span


def known_codes() -> set[str]:
    """Codes of refusals, of issues, and of the effects that the engine names in its source."""
    in_source = set()
    for folder in ("engine", "actions"):
        for file in (ROOT / "src" / "branchline" / folder).glob("*.py"):
            in_source |= set(re.findall(r'(?:fail|warn)\(\s*"([a-z_]+\.[a-z_]+)"', file.read_text(encoding="utf-8")))
    return {refusal.code for refusal in refusals()} | set(CODES) | in_source


def test_codes_that_are_named_exist() -> None:
    known = known_codes()
    nouns = {code.partition(".")[0] for code in known} - {"data"}
    for page in PAGES:
        if "reference" not in page.parts and page.parent.name != "sdk":
            for span in spans(page):
                if _CODE.fullmatch(span) and span.partition(".")[0] in nouns and not span.endswith((".py", ".md")):
                    assert span in known, f"{name_of(page)}: {span}"


def test_the_layers_in_the_decision_are_those_that_are_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    page = text_of(ROOT / "docs/decisions/0001-architecture.md")
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|$", page, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(len(layers), 0, -1))
    assert [set(re.findall(r"`(\w+)`", row)) for _, row in rows] == [set(re.findall(r"\w+", one)) for one in layers]


def test_the_glossary_is_in_order_and_says_each_word_once() -> None:
    page = text_of(ROOT / "docs/glossary.md")
    words = [word.lower() for word in re.findall(r"^\| \*\*(.+?)\*\* \|", page, re.MULTILINE)]
    assert len(words) > 40
    assert words == sorted(set(words))


NOT_USED = {"session", "step", "variable", "webhook", "trigger", "job"}
BORROWED = {
    # the names of the libraries and standards whose things these are
    ("src/branchline/fulfillment/client.py", "session"),  # aiohttp's
    ("src/branchline/service/secrets.py", "variable"),  # of the environment
    # of a template, of a migration: none of them is a node
    ("src/branchline/insert.py", "step"),
    ("src/branchline/bot/migrate.py", "step"),
    ("src/branchline/store/sqlite/connect.py", "step"),
    ("src/branchline/store/sqlite/migrations.py", "step"),
    # of work in a thread: no delivery
    ("src/branchline/store/sqlite/writer.py", "job"),
}


def defined(tree: ast.AST) -> Iterator[str]:
    """Every name that a file gives to something."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case _:
                pass


def words_of(name: str) -> set[str]:
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return {part.lower() for part in parts} | {part.lower().removesuffix("s") for part in parts}


def test_words_that_the_glossary_does_not_use_name_nothing() -> None:
    listed = text_of(ROOT / "docs/glossary.md").rpartition("Not used")[2]
    assert set(re.findall(r"\*(\w+)\*", listed)) == NOT_USED
    found: dict[tuple[str, str], set[str]] = {}
    for folder in ("src", "sdk/src", "examples", "tools"):
        for file in sorted((ROOT / folder).glob("**/*.py")):
            for name in {file.stem, *defined(ast.parse(file.read_text(encoding="utf-8")))}:
                for word in words_of(name) & NOT_USED:
                    found.setdefault((name_of(file), word), set()).add(name)
    assert {where: names for where, names in found.items() if where not in BORROWED} == {}
    assert set(found) >= BORROWED, "no longer needed"


def test_codes_use_no_word_that_is_not_used() -> None:
    for code in known_codes():
        assert not words_of(code) & NOT_USED, code

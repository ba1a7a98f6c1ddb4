"""Planted faults: for every code of an issue there is a file that has it, and the check says so, with its line.

A file in `tests/bots/faults` begins with `# expects CODE in line N`, once for each issue; exactly these are found.
What cannot stand in a readable file is planted here.
"""

import re
from pathlib import Path

import pytest

from branchline.bot.codes import CODES
from branchline.bot.parse import Read, read
from branchline.bot.source import DEPTH_LIMIT, SIZE_LIMIT, VALUES_LIMIT

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests" / "bots" / "faults").glob("*.yaml"))
MADE = {
    ("file.too_large", None): b" " * (SIZE_LIMIT + 1),
    ("file.encoding", 2): "branchline: 1\nname: Café".encode("latin-1"),
    ("file.control_character", 2): b"branchline: 1\nname: a\x1bb",
    ("file.empty", 1): b"# nothing but a comment\n",
    ("file.too_deep", 1): b"[" * (DEPTH_LIMIT + 1),
    ("file.too_many_values", VALUES_LIMIT): b"- 0\n" * (VALUES_LIMIT + 1),
}
CODE_WRITTEN = re.compile(r'(?:Problem|error|warning|_stop|_error|_unknown)\(\s*"([a-z_]+\.[a-z_]+)"')


def found(issues: Read) -> list[tuple[str, int | None]]:
    return sorted((issue.code, issue.line) for issue in issues.issues)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_planted_fault_is_found_in_its_line(file: Path) -> None:
    source = file.read_bytes()
    expected = re.findall(r"^# expects (\S+) in line (\d+)$", source.decode(), re.MULTILINE)
    issues = read(source, file.name, has_file=lambda _path: False)
    assert found(issues) == sorted((code, int(line)) for code, line in expected)
    for issue in issues.issues:
        assert issue.column is not None
        assert issue.column >= 1
        assert issue.message.endswith((".", "?")), issue.message
        assert "\n" not in issue.message
        assert (issues.bot is None) == any(issue.severity == "error" for issue in issues.issues)


@pytest.mark.parametrize("fault", MADE, ids=lambda fault: fault[0])
def test_a_fault_that_no_text_can_hold_is_found(fault: tuple[str, int | None]) -> None:
    assert found(read(MADE[fault])) == [fault]


def test_every_code_has_a_planted_fault() -> None:
    planted = {code for code, _ in MADE}
    for file in FILES:
        planted |= set(re.findall(r"^# expects (\S+) in", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert planted == set(CODES)


def test_every_code_that_is_written_is_in_the_table() -> None:
    source = ROOT / "src" / "branchline"
    files = [*(source / "bot").rglob("*.py"), *(source / "actions").rglob("*.py")]
    written = {code for file in files for code in CODE_WRITTEN.findall(file.read_text(encoding="utf-8"))}
    assert written <= set(CODES)
    assert len(written) > 50

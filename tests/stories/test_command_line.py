"""The command line with bad input: one readable paragraph, an exit code that says whose fault it was, JSON for scripts."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from running import command, serving

pytestmark = pytest.mark.story


def database_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'branchline.db'}"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["frob"], 2, "No such command"),
        (["check"], 2, "Missing argument"),
        (["serve", "--port", "99999"], 2, "port = 99999 (from the command line)"),
        (["serve", "--port", "0", "--database", "oracle://x"], 3, "is not understood"),
        (
            ["serve", "--port", "0", "--database", "sqlite:////proc/nowhere/a.db"],
            3,
            "The folder /proc/nowhere cannot be made",
        ),
        (["migrate", "--database", "sqlite:////proc/nowhere/a.db"], 3, "The folder /proc/nowhere cannot be made"),
        (["demo", "--folder", "/proc/nowhere"], 3, "The folder /proc/nowhere cannot be made"),
        (["serve", "--settings", "nowhere.toml"], 3, "The file of settings nowhere.toml cannot be read: No such file"),
        (["publish", "nowhere.yaml"], 1, "Cannot read nowhere.yaml"),
        (["export", "nobody"], 1, "There is no published bot 'nobody'"),
        (["talk", "nobody", "--server", "http://127.0.0.1:1"], 3, "No Branchline server answers"),
        (["talk", "./nowhere"], 1, "Cannot read nowhere"),
        (["api-key", "revoke", "nobody"], 1, "There is no API key nobody"),
        (["secret", "remove", "nothing"], 1, "There is no secret 'nothing'"),
        (["secret", "set", "nothing"], 1, "its value is empty"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_a_refusal_is_one_paragraph_and_a_code(tmp_path: Path, words: list[str], code: int, says: str) -> None:
    if words[0] in {"export", "api-key", "secret"}:
        command("migrate", "--database", database_of(tmp_path))
    done = command(*words, environment={"BRANCHLINE_DATABASE": database_of(tmp_path)})
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_mistyped_setting_is_said_with_the_one_that_is_like_it(tmp_path: Path) -> None:
    mistyped = {
        "BRANCHLINE_PUBLICURL": "https://bots.example",
        "BRANCHLINE_SECRET_ANY": "x",
        "BRANCHLINE_QQQ": "1",
        "branchline_port": "1",
    }
    with serving(tmp_path / "branchline.db", mistyped):
        pass
    log = (tmp_path / "branchline.log").read_text()
    assert "There is no setting BRANCHLINE_PUBLICURL, so it is ignored. Did you mean BRANCHLINE_PUBLIC_URL?" in log
    assert "There is no setting BRANCHLINE_QQQ, so it is ignored. `branchline settings` lists every one." in log
    assert "There is no setting branchline_port, so it is ignored. Did you mean BRANCHLINE_PORT?" in log
    assert "BRANCHLINE_SECRET_ANY" not in log
    doctor = command("doctor", "--database", database_of(tmp_path), environment=mistyped)
    assert doctor.returncode == 1
    assert doctor.stdout.count("There is no setting ") == 3


@pytest.mark.parametrize("address", ["sqlite:///{folder}/notes.db", "postgresql://owner:hidden@127.0.0.1:1/bots"])
def test_a_server_that_cannot_use_its_database_says_so_once_in_one_paragraph(tmp_path: Path, address: str) -> None:
    (tmp_path / "notes.db").write_text("hello\n")
    done = command("serve", "--port", "0", "--database", address.format(folder=tmp_path))
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("branchline: The database ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.endswith(".\n")
    assert "hidden" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [["export", "fine"], ["api-key", "list"], ["customer", "erase", "--interaction", "x", "--yes"]],
    ids="-".join,
)
def test_a_command_that_looks_for_something_makes_no_database(tmp_path: Path, words: list[str]) -> None:
    done = command(*words, environment={"BRANCHLINE_DATABASE": database_of(tmp_path)})
    assert done.returncode == 3
    assert f"There is no database at {tmp_path / 'branchline.db'}" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_does_not_hide_what_is_wrong_in_the_others(tmp_path: Path) -> None:
    (tmp_path / "fine.yaml").write_text("branchline: 1\nbot: fine\nstart: a\nnodes: {a: {exit: {do: end}}}\n")
    (tmp_path / "wrong.yaml").write_text("branchline: 1\nbot: wrong\nstart: b\nnodes: {a: {exit: {do: end}}}\n")
    done = command("check", "--json", *(str(tmp_path / name) for name in ("fine.yaml", "nowhere.yaml", "wrong.yaml")))
    assert done.returncode == 1
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(report["errors"], report["complete"]) for report in reports[:2]] == [(0, True), (1, True)]
    assert reports[1]["issues"][0]["code"] == "file.unreadable"
    assert reports[2]["errors"] >= 1


def test_a_file_with_more_issues_than_are_listed_says_so(tmp_path: Path) -> None:
    nodes = "".join(f"  n{number}: {{exit: {{do: go_to, node: nowhere}}}}\n" for number in range(600))
    file = tmp_path / "many.yaml"
    file.write_text("branchline: 1\nbot: many\nstart: n0\nnodes:\n" + nodes)
    done = command("check", str(file))
    assert done.returncode == 1
    assert "No more than 500 issues are listed" in done.stdout
    assert not json.loads(command("check", "--json", str(file)).stdout)["complete"]


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    address = database_of(tmp_path)
    assert command("migrate", "--database", address).returncode == 0
    file = tmp_path / "branchline.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute(f"pragma user_version = {db.execute('pragma user_version').fetchone()[0] + 1}")
    before = file.read_bytes()
    for words in (["serve", "--port", "0"], ["migrate"], ["api-key", "list"]):
        done = command(*words, "--database", address)
        assert done.returncode == 3, done.stdout
        assert "newer" in done.stderr
        assert done.stdout == ""
    assert file.read_bytes() == before


def test_what_scripts_need_comes_as_json(tmp_path: Path) -> None:
    there = {"BRANCHLINE_DATABASE": database_of(tmp_path), "BRANCHLINE_SECRET_KEY": ""}
    file = tmp_path / "fine.yaml"
    file.write_text("branchline: 1\nbot: fine\nstart: a\nnodes: {a: {exit: {do: end}}}\n")
    assert json.loads(command("publish", "--json", str(file), environment=there).stdout) == {
        "bot": "fine",
        "version": 1,
    }
    key = json.loads(command("api-key", "create", "crm", "--json", environment=there).stdout)
    listed = json.loads(command("api-key", "list", "--json", environment=there).stdout)
    assert [one["id"] for one in listed] == [key["id"]]
    assert key["key"] not in json.dumps(listed)
    assert command("secret", "set", "token", environment=there, stdin="t0ps3cret\n").returncode == 0
    shown = command("secret", "list", "--json", environment=there)
    assert json.loads(shown.stdout) == ["token"]
    assert "t0ps3cret" not in shown.stdout + shown.stderr
    assert b"t0ps3cret" not in (tmp_path / "branchline.db").read_bytes()
    names = {one["name"] for one in json.loads(command("settings", "--json", environment=there).stdout)}
    assert {"database", "port", "secret_key"} <= names
    assert json.loads(command("endpoint", "list", "--json", environment=there).stdout) == []

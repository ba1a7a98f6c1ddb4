"""Targets and deliveries on the command line, run in this process against a database file and a real endpoint."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from branchline import cli
from endpoints import Endpoint

BOT = """
branchline: 1
bot: desk
start: done
nodes:
  done:
    actions: [{do: send_message, text: "Thank you."}]
    exit: {do: end}
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture
def run(tmp_path: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; gives its exit code and what it said."""
    database = f"sqlite:///{tmp_path / 'branchline.db'}"
    monkeypatch.setenv("BRANCHLINE_OPEN_HOSTS", endpoint.address.removeprefix("http://"))
    monkeypatch.setenv("BRANCHLINE_ALLOW_HTTP", "true")
    monkeypatch.setenv("TERM", "dumb")

    def do(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["branchline", *words, "--database", database])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            cli.run()
        out, err = capsys.readouterr()
        return Said(int(stopped.value.code or 0), out, err)

    (tmp_path / "desk.yaml").write_text(BOT)
    assert do("publish", str(tmp_path / "desk.yaml")).code == 0
    return do


def test_a_target_that_does_not_accept_the_test_is_refused_in_one_paragraph(run: Run, endpoint: Endpoint) -> None:
    endpoint.status = 500
    said = run("target", "add", "desk/crm", endpoint.address + "/crm")
    assert (said.code, said.out) == (1, "")
    assert "http_5xx" in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert [one.body for one in endpoint.asked] == [b'{"test":"data"}']
    assert run("target", "list", "--json").json == []
    assert "no targets" in run("target", "list").out


def test_the_options_of_a_target_are_kept_and_values_of_headers_are_not_shown(run: Run, endpoint: Endpoint) -> None:
    words = ("--header", "X-Shop: north:1", "--send", "all", "--blocks", "tags, feedback")
    saved = run("target", "add", "desk/crm", endpoint.address + "/crm", *words, "--json").json
    assert (saved["state"], saved["send"], saved["headers"]) == ("active", "all", ["X-Shop"])
    assert saved["blocks"] == ["tags", "feedback"]
    assert run("target", "list", "--bot", "desk", "--json").json == [saved]
    assert run("target", "list", "--bot", "other", "--json").json == []
    assert endpoint.asked[0].headers["X-Shop"] == "north:1"
    listed = run("target", "list")
    assert "desk/crm  active  all  0 owed, 0 dead" in listed.out
    assert "north" not in listed.out


def test_a_secret_that_is_written_out_is_warned_of_and_a_disabled_target_is_said_to_be_so(
    run: Run, endpoint: Endpoint
) -> None:
    said = run("target", "add", "desk/crm", endpoint.address, "--header", "Authorization: Bearer made-up")
    assert "'Authorization' looks like a secret" in said.err
    assert "made-up" not in said.err + said.out
    assert run("target", "disable", "desk/crm").code == 0
    said = run("target", "add", "desk/crm", endpoint.address)
    assert "branchline target enable desk/crm" in said.out
    assert said.err == ""


def test_the_answer_of_a_test_is_the_exit_code(run: Run, endpoint: Endpoint) -> None:
    assert run("target", "add", "desk/crm", endpoint.address).code == 0
    assert run("target", "test", "desk/crm", "--json").json["ok"] is True
    assert "status 200" in run("target", "test", "desk/crm").out
    endpoint.status = 404
    said = run("target", "test", "desk/crm")
    assert (said.code, "http_4xx" in said.out) == (1, True)


def test_a_target_is_disabled_enabled_and_removed(run: Run, endpoint: Endpoint) -> None:
    assert run("target", "add", "desk/crm", endpoint.address).code == 0
    assert run("target", "disable", "desk/crm").code == 0
    assert run("target", "list", "--json").json[0]["why"] == "owner"
    assert "DISABLED since" in run("target", "list").out
    assert "active" in run("target", "enable", "desk/crm").out
    assert run("target", "remove", "desk/crm").code == 0
    assert run("target", "list", "--json").json == []
    for verb in ("test", "disable", "enable", "remove"):
        assert run("target", verb, "desk/crm").code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("target", "test", "desk"), 2),
        (("target", "add", "/crm", "https://crm.example"), 2),
        (("target", "add", "desk/crm", "https://crm.example", "--send", "none"), 2),
        (("delivery", "replay"), 2),
        (("delivery", "replay", "a", "--target", "desk/crm"), 2),
        (("delivery", "list", "--from", "yesterday"), 2),
        (("delivery", "list", "--state", "lost"), 2),
        (("delivery", "list", "--target", "desk/none"), 1),
        (("delivery", "show", "export.nothing"), 1),
        (("delivery", "replay", "export.nothing"), 1),
        (("delivery", "replay", "--target", "desk/none"), 1),
        (("delivery", "list"), 0),
    ],
)
def test_wrong_words_are_told_from_no(run: Run, words: tuple[str, ...], code: int) -> None:
    said = run(*words)
    assert said.code == code, said.err
    assert "Traceback" not in said.err

"""Laws of reporting: one line for one issue, whatever the author wrote."""

import json

from hypothesis import given
from hypothesis import strategies as st

from branchline.bot.report import render
from branchline.issue import Issue

ISSUE = Issue("error", "node.unknown", "Node 'ask' leads to node 'n7', which does not exist.", ("nodes", "ask"), 12, 5)
FILE = Issue("warning", "file.too_large", "Too large.")
ISSUES = st.builds(
    Issue, st.sampled_from(["error", "warning"]), st.just("a.b"), st.text(), line=st.none() | st.integers(1, 9)
)


def test_an_issue_is_a_line_with_its_place() -> None:
    assert render([ISSUE, FILE], "a.yaml") == (
        "a.yaml:12:5 error node.unknown  Node 'ask' leads to node 'n7', which does not exist.\n"
        "a.yaml: warning file.too_large  Too large."
    )
    assert render([], "a.yaml") == ""


def test_an_issue_is_an_annotation_on_github() -> None:
    assert render([ISSUE], "bots/a,b.yaml", "github") == (
        "::error file=bots/a%2Cb.yaml,line=12,col=5,title=node.unknown::"
        "Node 'ask' leads to node 'n7', which does not exist."
    )
    assert render([FILE], "a.yaml", "github") == "::warning file=a.yaml,title=file.too_large::Too large."


def test_a_report_for_programs_is_one_object() -> None:
    report = json.loads(render([ISSUE, FILE], "a.yaml", "json"))
    assert (report["file"], report["errors"], report["warnings"]) == ("a.yaml", 1, 1)
    assert report["issues"][0]["path"] == ["nodes", "ask"]
    assert report["issues"][0]["line"] == 12


@given(st.lists(ISSUES, max_size=4))
def test_every_issue_is_exactly_one_line(issues: list[Issue]) -> None:
    assert len(render(issues, "a.yaml").splitlines()) == len(issues)
    assert len(render(issues, "a.yaml", "github").splitlines()) == len(issues)
    assert len(json.loads(render(issues, "a.yaml", "json"))["issues"]) == len(issues)

import re
from pathlib import Path
from typing import Any

from branchline_endpoint import answer, request

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_the_code_in_the_readme_runs_and_its_tests_pass() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 5
    known: dict[str, Any] = {"__name__": "readme"}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), known)  # noqa: S102
    tests = [value for name, value in known.items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_readme_gives_the_limits_that_are_checked() -> None:
    for limit in (
        f"{answer.MAX_ENTRIES:,}",
        f"1 to {answer.MAX_NAME} characters",
        f"{answer.MAX_DATA} characters",
        f"{answer.MAX_BYTES // 1024} KiB",
        f"{request.BODY_LIMIT // 1024**2} MiB",
    ):
        assert limit in README

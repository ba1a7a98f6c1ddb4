"""The Chromium of the tests: which one, how it is started, and when it is left out."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = os.environ.get("BRANCHLINE_TEST_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
"""`none` leaves these tests out; only `./dev test --without-browser` says so."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched() -> Iterator[Browser]:
    assert CHROMIUM, "There is no Chromium: run ./dev test, which sees to it."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def mark(items: Iterable[pytest.Item], folder: Path) -> None:
    """Mark the tests of a folder as stories, and leave them out where a person said so."""
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.story)
            if CHROMIUM == "none":
                item.add_marker(pytest.mark.skip(reason="left out with --without-browser"))

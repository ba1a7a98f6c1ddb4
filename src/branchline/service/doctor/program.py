"""Python, SQLite, and what was built."""

import sqlite3
import sys
from pathlib import Path

from branchline.service.doctor.finding import Findings, error, good, note
from branchline.store.sqlite.connect import OLDEST_SQLITE

STATIC = Path(__file__).resolve().parents[2] / "static"
PARTS = {"w": "The chat widget", "app": "The builder"}


def look() -> Findings:
    version = sys.version.partition(" ")[0]
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        yield error(
            "program.sqlite",
            f"Python {version} brings SQLite {sqlite3.sqlite_version}; {needed} or newer is needed.",
            "Use a newer build of Python.",
        )
    else:
        yield good("program.sqlite", f"Python {version} with SQLite {sqlite3.sqlite_version}.")
    options = {row[0] for row in sqlite3.connect(":memory:").execute("pragma compile_options")}
    if "ENABLE_FTS5" not in options:
        yield error(
            "program.fts5",
            f"SQLite {sqlite3.sqlite_version} was built without FTS5, which the message search needs.",
            "Use another build of Python or of SQLite.",
        )
    for folder, name in PARTS.items():
        if (STATIC / folder).is_dir() and any((STATIC / folder).iterdir()):
            yield good("program.assets", f"{name} is built.")
        else:
            yield note(
                "program.assets",
                f"{name} is not built: pages that need it say so, everything else works.",
                "In a clone: `npm ci && npm run build` in web/. A release brings it.",
            )

"""The command line: words to functions, one file a group of commands.

Exit codes: 0 done, 1 the answer is no, 2 wrong use, 3 the installation is at fault.
"""

import sys

from branchline.cli.app import app
from branchline.errors import HostError, Refusal
from branchline.settings import COMMAND_LINE, SettingInvalid

from branchline.cli import backup, bots, customers, deliveries, demo, doctor, endpoints, keys, people  # noqa: F401 isort: skip (they register)
from branchline.cli import secrets, serve, settings, snippet, talk, targets, walks  # noqa: F401 isort: skip


def run() -> None:
    """Run the command line; a refusal becomes one readable paragraph and an exit code."""
    try:
        app()
    except Refusal as refusal:
        print(f"branchline: {refusal}", file=sys.stderr)
        sys.exit(_code(refusal))
    except OSError as problem:
        if problem.filename is None:
            raise
        print(f"branchline: {problem.filename}: {problem.strerror}. Mend the path or its rights.", file=sys.stderr)
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)


def _code(refusal: Refusal) -> int:
    if isinstance(refusal, SettingInvalid) and refusal.fields["source"] == COMMAND_LINE:
        return 2
    return 3 if isinstance(refusal, HostError) else 1

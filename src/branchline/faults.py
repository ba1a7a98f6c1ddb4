"""Named places where a test may stop this process as a power cut would: `BRANCHLINE_FAULT=turn.before_commit:3` kills it
with SIGKILL when it comes to that place for the third time.

`./dev torture` goes through all of them (docs/reliability.md).
"""

import os
import signal
from typing import Final

ENVIRONMENT: Final = "BRANCHLINE_FAULT"

POINTS: Final = {
    "turn.before_commit": "A turn is written and not committed.",
    "turn.after_commit": "A turn is on disk, and nobody has heard of it.",
    "call.before_connect": "A call is on disk, and no byte of it has left.",
    "call.after_send": "The request has left, and nothing of the answer is read.",
    "answer.middle": "A part of the answer has come.",
    "answer.read": "The answer is read, and not stored.",
    "answer.stored": "The turn after the answer is stored, and nobody has heard of it.",
    "delivery.written": "An interaction is finalized and its deliveries are owed, and nobody has begun with them.",
    "delivery.sent": "A target has answered, and that is not stored.",
    "shutdown": "The server was asked to stop, and has begun to.",
}


_point = ""
_left = 0


def arm(fault: str) -> None:
    """Arm `place:passing`; nothing for an empty text or a place that there is not."""
    global _point, _left
    name, _, passing = fault.partition(":")
    _point, _left = (name, int(passing or 1)) if name in POINTS else ("", 0)


def passed(point: str) -> None:
    """Say that a place is passed; it costs a comparison."""
    global _left  # noqa: PLW0603 see arm
    if point == _point:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(ENVIRONMENT, ""))

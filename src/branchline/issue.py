"""An issue: what an author should see in a draft, and what to do about it."""

from typing import Literal

from msgspec import Struct

Path = tuple[str | int, ...]
"""Where in the bot file: keys and list positions, such as `("nodes", "ask", "exit", "go_to")`."""


class Issue(Struct, frozen=True, omit_defaults=True):
    """`code` is stable (`noun.problem`); `message` says what is wrong and what to do; `line` counts from 1.

    `about`: the word that is wrong, where it is one; `instead`: the known word that was probably meant.
    """

    severity: Literal["error", "warning"]
    code: str
    message: str
    path: Path = ()
    line: int | None = None
    column: int | None = None
    about: str = ""
    instead: str = ""


def pointer(path: Path) -> str:
    """Write a path as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)

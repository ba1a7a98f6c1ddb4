"""What every action is: a piece of the bot file that checks itself, runs, and may be resumed.

`run` gets the turn being worked out and says how the walk goes on: `None` to the next action, `Jump` to another
node, `REST` to stop until the awaited event comes.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from branchline.insert import template
from branchline.issue import Path

if TYPE_CHECKING:
    from branchline.actions.working import Working


class Jump(Struct, frozen=True):
    """Go on at another node."""

    node: str


class Rest(Struct, frozen=True):
    """Stop here; the awaited event goes on."""


REST: Final = Rest()
Way = Jump | Rest | None


class Problem(Struct, frozen=True):
    """An issue that an action or exit sees in itself; `path` is relative to it."""

    code: str
    message: str
    path: Path = ()
    warning: bool = False


class Action(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="do"):
    """Base of all actions. The tag is the word in the bot file after `do:`."""

    def run(self, turn: "Working") -> Way:
        raise NotImplementedError

    def targets(self) -> Iterator[tuple[Path, str]]:
        """Give the nodes this action may lead to, each with its place."""
        yield from ()

    def texts(self) -> Iterator[tuple[Path, str]]:
        """Give the texts into which data is inserted, each with its place."""
        yield from ()

    def sets(self) -> frozenset[str]:
        """Give the names of data that are set when the walk goes on past this action."""
        return frozenset()

    def clears(self) -> frozenset[str]:
        return frozenset()

    def endpoint_name(self) -> str | None:
        """Give the endpoint this action asks, if it does."""
        return None

    def check(self) -> Iterator[Problem]:
        """Give what is wrong with this action by itself. Targets, inserted data and endpoints are checked by `inspect`."""
        yield from ()


def template_problems(path: Path, text: str) -> Iterator[Problem]:
    for sentence in template(text).problems:
        yield Problem("text.malformed", sentence, path)

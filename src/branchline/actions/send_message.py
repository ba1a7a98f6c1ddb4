"""Send message: Markdown subset, inserted data, an optional typing pause."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from branchline.actions.action import Action, Problem, Way, template_problems
from branchline.actions.working import Working
from branchline.duration import Duration, milliseconds
from branchline.interaction.record import TEXT_LIMIT
from branchline.issue import Path

TYPING_LIMIT_MS = 10_000


class SendMessage(Action, frozen=True, tag="send_message"):
    """Say something to the visitor."""

    text: Annotated[
        str, Meta(min_length=1, max_length=TEXT_LIMIT, description="Markdown subset; {{ name }} inserts data.")
    ]
    typing: Duration | None = None
    """How long to show that the bot is typing first; at most 10 s."""

    def run(self, turn: Working) -> Way:
        turn.say(self.text, milliseconds(self.typing) if self.typing else 0)
        return None

    def texts(self) -> Iterator[tuple[Path, str]]:
        yield ("text",), self.text

    def check(self) -> Iterator[Problem]:
        yield from template_problems(("text",), self.text)
        if self.typing and milliseconds(self.typing) > TYPING_LIMIT_MS:
            yield Problem(
                "typing.too_long", f"The typing pause is {self.typing}; at most 10 s are allowed.", ("typing",)
            )

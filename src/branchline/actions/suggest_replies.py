"""Suggest replies: buttons that write the reply for the visitor."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from branchline.actions.action import Action, Problem, Way, template_problems
from branchline.actions.working import Working
from branchline.interaction.record import Suggestion
from branchline.issue import Path

ReplyText = Annotated[str, Meta(min_length=1, max_length=100)]


class SuggestReplies(Action, frozen=True, tag="suggest_replies"):
    """Offer replies as buttons, until the next reply."""

    replies: Annotated[tuple[ReplyText, ...], Meta(min_length=1, max_length=20)]

    def run(self, turn: Working) -> Way:
        texts = [turn.insert(text) for text in self.replies]
        turn.suggest(tuple(Suggestion(text, text) for text in texts if text.strip()))
        return None

    def texts(self) -> Iterator[tuple[Path, str]]:
        for index, text in enumerate(self.replies):
            yield ("replies", index), text

    def check(self) -> Iterator[Problem]:
        for path, text in self.texts():
            yield from template_problems(path, text)

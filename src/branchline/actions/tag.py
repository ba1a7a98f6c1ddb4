"""Tag: mark the interaction for whoever reads it later."""

from typing import Annotated

from msgspec import Meta

from branchline.actions.action import Action, Way
from branchline.actions.working import Working


class Tag(Action, frozen=True, tag="tag"):
    """Mark the interaction with tags."""

    tags: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(min_length=1, max_length=20)]

    def run(self, turn: Working) -> Way:
        for tag in self.tags:
            turn.tag(tag)
        return None

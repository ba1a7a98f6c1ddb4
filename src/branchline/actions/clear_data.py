"""Clear data: forget what was kept."""

from typing import Annotated

from msgspec import Meta

from branchline.actions.action import Action, Way
from branchline.actions.working import Working
from branchline.interaction.record import NAME_LIMIT


class ClearData(Action, frozen=True, tag="clear_data"):
    """Forget pieces of data."""

    names: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)], ...], Meta(min_length=1, max_length=100)
    ]

    def run(self, turn: Working) -> Way:
        for name in self.names:
            turn.clear(name)
        return None

    def clears(self) -> frozenset[str]:
        return frozenset(self.names)

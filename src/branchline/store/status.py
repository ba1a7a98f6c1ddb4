"""The three statuses of an interaction that a page can be asked for; each interaction has exactly one."""

from typing import Final, Literal

from branchline.interaction.record import Interaction

Status = Literal["active", "ended", "finalized"]

NUMBERS: Final[dict[Status, int]] = {"active": 0, "ended": 1, "finalized": 2}
"""How databases keep them."""


def status(interaction: Interaction) -> Status:
    """Give the status: `ended` is over and not yet finalized."""
    if interaction.finalized_at is not None:
        return "finalized"
    return "active" if interaction.ended_at is None else "ended"

"""What a finalized interaction owes to the targets of its bot, and the body that they get."""

from typing import Final

from branchline.interaction.document import BODY_BUDGET, RELATIONSHIPS, document
from branchline.interaction.record import Interaction
from branchline.store.port import Store
from branchline.store.tables import Statement
from branchline.store.tables.deliveries import Delivery, owe
from branchline.tracing import parent

BLOCKS: Final = tuple(name for name in RELATIONSHIPS if name != "user")
"""What a document includes when a target does not choose: everything that there is."""
TURNS_IN_BODY: Final = 4_000
"""Turns of the transcript that are read for a body; a longer one would not fit its budget anyway."""
_OF_TRANSCRIPT: Final = frozenset({"messages", "files"})


def owed(interaction: Interaction, base: str) -> tuple[Statement, ...]:
    """Give what is written with the turn that finalizes an interaction. `base`: this server's address."""
    if interaction.finalized_at is None:
        return ()
    handled, at = interaction.ended_by == "bot", interaction.finalized_at
    return (owe(interaction.id, interaction.uuid, interaction.bot, handled=handled, base=base, at=at),)


async def body(store: Store, delivery: Delivery) -> tuple[bytes, str] | None:
    """Write the document of a delivery, and give the `traceparent` above it; None when its interaction or its content is there no more.

    Made for every attempt from a record that changes no more, with the blocks and the address that were fixed with the
    delivery: every attempt sends the same, and what was erased meanwhile is sent no more.
    """
    loaded = await store.load_by_id(delivery.interaction_id)
    if loaded is None or loaded.interaction.uuid != delivery.uuid or loaded.interaction.cleaned_at is not None:
        return None
    interaction, include = loaded.interaction, frozenset(delivery.blocks)
    rows: list[tuple[int, str]] = []
    if include & _OF_TRANSCRIPT:
        turns = await store.latest_turns(interaction.id, min(TURNS_IN_BODY, interaction.turn))
        rows = [(turn.first_entry, turn.entries) for turn in reversed(turns)]
    flat = "interactionData" in delivery.blocks
    content = document(interaction, delivery.base, include, rows, budget=BODY_BUDGET, flat=flat)
    return content, parent(interaction.traceparent, interaction.uuid)

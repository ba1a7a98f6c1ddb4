"""What other tables keep about an interaction: it goes with the interaction's content, in the same transaction."""

from collections.abc import Sequence

from branchline.outbox.outbox import ERASED
from branchline.store.tables import Statement
from branchline.store.tables.deliveries import forget


def cleaning_beside(interaction_id: int, at: int) -> Sequence[Statement]:
    """Give the statements that clean the other tables: what is still owed is delivered no more."""
    return forget(interaction_id, ERASED, at)

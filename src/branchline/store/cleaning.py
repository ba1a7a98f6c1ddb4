"""The transcript of an interaction whose personal content is taken out, for every store."""

from msgspec.structs import replace

from branchline.interaction.cleaning import cleaned_entries, cleaned_trace, cleaning_trace
from branchline.interaction.events import CleanedBy
from branchline.interaction.record import Interaction
from branchline.store.port import TurnRecord


def cleaned_turn(turn: TurnRecord, at: int, by: CleanedBy) -> TurnRecord:
    """Give a turn without what was said, with as many entries as before."""
    entries = cleaned_entries(turn.entries, turn.first_entry)
    return replace(turn, entries=entries, trace=cleaned_trace(turn.trace, at, by), message_id=None)


def cleaning_turn(cleaned: Interaction, at: int, by: CleanedBy) -> TurnRecord:
    """Give the turn that takes the content out: turns stay numbered without gaps."""
    return TurnRecord(cleaned.id, cleaned.turn, at, cleaned.entries + 1, "", cleaning_trace(at, by))

"""A turn in rows: what the batch statement takes, and interactions and turns read back."""

from typing import Any

import msgspec

from branchline.interaction.record import Interaction
from branchline.store.port import Change, Loaded, TurnRecord
from branchline.store.status import NUMBERS, status

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Interaction).decode

_NO_CALL = (None,) * 7


def row(change: Change, save: int) -> tuple[Any, ...]:
    """Give a turn as the statement `save` takes it. Raises ValueError for a new interaction without a token."""
    interaction, turn = change.interaction, change.turn
    if interaction.turn == 1 and change.token_hash is None:
        raise ValueError("A new interaction is saved with the hash of its visitor token.")
    last = turn.first_entry + turn.entries.count("\n") if turn.entries else turn.first_entry - 1
    data = None
    if change.data:
        data = encode({name: None if datum is None else datum.data for name, datum in change.data.items()}).decode()
    owes = change.owes
    return (
        interaction.id,
        interaction.uuid,
        interaction.bot,
        interaction.turn,
        NUMBERS[status(interaction)],
        interaction.created_at,
        interaction.ended_at,
        interaction.due_at,
        change.token_hash,
        encode(interaction),
        turn.at,
        turn.message_id,
        turn.first_entry,
        last,
        turn.entries,
        turn.trace,
        save,
        data,
        change.settles,
        *(
            _NO_CALL
            if owes is None
            else (owes.token, owes.version, owes.node, owes.action, owes.holder, owes.held_until, owes.body)
        ),
    )


def loaded(found: Any) -> Loaded:
    """Read a row of the statement `load`: place, state, hash of the token, and the turn that the message caused."""
    _, state, token_hash, number, its, at, first, entries, trace, message_id = found
    if number is None:
        return Loaded(decode(state), token_hash)
    return Loaded(decode(state), token_hash, TurnRecord(its, number, at, first, entries, trace, message_id))

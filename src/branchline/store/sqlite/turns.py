"""A turn in rows: writing one, guarded by the turn before it, and reading interactions and turns back."""

import sqlite3
from typing import Any

import msgspec

from branchline.interaction.record import Interaction
from branchline.store.port import Change, Duplicate, Loaded, TurnRecord
from branchline.store.sqlite.queries import SQL
from branchline.store.status import NUMBERS, status
from branchline.store.tables import Unmatched

_INSERT, _UPDATE = SQL["insert_interaction"], SQL["update_interaction"]
_SET_STATUS, _SET_DUE = SQL["set_status"], SQL["set_due"]
_INSERT_TURN = SQL["insert_turn"]
_SET_DATA, _CLEAR_DATA = SQL["set_data"], SQL["clear_data"]
_INSERT_OWED, _SETTLE = SQL["insert_owed"], SQL["settle"]
_LOAD, _LOAD_WITH_MESSAGE, _LOAD_BY_ID = SQL["load"], SQL["load_with_message"], SQL["load_by_id"]
_TURNS, _TURNS_AFTER, _LATEST_TURNS = SQL["turns"], SQL["turns_after"], SQL["latest_turns"]

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Interaction).decode


def write(db: sqlite3.Connection, change: Change, state: bytes) -> bool:
    """Write a turn inside a transaction; False, and nothing written, when the turn before it is not the stored one.

    Raises Duplicate for a message id, uuid or token that is already there, or a row of what is written alongside, and Unmatched for
    a statement of that which must give rows and gave none.
    """
    interaction = change.interaction
    execute = db.execute
    its = interaction.id
    try:
        if interaction.turn == 1:
            if not _insert(execute, interaction, change.token_hash, state):
                return False
        elif not _update(execute, interaction, state):
            return False
        turn = change.turn
        last = turn.first_entry + turn.entries.count("\n") if turn.entries else turn.first_entry - 1
        execute(
            _INSERT_TURN,
            (its, turn.number, turn.at, turn.message_id, turn.first_entry, last, turn.entries, turn.trace),
        )
        for name, datum in change.data.items():
            if datum is None:
                execute(_CLEAR_DATA, (its, name))
            else:
                execute(_SET_DATA, (its, name, datum.data, interaction.created_at))
        if change.owes is not None:
            execute(_INSERT_OWED, msgspec.structs.astuple(change.owes))
        if change.settles is not None:
            execute(_SETTLE, (change.settles,))
        for statement in change.alongside:
            rows = execute(statement.sql.text, statement.values).fetchall()
            if statement.must and not rows:
                raise Unmatched(statement.sql.name)
    except sqlite3.IntegrityError as problem:
        raise refused(problem) from None
    return True


def refused(problem: sqlite3.IntegrityError) -> Exception:
    """Give the port's error for a row that was refused: Duplicate, or the problem itself."""
    if problem.sqlite_errorcode in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
        return Duplicate(f"It is already stored: {problem}")
    return problem


def _insert(execute: Any, interaction: Interaction, token_hash: bytes | None, state: bytes) -> bool:
    if token_hash is None:
        raise ValueError("A new interaction is saved with the hash of its visitor token.")
    new = (interaction.id, interaction.uuid, interaction.bot, interaction.turn, NUMBERS[status(interaction)])
    times = (interaction.created_at, interaction.ended_at, interaction.due_at)
    inserted: int = execute(_INSERT, (*new, *times, token_hash, state)).rowcount
    return inserted == 1


def _update(execute: Any, interaction: Interaction, state: bytes) -> bool:
    its = interaction.id
    held = execute(_UPDATE, (interaction.turn, state, its, interaction.turn - 1)).fetchall()
    if not held:
        return False
    old_status, old_due = held[0]
    new_status = NUMBERS[status(interaction)]
    if new_status != old_status:
        execute(_SET_STATUS, (new_status, interaction.ended_at, its))
    # A deadline that only moved on stays as it is stored, and so does one that a call under way suspends: whoever asks
    # what is due finds out and postpones. Rewriting it with every turn would cost two index writes a turn.
    due = interaction.due_at
    if due is None:
        if old_due is not None and interaction.ended_at is not None:
            execute(_SET_DUE, (None, its))
    elif old_due is None or due < old_due:
        execute(_SET_DUE, (due, its))
    return True


def load(db: sqlite3.Connection, uuid: str, message_id: str | None) -> Loaded | None:
    """Read an interaction, and the turn that the message caused before."""
    if message_id is None:
        rows = db.execute(_LOAD, (uuid,)).fetchall()
    else:
        rows = db.execute(_LOAD_WITH_MESSAGE, (uuid, message_id)).fetchall()
    if not rows:
        return None
    state, token_hash, *repeated = rows[0]
    if not repeated or repeated[0] is None:
        return Loaded(decode(state), token_hash)
    number, its, at, first, entries, trace, message_id = repeated
    return Loaded(decode(state), token_hash, TurnRecord(its, number, at, first, entries, trace, message_id))


def load_by_id(db: sqlite3.Connection, interaction_id: int) -> Loaded | None:
    rows = db.execute(_LOAD_BY_ID, (interaction_id,)).fetchall()
    return Loaded(decode(rows[0][0]), rows[0][1]) if rows else None


def turns(db: sqlite3.Connection, interaction_id: int, after_turn: int, limit: int) -> list[TurnRecord]:
    """Read turns with numbers above `after_turn`, oldest first. A limit of -1 is none."""
    return [TurnRecord(*row) for row in db.execute(_TURNS, (interaction_id, after_turn, limit))]


def turns_after(db: sqlite3.Connection, interaction_id: int, after_entry: int, limit: int) -> list[TurnRecord]:
    """Read turns that have entries above `after_entry`, oldest first. A limit of -1 is none."""
    return [TurnRecord(*row) for row in db.execute(_TURNS_AFTER, (interaction_id, after_entry, limit))]


def latest_turns(db: sqlite3.Connection, interaction_id: int, limit: int) -> list[TurnRecord]:
    return [TurnRecord(*row) for row in db.execute(_LATEST_TURNS, (interaction_id, limit))]

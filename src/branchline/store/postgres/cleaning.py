"""Taking the personal content of an interaction out of its tables."""

from collections.abc import Sequence

from branchline.interaction.cleaning import cleaned
from branchline.interaction.events import CleanedBy
from branchline.interaction.record import Interaction
from branchline.store.cleaning import cleaned_turn, cleaning_turn
from branchline.store.port import Taken, TurnRecord
from branchline.store.postgres.connect import Connection
from branchline.store.postgres.queries import SQL
from branchline.store.postgres.search import indexed
from branchline.store.postgres.tables import run
from branchline.store.postgres.turns import decode, encode
from branchline.store.tables import Statement

TABLES = "interaction, turn, interaction_data, file, owed, search_owed, search_message, search_word"
"""What `compact` empties of deleted rows."""


async def clean(
    db: Connection, interaction_id: int, at: int, by: CleanedBy, alongside: Sequence[Statement]
) -> Taken | None:
    """Clean in a transaction; None, and nothing changed, when there is nothing to clean."""
    async with db.transaction():
        state = await db.fetchval(SQL["state_to_clean"], interaction_id)
        before = decode(state) if state is not None else None
        if before is None or not before.ended or before.cleaned_at is not None:
            return None
        await _forget_words(db, before)
        rows = [TurnRecord(*row) for row in await db.fetch(SQL["turns"], interaction_id, None)]
        bare = [cleaned_turn(turn, at, by) for turn in rows]
        await db.executemany(
            SQL["clean_turn"], [(turn.entries, turn.trace, turn.interaction_id, turn.number) for turn in bare]
        )
        after = cleaned(before, at)
        await db.execute(SQL["clean_interaction"], after.turn, at, encode(after), interaction_id)
        last = cleaning_turn(after, at, by)
        empty = (last.first_entry, last.first_entry - 1, last.entries, last.trace)
        await db.execute(SQL["insert_turn"], interaction_id, last.number, at, *empty)
        taken = Taken(
            turns=len(rows),
            data=await _delete(db, "delete_data", interaction_id),
            files=await _delete(db, "delete_files", interaction_id),
            calls=await _delete(db, "delete_calls", interaction_id),
        )
        for statement in alongside:
            await run(db, statement)
        return taken


async def _delete(db: Connection, statement: str, interaction_id: int) -> int:
    return int((await db.execute(SQL[statement], interaction_id)).rsplit(" ", 1)[-1])


async def _forget_words(db: Connection, interaction: Interaction) -> None:
    """Take its messages out of the search index. Whoever is indexing its turns at this moment is waited for first."""
    its = interaction.id
    await db.execute(SQL["delete_to_index"], its)
    messages = await db.fetch(SQL["delete_messages"], its)
    found = [(word, number) for number, words in messages for word in indexed(words.split(" "))]
    texts, numbers = [word for word, _ in found], [number for _, number in found]
    await db.execute(SQL["delete_words"], texts, numbers, interaction.created_at, its)

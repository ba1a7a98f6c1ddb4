"""Taking the personal content of an interaction out of the file, so that not even its bytes stay in it."""

import sqlite3
from collections.abc import Sequence

from branchline.interaction.cleaning import cleaned
from branchline.interaction.events import CleanedBy
from branchline.interaction.record import Interaction
from branchline.store.cleaning import cleaned_turn, cleaning_turn
from branchline.store.port import Taken, TurnRecord
from branchline.store.sqlite import search
from branchline.store.sqlite.queries import SQL
from branchline.store.sqlite.tables import run
from branchline.store.sqlite.turns import decode, encode
from branchline.store.tables import Statement
from branchline.store.words import texts, words

MERGE_PAGES = 200
"""Pages written by one piece of merging: other writers wait a few milliseconds for it."""


def clean(
    db: sqlite3.Connection, interaction_id: int, at: int, by: CleanedBy, alongside: Sequence[Statement]
) -> Taken | None:
    """Clean inside a transaction; None, and nothing changed, when there is nothing to clean."""
    found = db.execute(SQL["state"], (interaction_id,)).fetchone()
    before = decode(found[0]) if found else None
    if before is None or not before.ended or before.cleaned_at is not None:
        return None
    its = before.id
    rows = db.execute(SQL["turns_to_clean"], (its,)).fetchall()
    _forget_words(db, before, rows)
    for row, *turn in rows:
        bare = cleaned_turn(TurnRecord(*turn), at, by)
        db.execute(SQL["clean_turn"], (bare.entries, bare.trace, row))
    after = cleaned(before, at)
    db.execute(SQL["clean_interaction"], (after.turn, at, encode(after), its))
    last = cleaning_turn(after, at, by)
    empty = (None, last.first_entry, last.first_entry - 1, last.entries, last.trace)
    db.execute(SQL["insert_turn"], (its, last.number, at, *empty))
    taken = Taken(
        turns=len(rows),
        data=db.execute(SQL["delete_data"], (its,)).rowcount,
        files=db.execute(SQL["delete_files"], (its,)).rowcount,
        calls=db.execute(SQL["delete_calls"], (its,)).rowcount,
    )
    for statement in alongside:
        run(db, statement)
    return taken


def merge_words(db: sqlite3.Connection) -> bool:
    """Do one piece of merging the search index into one, which is when the words of deleted messages leave it; False
    when there was nothing left to merge (SQLite, FTS5 §6.9)."""
    before = db.total_changes
    db.execute(SQL["merge_words"], (-MERGE_PAGES,))
    return db.total_changes - before >= 2


def _forget_words(db: sqlite3.Connection, interaction: Interaction, rows: list[tuple[object, ...]]) -> None:
    """Take its messages out of the search index. The index keeps no texts: it must be told again what it was given.

    Texts were given in the order of the turns, so that is the order of the documents.
    """
    indexed = search.position(db)
    said = [" ".join(words(text)) for row in rows if int(str(row[0])) <= indexed for text in texts(str(row[5]))]
    first, last = search.documents(interaction.created_at)
    documents = [row[0] for row in db.execute(SQL["documents_of"], (first, last, interaction.id))]
    for document, text in zip(documents, said, strict=False):
        db.execute(SQL["delete_words"], (document, text))
    for document in documents:
        db.execute(SQL["delete_document"], (document,))

"""The index of words in messages: brought up to date in batches outside the turns, so that a turn pays nothing.

A search first brings it up to date, so it never misses a message that was acknowledged.
"""

import sqlite3

from branchline.store.sqlite.queries import SQL
from branchline.store.words import Needle, texts, words

BATCH = 200
"""Turns indexed in one transaction: other writers wait about 10 ms for it."""
SLOT_BITS = 21
"""A document's id is (created_at << SLOT_BITS) + a slot: two million messages of interactions of one millisecond.
`queries.sql` shifts by the same number."""
_SLOTS = (1 << SLOT_BITS) - 1
_LAST_MILLISECOND = (1 << 42) - 1  # in the year 2109: what still fits beside the slots


def documents(created_at: int) -> tuple[int, int]:
    """Give the first and the last document id for interactions created in that millisecond."""
    first = min(max(created_at, 0), _LAST_MILLISECOND) << SLOT_BITS
    return first, first + _SLOTS


def position(db: sqlite3.Connection) -> int:
    """Give the row of the last turn in the index."""
    row: int = db.execute(SQL["search_position"]).fetchone()[0]
    return row


def highest_row(db: sqlite3.Connection) -> int:
    row: int = db.execute(SQL["highest_row"]).fetchone()[0]
    return row


def index(db: sqlite3.Connection) -> int:
    """Index the next batch of turns, inside a transaction; gives how many turns that were."""
    rows = db.execute(SQL["turns_to_index"], (position(db), BATCH)).fetchall()
    if not rows:
        return 0
    said: dict[int, list[tuple[int, str]]] = {}
    for _, interaction_id, created_at, entries in rows:
        for text in texts(entries):
            said.setdefault(created_at, []).append((interaction_id, " ".join(words(text))))
    for created_at in sorted(said):  # in the order of document ids, as FTS5 likes them
        first, last = documents(created_at)
        highest = db.execute(SQL["highest_document"], (first, last)).fetchone()[0]
        document = first if highest is None else highest + 1
        for interaction_id, text in said[created_at]:
            db.execute(SQL["insert_document"], (document, interaction_id))
            db.execute(SQL["insert_words"], (document, text))
            document += 1
    db.execute(SQL["set_search_position"], (rows[-1][0],))
    return len(rows)


def expression(needles: list[Needle]) -> str:
    """Write the needles as an FTS5 expression: all of them, each as a phrase. Words hold no quotes."""
    return " AND ".join(f'"{" ".join(needle.words)}"' + (" *" if needle.prefix else "") for needle in needles)

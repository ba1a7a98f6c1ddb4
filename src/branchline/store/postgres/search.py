"""The index of words in messages: brought up to date in batches outside the turns, so that a turn pays for one small row.

A search first brings it up to date, so it never misses a message that was acknowledged: turns that another process is
indexing at this moment are waited for.
"""

from collections.abc import Iterable

from branchline.store.postgres.connect import Connection
from branchline.store.postgres.queries import SQL
from branchline.store.words import Needle, contains, texts, words

BATCH = 500
"""Turns indexed in one transaction."""
WORD_LIMIT = 100
"""Characters of a word that stand in the index; the rest is looked up in the message."""
_MESSAGES_OF_A_TURN = 4_096
LAST = "\U0010ffff"
"""Behind every character."""


async def index(db: Connection) -> int:
    """Index the next batch of turns; gives how many turns that were."""
    async with db.transaction():
        rows = await db.fetch(SQL["turns_to_index"], BATCH)
        messages: list[tuple[int, int, str]] = []
        found: list[tuple[str, int, int, int]] = []
        for interaction_id, number, created_at, entries in rows:
            for place, text in enumerate(texts(entries)):
                message = number * _MESSAGES_OF_A_TURN + min(place, _MESSAGES_OF_A_TURN - 1)
                its = words(text)
                if its:
                    messages.append((interaction_id, message, " ".join(its)))
                    found.extend((word, created_at, interaction_id, message) for word in indexed(its))
        if messages:
            await db.execute(SQL["insert_messages"], *_columns(messages))
            await db.execute(SQL["insert_words"], *_columns(sorted(found)))
        return len(rows)


def indexed(its: Iterable[str]) -> set[str]:
    """Give the words of a message as they stand in the index."""
    return {word[:WORD_LIMIT] for word in its}


def _columns(rows: list[tuple[int, int, str]] | list[tuple[str, int, int, int]]) -> list[list[int | str]]:
    return [list(column) for column in zip(*rows, strict=True)]


def says(message: str, needles: list[Needle]) -> bool:
    """Say whether a message, as its words, holds every needle."""
    its = message.split(" ")
    return all(contains(its, needle) for needle in needles)

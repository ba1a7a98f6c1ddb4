"""Interactions and turns to store."""

import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from branchline.interaction.record import Datum, Interaction
from branchline.store import open_store
from branchline.store.port import Change, Owed, Store, TurnRecord

KINDS = ("sqlite", "memory", "postgres")
NOW = 1_764_000_000_000
"""Milliseconds since the Unix epoch."""


@asynccontextmanager
async def opened(kind: str) -> AsyncIterator[Store]:
    """A new store of a kind, gone afterwards."""
    with address(kind) as url:
        store = open_store(url)
        await store.open()
        try:
            yield store
        finally:
            await store.close()


@contextmanager
def address(kind: str) -> Iterator[str]:
    """The address of a database of a kind with nothing in it."""
    if kind == "memory":
        yield "memory:"
    elif kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'branchline.db'}"
    else:
        import postgres  # noqa: PLC0415 other kinds need none

        with postgres.emptied() as name:
            yield postgres.server().url(name)


def uuid_of(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def token_hash(uuid: str) -> bytes:
    return hashlib.sha256(uuid.encode()).digest()


def lines(first: int, texts: Sequence[str]) -> str:
    """Entries as the transcript writes them: a message each."""
    return "\n".join(
        json.dumps({"kind": "message", "number": number, "sender": "bot", "text": text}, ensure_ascii=False)
        for number, text in enumerate(texts, first)
    )


def started(number: int, *texts: str, data: dict[str, str] | None = None, **fields: Any) -> Change:
    """The first turn of interaction `number`."""
    kept = {name: Datum(value) for name, value in (data or {}).items()}
    made: dict[str, Any] = {"bot": "order-desk", "created_at": NOW + number, **fields}
    interaction = Interaction(
        number, uuid_of(number), version=1, turn=1, entries=len(texts), data=kept, updated_at=made["created_at"], **made
    )
    turn = TurnRecord(number, 1, made["created_at"], 1, lines(1, texts), '{"event":1}')
    return Change(interaction, turn, dict(kept), token_hash(interaction.uuid))


def following(
    before: Interaction,
    *texts: str,
    message_id: str | None = None,
    data: dict[str, str | None] | None = None,
    owes: Owed | None = None,
    settles: str | None = None,
    **fields: Any,
) -> Change:
    """The turn after the one that left `before`."""
    changed = {name: None if value is None else Datum(value) for name, value in (data or {}).items()}
    kept = {name: datum for name, datum in {**before.data, **changed}.items() if datum is not None}
    number = before.turn + 1
    interaction = msgspec.structs.replace(
        before, turn=number, entries=before.entries + len(texts), data=kept, updated_at=NOW + number, **fields
    )
    first = before.entries + 1
    turn = TurnRecord(before.id, number, NOW + number, first, lines(first, texts), f'{{"event":{number}}}', message_id)
    return Change(interaction, turn, changed, owes=owes, settles=settles)


def call(
    token: str, interaction: Interaction, *, until: int = NOW, holder: str = "p1", body: bytes | None = None
) -> Owed:
    return Owed(token, interaction.id, interaction.uuid, interaction.bot, 1, "lookup", 0, holder, until, body)


async def save_all(store: Store, *changes: Change) -> None:
    for change in changes:
        assert await store.save(change)

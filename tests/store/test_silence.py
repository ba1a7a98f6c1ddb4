"""Interactions of a database from before every one had an end get one too."""

import json
import sqlite3
from pathlib import Path

from branchline.store.sqlite.connect import prepare
from branchline.store.sqlite.lock import Lock
from branchline.store.sqlite.migrations import migrations
from branchline.store.sqlite.store import SqliteStore
from store.samples import NOW, uuid_of

DAY_MS = 86_400_000
BEFORE = 3
"""The last schema in which an interaction could stay open for ever."""


async def test_an_open_interaction_of_an_old_database_is_due_a_day_after_its_last_turn(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    prepare(path, Lock(path), exclusive=False, steps=[one for one in migrations() if one.number <= BEFORE])
    db = sqlite3.connect(path)
    for number, status, more in (
        (1, 0, {"awaiting": {"kind": "reply", "token": "t"}}),
        (2, 0, {"idle_at": NOW + 7, "awaiting": {"kind": "reply", "token": "t"}}),
        (3, 1, {"ended_at": NOW, "ended_by": "bot", "finalize_at": NOW + 9}),
    ):
        state = {"id": number, "uuid": uuid_of(number), "bot": "b", "version": 1, "created_at": NOW, "turn": 1}
        text = json.dumps({**state, "data": {"a": {"data": "ü"}}, "updated_at": NOW + 5, **more}, ensure_ascii=False)
        db.execute(
            "insert into interaction (id, uuid, bot, turn, status, created_at, ended_at, due_at, token_hash, state)"
            " values (?, ?, 'b', 1, ?, ?, ?, ?, x'00', ?)",
            (number, uuid_of(number), status, NOW, more.get("ended_at"), more.get("idle_at"), text.encode()),
        )
    db.commit()
    db.close()
    store = SqliteStore(path)
    await store.open()
    try:
        found = [await store.load_by_id(number) for number in (1, 2, 3)]
        old, limited, over = (one.interaction for one in found if one is not None)
        assert (old.idle_at, old.due_at) == (NOW + 5 + DAY_MS, NOW + 5 + DAY_MS)
        assert old.data["a"].data == "ü"
        assert (limited.idle_at, over.idle_at) == (NOW + 7, None)
        assert uuid_of(1) not in await store.due(NOW + 4 + DAY_MS, 10)
        assert uuid_of(1) in await store.due(NOW + 5 + DAY_MS, 10)
    finally:
        await store.close()

"""A process is killed in the middle of its work: what it acknowledged is there, and nothing is there by half."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from branchline.store.port import Query
from branchline.store.sqlite.store import SqliteStore
from store.samples import uuid_of

KILLS = 10
CHILD = Path(__file__).with_name("crash_child.py")


def run_and_kill(database: Path, after_s: float) -> dict[int, int]:
    """Give the last acknowledged turn of every interaction."""
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parents[1])}
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(database)], stdout=subprocess.PIPE, env=environment
    ) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after_s)
        child.kill()
        lines = [first, *child.stdout.read().splitlines()]
    acknowledged: dict[int, int] = {}
    for line in lines:
        match line.split():
            case [b"saved", its, turn]:
                acknowledged[int(its)] = int(turn)
            case [b"refused", *_]:
                pytest.fail(f"A turn was refused: {line!r}")
    return acknowledged


async def test_after_a_kill_every_acknowledged_turn_is_there_and_every_turn_is_whole(tmp_path: Path) -> None:
    database = tmp_path / "branchline.db"
    chance = random.Random(20261123)
    acknowledged: dict[int, int] = {}
    for _ in range(KILLS):
        acknowledged |= run_and_kill(database, chance.uniform(0.0, 0.15))
        store = SqliteStore(database)
        await store.open()
        for its, turn in acknowledged.items():
            loaded = await store.load(uuid_of(its))
            assert loaded is not None
            assert loaded.interaction.turn >= turn
        await store.close()
    assert len(acknowledged) > KILLS
    await everything_is_whole(database)


async def everything_is_whole(database: Path) -> None:
    store = SqliteStore(database)
    await store.open()
    owed = {call.interaction_id for call in await store.owed(2**50, "test", 10**6)}
    cursor, count = None, 0
    while True:
        page = await store.page(Query(size=1_000, after=cursor))
        for interaction in page.interactions:
            count += 1
            turns = await store.turns(interaction.id)
            assert [turn.number for turn in turns] == list(range(1, interaction.turn + 1))
            assert sum(turn.entries.count("\n") + 1 for turn in turns) == interaction.entries
            assert (interaction.id in owed) == (interaction.turn in {3, 4})
            data = (("number", str(interaction.id)),)
            assert [found.id for found in (await store.page(Query(data=data))).interactions] == [interaction.id]
        cursor = page.after
        if cursor is None:
            break
    assert count >= KILLS
    found = await store.page(Query(size=1, text=f"hello {count}"))
    assert found.interactions
    await store.close()
    db = sqlite3.connect(database)
    assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
    db.close()

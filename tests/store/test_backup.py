"""A backup is one moment of the database, made while turns are saved, and checked."""

import asyncio
import os
import shutil
import stat
from pathlib import Path

import pytest
from tools.postgres import binaries

import postgres
from branchline.store import open_store
from branchline.store.port import Query
from branchline.store.postgres.backup import backup as dump
from branchline.store.postgres.backup import verify as verify_dump
from branchline.store.problems import BackupFailed, StoreForeign
from branchline.store.sqlite.backup import backup, verify
from branchline.store.sqlite.store import SqliteStore
from store.samples import following, save_all, started


async def test_a_copy_made_under_load_is_one_moment_of_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "branchline.db")
    await store.open()
    await save_all(store, *(started(number, "hello " * 200) for number in range(1, 400)))
    copying = True
    saved = 399

    async def talk() -> None:
        """Start interactions, and move each on."""
        nonlocal saved
        while copying:
            saved += 1
            first = started(saved, "hello " * 200)
            await store.save(first)
            await store.save(following(first.interaction, "more"))

    talking = asyncio.create_task(talk())
    copies = []
    for number in range(3):
        target = tmp_path / f"copy{number}.db"
        before = saved
        copied = await asyncio.to_thread(backup, store.path, target)
        assert before - 1 <= copied.interactions <= saved
        copies.append((target, copied))
    copying = False
    await talking
    await store.close()
    assert saved > 402, "nothing was saved meanwhile"
    for target, copied in copies:
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert verify(target) == copied
        again = SqliteStore(target)
        await again.open()
        cursor, seen = None, 0
        while True:
            page = await again.page(Query(size=1_000, after=cursor))
            for one in page.interactions:
                seen += 1
                assert len(await again.turns(one.id)) == one.turn
            cursor = page.after
            if cursor is None:
                break
        assert seen == copied.interactions
        await again.close()


async def test_a_damaged_copy_is_no_backup(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "branchline.db")
    await store.open()
    await save_all(store, *(started(number, "hello " * 200) for number in range(1, 60)))
    await store.close()
    copy = tmp_path / "copy.db"
    backup(store.path, copy)
    with copy.open("r+b") as file:
        file.seek(copy.stat().st_size // 2)
        file.write(b"\xff" * 9_000)
    with pytest.raises(BackupFailed):
        verify(copy)
    copy.write_bytes(b"hello")
    with pytest.raises(StoreForeign):
        verify(copy)


def test_what_cannot_be_copied_leaves_the_old_copy(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("the old one")
    with pytest.raises(BackupFailed, match="there is no database"):
        backup(tmp_path / "none.db", target)
    assert target.read_text() == "the old one"
    assert [file.name for file in tmp_path.iterdir()] == ["copy.db"]


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "branchline.db")
    await store.open()
    await store.close()
    with pytest.raises(BackupFailed, match="No such file or directory"):
        backup(store.path, tmp_path / "nowhere" / "copy.db")


async def test_the_database_is_no_place_for_its_copy(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "branchline.db")
    await store.open()
    for name in ("branchline.db", "branchline.db-wal", "../" + tmp_path.name + "/branchline.db"):
        with pytest.raises(BackupFailed, match="is the database itself"):
            backup(store.path, tmp_path / name)
    await save_all(store, started(1, "hello"))
    await store.close()


async def test_postgresql_is_copied_by_its_own_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = postgres.server()
    monkeypatch.setenv("PATH", f"{binaries()}:{os.environ['PATH']}")
    with postgres.database() as name:
        store = open_store(server.tcp_url(name))
        await store.open()
        await save_all(store, started(1, "hello"))
        await store.close()
        copy = tmp_path / "copy.dump"
        assert await asyncio.to_thread(dump, server.tcp_url(name), copy) == copy.stat().st_size > 1_000
        assert copy.read_bytes().startswith(b"PGDMP")
        assert verify_dump(server.tcp_url(name), copy) == copy.stat().st_size
        copy.write_bytes(copy.read_bytes()[:100])
        with pytest.raises(BackupFailed, match="pg_restore said"):
            verify_dump(server.tcp_url(name), copy)
    with pytest.raises(BackupFailed, match="pg_dump said"):
        dump(server.tcp_url("nothing_there"), copy)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("pg_dump") is None
    with pytest.raises(BackupFailed, match=r"run: PGPASSWORD=\.\.\. pg_dump --format=custom") as refusal:
        dump("postgresql://me:se%40cret@db/bots", copy)
    assert "cret" not in str(refusal.value)

"""Opening a store: only what is ours, whole or not at all, and one server a file."""

import asyncio
import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from branchline.service.keys import Keys
from branchline.store import open_store
from branchline.store.memory import MemoryStore
from branchline.store.problems import StoreBehind, StoreForeign, StoreInUse, StoreNewer, StoreUnavailable, StoreUnknown
from branchline.store.sqlite.connect import connect, prepare
from branchline.store.sqlite.lock import Lock
from branchline.store.sqlite.migrations import APPLICATION_ID, Migration, migrations, statements
from branchline.store.sqlite.queries import SQL
from branchline.store.sqlite.store import SqliteStore
from store.samples import NOW, save_all, started, uuid_of


def litter(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def bring_up(path: Path, steps: list[Migration]) -> None:
    prepare(path, Lock(path), exclusive=False, steps=steps)


def ask(path: Path, sql: str) -> object:
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchone()[0]
    finally:
        db.close()


async def test_a_file_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "ünder" / "branch line.db"
    store = open_store(f"sqlite:///{path}")
    await store.open()
    await save_all(store, started(await store.reserve_id()))
    await store.close()
    assert ask(path, "pragma application_id") == APPLICATION_ID
    assert ask(path, "pragma user_version") == migrations()[-1].number
    assert ask(path, "pragma journal_mode") == "wal"
    assert ask(path, "pragma integrity_check") == "ok"
    assert litter(path.parent) == ["branch line.db", "branch line.db.lock"]
    assert path.stat().st_mode & 0o077 == 0


async def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    path.touch()
    store = SqliteStore(path)
    await store.open()
    await store.close()
    assert ask(path, "pragma application_id") == APPLICATION_ID


async def test_what_was_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'branchline.db'}"
    store = open_store(url)
    await store.open()
    ids = [await store.reserve_id() for _ in range(3)]
    change = started(ids[-1], "Hello", idle_at=NOW + 9)
    await save_all(store, change)
    await store.close()
    store = open_store(url)
    await store.open()
    loaded = await store.load(uuid_of(ids[-1]))
    assert loaded is not None
    assert loaded.interaction == change.interaction
    assert await store.due(NOW + 9, 5) == [uuid_of(ids[-1])]
    assert await store.reserve_id() > ids[-1]
    await store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "memory",
        "memory:x",
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:/a.db",
        "postgresql://h",
        "postgresql://h:x/d",
        "a.db",
    ],
)
def test_an_address_that_is_not_understood_is_refused(url: str) -> None:
    if url == "memory":
        assert isinstance(open_store(url), MemoryStore)
        return
    with pytest.raises(StoreUnknown):
        open_store(url)


def test_addresses_name_files() -> None:
    full, relative = open_store("sqlite:////srv/b.db"), open_store("sqlite:///data/b.db")
    assert isinstance(full, SqliteStore)
    assert isinstance(relative, SqliteStore)
    assert (full.path, relative.path) == (Path("/srv/b.db"), Path("data/b.db"))


@pytest.mark.parametrize("content", [b"hello", b"hello" * 100, b"SQLite format 3\0", b"\0" * 4096])
async def test_a_file_that_is_no_database_is_refused_and_stays_as_it_was(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(StoreForeign) as refusal:
        await SqliteStore(path).open()
    assert str(path) in str(refusal.value)
    assert path.read_bytes() == content
    assert litter(tmp_path) == ["notes.txt"]


@pytest.mark.parametrize("mode", ["delete", "wal"])
async def test_the_database_of_another_program_is_refused_and_stays_as_it_was(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "other.db"
    db = sqlite3.connect(path)
    db.execute(f"pragma journal_mode = {mode}")
    db.execute("create table interaction (id)")
    db.commit()
    db.close()
    before = digest(path)
    for exclusive in (True, False):
        with pytest.raises(StoreForeign):
            await SqliteStore(path, exclusive=exclusive).open()
    assert digest(path) == before
    assert litter(tmp_path) == ["other.db"]


async def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreForeign):
        await SqliteStore(tmp_path).open()


async def test_a_folder_that_cannot_be_written_is_the_hosts_fault() -> None:
    for path in ("/proc/branchline/branchline.db", "/proc/branchline.db"):
        with pytest.raises(StoreUnavailable) as refusal:
            await SqliteStore(Path(path)).open()
        assert path in str(refusal.value)


async def test_a_newer_schema_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    known = migrations()
    bring_up(path, [*known, Migration(known[-1].number + 1, "create table tomorrow (id);")])
    before = digest(path)
    with pytest.raises(StoreNewer) as refusal:
        await SqliteStore(path).open()
    assert str(known[-1].number + 1) in str(refusal.value)
    assert digest(path) == before
    assert ask(path, "select count(*) from tomorrow") == 0


async def test_a_file_of_the_first_schema_is_brought_up_with_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    first = [step for step in migrations() if step.number == 1]
    bring_up(path, first)
    db = connect(path)
    with db:
        db.execute(SQL["set_secret"], ("key", b"sealed"))
    db.close()
    bring_up(path, [*migrations(), Migration(900, "create table later (id);\ninsert into later values (1);")])
    assert ask(path, "pragma user_version") == 900
    assert ask(path, "select count(*) from later") == 1
    assert ask(path, "select sealed from secret") == b"sealed"


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    bring_up(path, migrations())
    broken = [*migrations(), Migration(900, "create table later (id);\nselect * from missing;")]
    with pytest.raises(sqlite3.OperationalError):
        bring_up(path, broken)
    assert ask(path, "pragma user_version") == migrations()[-1].number
    assert ask(path, "select count(*) from sqlite_master where name = 'later'") == 0
    bring_up(path, migrations())


def test_a_first_migration_that_fails_leaves_no_database(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    with pytest.raises(sqlite3.OperationalError):
        bring_up(path, [Migration(1, "create table a (id);\nbroken;")])
    assert not path.exists()
    bring_up(path, migrations())
    assert ask(path, "pragma integrity_check") == "ok"


def test_migrations_are_numbered_without_gaps() -> None:
    assert [step.number for step in migrations()] == list(range(1, len(migrations()) + 1))


def test_scripts_are_split_at_statements() -> None:
    script = "create table a (x); -- one; two\ncreate trigger t after insert on a begin\n  select 1;\nend;\nselect ';'"
    made = list(statements(script.replace("a (x); ", "a (x);\n")))
    assert len(made) == 3


async def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    first = SqliteStore(path)
    await first.open()
    with pytest.raises(StoreInUse) as refusal:
        await SqliteStore(path).open()
    assert str(path) in str(refusal.value)
    await first.close()
    second = SqliteStore(path)
    await second.open()
    await second.close()


async def test_the_lock_of_a_killed_server_is_free(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    holding = "import sys,pathlib\nfrom branchline.store.sqlite.lock import Lock\n"
    holding += "lock = Lock(pathlib.Path(sys.argv[1])); lock.take(); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(StoreInUse, match=f"process {child.pid}"):
            await SqliteStore(path).open()
        child.kill()
    store = SqliteStore(path)
    await store.open()
    await store.close()


async def test_a_passing_command_works_beside_a_server(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    server, command = SqliteStore(path), SqliteStore(path, exclusive=False)
    await server.open()
    await command.open()

    async def publish() -> None:
        for _ in range(10):
            await command.publish("order-desk", b"{}", b"x", NOW, "", [])

    async def talk() -> None:
        for number in range(1, 40):
            await save_all(server, started(number))

    await asyncio.gather(publish(), talk())
    await Keys(command, lambda: NOW).create("n")
    assert [key.name for key in await Keys(server, lambda: NOW).all()] == ["n"]
    newest = await server.version("order-desk")
    assert newest is not None
    assert newest.number == 10
    with pytest.raises(RuntimeError, match="exclusive"):
        await command.reserve_id()
    await command.close()
    await server.close()


async def test_a_command_that_is_newer_than_the_running_server_says_so(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    server, command = SqliteStore(path), SqliteStore(path, exclusive=False)
    await server.open()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"pragma user_version = {len(migrations()) - 1}")
    with pytest.raises(StoreBehind, match="has to be brought up to date first"):
        await command.open()
    await server.close()


async def test_many_who_make_the_same_file_at_once_make_it_once(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    stores = [SqliteStore(path, exclusive=False) for _ in range(6)]
    outcomes = await asyncio.gather(*(store.open() for store in stores), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {type(None), StoreBehind}
    for store, outcome in zip(stores, outcomes, strict=True):
        if outcome is None:
            await store.set_secret("a", b"1")
            await store.close()
    assert ask(path, "pragma integrity_check") == "ok"

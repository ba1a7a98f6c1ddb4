"""What only PostgreSQL can do wrong: whose database it is, who may use it, and connections that are lost."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import asyncpg
import msgspec
import pytest
from tools.postgres import PASSWORD, PASSWORD_IN_URL, USER

import postgres
from branchline.store import open_store
from branchline.store.address import shown
from branchline.store.port import Duplicate, Query
from branchline.store.postgres import turns, writer
from branchline.store.postgres.connect import connect
from branchline.store.postgres.ids import BLOCK
from branchline.store.postgres.migrations import by_bytes, migrations, prepare
from branchline.store.postgres.store import PostgresStore
from branchline.store.problems import (
    StoreAway,
    StoreForeign,
    StoreNewer,
    StoreServerUnfit,
    StoreUnknown,
    TextUnstorable,
)
from branchline.store.sqlite.migrations import Migration
from branchline.store.sqlite.migrations import migrations as sqlite_migrations
from store.samples import NOW, call, following, save_all, started, uuid_of


@pytest.fixture
def name() -> Iterator[str]:
    """A database that nobody has used."""
    with postgres.database() as name:
        yield name


@pytest.fixture
async def store() -> AsyncIterator[PostgresStore]:
    with postgres.emptied() as name:
        store = PostgresStore(postgres.server().url(name))
        await store.open()
        yield store
        await store.close()


@pytest.fixture
async def other(store: PostgresStore) -> AsyncIterator[PostgresStore]:
    """Another process, as far as the database can tell."""
    other = PostgresStore(store._url)
    await other.open()
    yield other
    await other.close()


def ask(name: str, sql: str) -> str:
    return postgres.server().run(sql, name)


async def refusal(url: str) -> str:
    with pytest.raises((StoreAway, StoreForeign, StoreNewer, StoreServerUnfit)) as refusal:
        await open_store(url).open()
    text = str(refusal.value)
    assert PASSWORD not in text
    assert PASSWORD_IN_URL not in text
    assert "\n" not in text
    return text


# Opening


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("postgresql://u:s3cret@h/d", "postgresql://u:***@h/d"),
        ("postgresql://u:s3c:r@et@h:1/d?a=b", "postgresql://u:***@h:1/d?a=b"),
        ("postgres://u:s3c/ret@h/d", "postgres://***@***/d"),
        ("postgresql://h/d?user=u&password=s3cret&x=1", "postgresql://h/d?user=u&password=***&x=1"),
        ("postgresql://u@/d?host=/run/pg", "postgresql://u@/d?host=/run/pg"),
        ("sqlite:////srv/b.db", "sqlite:////srv/b.db"),
        ("memory:", "memory:"),
    ],
)
def test_a_password_is_never_shown(url: str, seen: str) -> None:
    assert shown(url) == seen


def test_an_address_that_is_wrong_is_refused_without_its_password() -> None:
    for url in (
        "postgresql://u:s3cret@h",
        "postgresql://u:s3cret@h/",
        "postgresql://u:s3cret@h:x/d",
        "mysql://u:s3cret@h/d",
    ):
        with pytest.raises(StoreUnknown) as refusal:
            open_store(url)
        assert "s3cret" not in str(refusal.value)


async def test_a_database_is_made_ready_over_tcp_with_a_password(name: str) -> None:
    store = open_store(postgres.server().tcp_url(name))
    await store.open()
    await save_all(store, started(await store.reserve_id()))
    await store.close()
    assert ask(name, "select schema from branchline") == str(migrations()[-1].number)


async def test_a_wrong_password_a_missing_database_and_a_server_that_is_away_are_the_hosts_fault(name: str) -> None:
    server = postgres.server()
    wrong = server.tcp_url(name).replace(PASSWORD_IN_URL, "wrong")
    assert "password authentication failed" in await refusal(wrong)
    assert "does not exist" in await refusal(server.tcp_url("nothing_here"))
    away = f"postgresql://{USER}:{PASSWORD_IN_URL}@127.0.0.1:1/{name}"
    assert "refused" in (await refusal(away)).lower()
    assert "start again" in await refusal(away), "who starts a server is not told that no restart is needed"
    assert "known" in (await refusal(f"postgresql://{USER}:{PASSWORD_IN_URL}@nowhere.invalid/{name}")).lower()


async def test_the_database_of_another_program_is_refused_and_stays_as_it_was(name: str) -> None:
    ask(name, "create table interaction (id int); create table orders (id int)")
    text = await refusal(postgres.server().url(name))
    assert "interaction, orders" in text
    assert ask(name, "select string_agg(tablename, ',') from pg_tables where schemaname = 'public'") in {
        "interaction,orders",
        "orders,interaction",
    }
    ask(name, "drop table interaction, orders; create table branchline (name text)")
    assert "not ours" in await refusal(postgres.server().url(name))


async def test_beside_another_program_it_lives_in_a_schema_of_its_own(name: str) -> None:
    ask(name, "create table orders (id int); create schema bots")
    store = open_store(postgres.server().url(name) + "&search_path=bots")
    await store.open()
    await save_all(store, started(1))
    await store.close()
    assert ask(name, "select count(*) from bots.interaction") == "1"
    assert ask(name, "select string_agg(tablename, ',') from pg_tables where schemaname = 'public'") == "orders"


async def test_a_newer_schema_is_refused_and_stays_as_it_was(name: str) -> None:
    known = migrations()
    db = await connect(postgres.server().url(name))
    await prepare(db, "", [*known, Migration(known[-1].number + 1, "create table tomorrow (id bigint);")])
    await db.close()
    assert str(known[-1].number + 1) in await refusal(postgres.server().url(name))
    assert ask(name, "select count(*) from tomorrow") == "0"


async def test_without_rights_nothing_starts(name: str) -> None:
    role = f"weak_{name}"
    ask(name, f"create role {role} login; revoke all on schema public from public")
    weak = postgres.server().url(name).replace(f"{USER}@", f"{role}@")
    assert "no schema that this user may use" in await refusal(weak)
    ask(name, f"grant usage on schema public to {role}")
    assert "permission denied" in await refusal(weak)
    ask(name, f"drop owned by {role}; drop role {role}")


async def test_a_database_that_cannot_hold_every_text_is_refused() -> None:
    server = postgres.server()
    server.run("create database narrow template template0 encoding 'LATIN1' locale 'C'")
    assert "LATIN1" in await refusal(server.url("narrow"))
    server.drop("narrow")


async def test_many_processes_that_start_at_once_make_the_schema_once(name: str) -> None:
    stores = [PostgresStore(postgres.server().url(name)) for _ in range(8)]
    await asyncio.gather(*(store.open() for store in stores))
    assert ask(name, "select count(*), max(schema) from branchline") == f"1|{migrations()[-1].number}"
    ids = await asyncio.gather(*(store.reserve_id() for store in stores for _ in range(BLOCK + 2)))
    assert len(set(ids)) == len(ids)
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_migration_that_fails_changes_nothing(name: str) -> None:
    url = postgres.server().url(name)
    db = await connect(url)
    known = migrations()
    with pytest.raises(asyncpg.UndefinedTableError):
        await prepare(db, url, [*known, Migration(900, "create table later (id bigint); select * from missing;")])
    assert ask(name, "select count(*) from pg_tables where schemaname = 'public'") == "0"
    await prepare(db, url, [step for step in known if step.number == 1])
    await db.execute("insert into secret values ('key', 'sealed')")
    await prepare(db, url, known)
    assert await db.fetchval("select sealed from secret") == b"sealed"
    await db.close()


def test_both_databases_have_the_same_migrations() -> None:
    assert [step.number for step in migrations()] == [step.number for step in sqlite_migrations()]


async def test_texts_are_compared_by_their_bytes_and_interactions_stand_first_in_keys(store: PostgresStore) -> None:
    db = await connect(store._url)
    wrong = await db.fetch(
        "select table_name, column_name from information_schema.columns where table_schema = 'public' "
        "and data_type = 'text' and collation_name is distinct from 'C'"
    )
    assert wrong == []
    keys = await db.fetch(
        "select t.relname::text, (select attname::text from pg_attribute where attrelid = t.oid and attnum = i.indkey[0])"
        " from pg_class t join pg_index i on i.indrelid = t.oid and i.indisprimary "
        "where exists (select from pg_attribute where attrelid = t.oid and attname = 'interaction_id')"
    )
    first = {row[0]: row[1] for row in keys}
    assert {"turn", "interaction_data", "owed", "file", "search_owed", "search_message"} <= set(first)
    assert first.pop("search_word") == "word"  # read in the order of words: see docs/howto/scale-out.md
    assert set(first.values()) == {"interaction_id"}
    await db.close()


def test_text_columns_are_found_however_they_are_written() -> None:
    sql = "create table a (name text primary key, b bigint);\n  note text not null,\nalter table a add column c text;"
    assert len(re.findall('text collate "C"', by_bytes(sql))) == 3


# Many processes


async def test_two_processes_never_write_the_same_turn(store: PostgresStore, other: PostgresStore) -> None:
    change = started(1)
    await save_all(store, change)
    for number in range(20):
        rivals = [following(change.interaction, f"{number} {n}", message_id=f"{number}-{n}") for n in range(4)]
        outcomes = await asyncio.gather(*((store if n % 2 else other).save(rival) for n, rival in enumerate(rivals)))
        assert sorted(outcomes) == [False, False, False, True]
        change = rivals[outcomes.index(True)]
    assert [turn.number for turn in await other.turns(1)] == list(range(1, 22))


async def test_batches_of_two_processes_with_the_same_interactions_do_not_lock_each_other_out(
    store: PostgresStore, other: PostgresStore
) -> None:
    changes = [started(n) for n in range(1, 41)]
    await save_all(store, *changes)
    for _ in range(10):
        after = [following(change.interaction, "more") for change in changes]
        mine = [store.save(change) for change in after]
        theirs = [other.save(change) for change in reversed(after)]
        outcomes = await asyncio.gather(*mine, *theirs)
        assert sum(outcomes) == len(changes)
        changes = after


async def test_the_same_call_is_given_to_one_process(store: PostgresStore, other: PostgresStore) -> None:
    for number in range(1, 41):
        change = started(number)
        await save_all(store, change, following(change.interaction, owes=call(f"t{number}", change.interaction)))
    taken = await asyncio.gather(*(each.owed(NOW, holder, 15) for each, holder in ((store, "a"), (other, "b")) * 2))
    tokens = [owed.token for calls in taken for owed in calls]
    assert sorted(tokens) == sorted(f"t{number}" for number in range(1, 41))


async def test_a_version_published_by_two_processes_at_once_gets_two_numbers(
    store: PostgresStore, other: PostgresStore
) -> None:
    published = await asyncio.gather(
        *((store if n % 2 else other).publish("b", b"{}", b"", NOW, "", []) for n in range(10))
    )
    assert sorted(published) == list(range(1, 11))


async def test_a_search_finds_what_another_process_said(store: PostgresStore, other: PostgresStore) -> None:
    for number in range(1, 31):
        await save_all(store, started(number, f"needle{number} common"))
        found = await asyncio.gather(*(each.page(Query(text=f"needle{number}")) for each in (store, other, store)))
        assert [len(page.interactions) for page in found] == [1, 1, 1]


# Commits


async def test_work_that_arrives_together_shares_a_commit(store: PostgresStore) -> None:
    await save_all(store, started(1))
    sent = []
    send = writer._send

    async def counted(db: asyncpg.Connection, columns: object, batch: object) -> set[int]:
        sent.append(len(batch))  # type: ignore[arg-type]
        return await send(db, columns, batch)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "_send", counted)
        assert all(await asyncio.gather(*(store.save(started(number)) for number in range(2, 66))))
    assert sum(sent) == 64
    assert len(sent) <= 2


async def test_of_a_batch_only_what_fails_fails(store: PostgresStore) -> None:
    first = started(1)
    used = following(first.interaction, message_id="m")
    await save_all(store, first, used)
    changes = [started(n) for n in range(2, 40)]
    changes[7] = following(used.interaction, message_id="m")
    holding = msgspec.structs.replace(changes[20].turn, trace="U+0000: \0")  # refused long before a store (contract §2)
    changes[20] = msgspec.structs.replace(changes[20], turn=holding)
    outcomes = await asyncio.gather(*(store.save(change) for change in changes), return_exceptions=True)
    assert isinstance(outcomes[7], Duplicate)
    assert isinstance(outcomes[20], TextUnstorable)
    assert [outcome for n, outcome in enumerate(outcomes) if n not in {7, 20}] == [True] * 36


async def kill_backends(store: PostgresStore) -> None:
    """End every connection of the store, whatever it is doing."""
    db = await asyncpg.connect(store._url)
    await db.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = ''"
    )
    await db.close()


async def test_connections_that_are_cut_cost_nobody_an_error(store: PostgresStore) -> None:
    change = started(1, "Hello")
    await save_all(store, change)
    for number in range(5):
        await kill_backends(store)
        change = following(change.interaction, f"{number}")
        assert await store.save(change)
        await kill_backends(store)
        loaded = await store.load(uuid_of(1))
        assert loaded is not None
        assert loaded.interaction == change.interaction


async def test_an_answer_that_is_lost_after_the_commit_is_found_again(store: PostgresStore) -> None:
    """The connection ends after the commit and before its answer: yes is said, and nothing is written twice."""
    first = started(1)
    await save_all(store, first)
    send = writer._send
    losses = []

    async def lost(db: asyncpg.Connection, columns: object, batch: object) -> set[int]:
        written = await send(db, columns, batch)  # type: ignore[arg-type]
        if len(losses) < 2:
            losses.append(written)
            await kill_backends(store)
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        return written

    second = following(first.interaction, "once", message_id="m", owes=call("t", first.interaction), data={"a": "1"})
    stale = following(started(2).interaction, "never")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "_send", lost)
        outcomes = await asyncio.gather(store.save(second), store.save(started(3)), store.save(stale))
    assert losses[0] == {1, 3}
    assert outcomes == [True, True, False]
    assert await store.turns(1) == [first.turn, second.turn]
    assert [owed.token for owed in await store.owed(NOW, "p", 9)] == ["t"]


async def test_a_turn_that_another_process_wrote_while_the_answer_was_lost_is_not_taken_for_ours(
    store: PostgresStore, other: PostgresStore
) -> None:
    """Even when it is the same turn to the letter."""
    first = started(1)
    await save_all(store, first)
    send = writer._send
    same = following(first.interaction, "same")

    async def overtaken(db: asyncpg.Connection, columns: object, batch: object) -> set[int]:
        patch.undo()
        assert await other.save(same)
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "_send", overtaken)
        assert await store.save(same) is False
    assert writer._send is send
    assert await store.turns(1) == [first.turn, same.turn]


async def test_backends_that_are_killed_again_and_again_lose_and_double_nothing(store: PostgresStore) -> None:
    told: dict[int, int] = {}

    async def talk(number: int) -> None:
        change = started(number, "start")
        while change.interaction.turn < 25:
            try:
                assert await store.save(change), (number, change.interaction.turn)
            except StoreAway:
                continue  # asked again with the same turn
            told[number] = change.interaction.turn
            change = following(change.interaction, "more", message_id=f"m{change.interaction.turn}")

    over = asyncio.Event()

    async def kill() -> None:
        while not over.is_set():
            await asyncio.sleep(0.1)
            await kill_backends(store)

    killing = asyncio.create_task(kill())
    async with asyncio.timeout(60):
        await asyncio.gather(*(talk(number) for number in range(1, 13)))
    over.set()
    await killing
    for number in range(1, 13):
        assert [turn.number for turn in await store.turns(number)] == list(range(1, told[number] + 1))


async def test_a_database_that_may_only_be_read_refuses_and_recovers_without_a_restart(name: str) -> None:
    store = PostgresStore(postgres.server().url(name))
    await store.open()
    first = started(1)
    await save_all(store, first)
    db = await asyncpg.connect(store._url)
    await db.execute(f"alter database {name} set default_transaction_read_only = on")
    await db.close()
    await kill_backends(store)
    second = following(first.interaction, "more")
    with pytest.raises(StoreAway, match="read-only") as refusal:
        await store.save(second)
    assert (refusal.value.status, refusal.value.retry_after_s) == (503, 5)
    with pytest.raises(StoreAway):
        await store.set_secret("a", b"1")
    assert await store.load(uuid_of(1)) is not None
    db = await asyncpg.connect(store._url)
    await db.execute("set default_transaction_read_only = off")
    await db.execute(f"alter database {name} reset default_transaction_read_only")
    await db.close()
    assert await store.save(second)
    await store.set_secret("a", b"1")
    await store.close()


async def test_a_value_longer_than_an_index_holds_is_found(store: PostgresStore) -> None:
    name, value = "🜚" * 191, "".join(chr(0x10000 + 31 * n) for n in range(510))
    word = "".join(chr(0x4E00 + n) if n % 2 else chr(0x61 + n % 26) for n in range(300)) + "ä" * 2_000
    await save_all(store, started(1, word, data={name: value}), started(2, data={name: value[:-1]}))
    assert [each.id for each in (await store.page(Query(data=((name, value),)))).interactions] == [1]
    assert [each.id for each in (await store.page(Query(text=word))).interactions] == [1]
    assert (await store.page(Query(text="ä" * 1_999))).interactions == ()
    assert [each.id for each in (await store.page(Query(text="ä" * 1_999 + "*"))).interactions] == [1]


def test_the_state_is_kept_as_the_same_bytes_in_both_databases() -> None:
    interaction = started(1, data={"a": "ü"}).interaction
    assert turns.encode(interaction) == msgspec.json.encode(interaction)


# Leases


async def test_a_silent_process_is_taken_for_gone_and_finds_out(store: PostgresStore, other: PostgresStore) -> None:
    change = started(1)
    asked = following(change.interaction, owes=call("t1", change.interaction, until=NOW + 99_999, holder="a"))
    await save_all(store, change, asked)
    await store.beat("a", 1_000)
    assert (await other.beat("b", 60_000)).holders == ("a", "b")
    await asyncio.sleep(1.1)
    assert (await other.beat("b", 60_000)).holders == ("b",)
    assert [owed.holder for owed in await other.owed(NOW, "b", 9)] == ["b"]
    assert (await store.beat("a", 60_000)).lapsed


async def test_a_clock_that_is_ahead_takes_no_call_from_a_process_that_is_alive(
    store: PostgresStore, other: PostgresStore
) -> None:
    change = started(1)
    await save_all(store, change, following(change.interaction, owes=call("t1", change.interaction, holder="a")))
    await store.beat("a", 60_000)
    assert await other.owed(NOW + 86_400_000, "b", 9) == []
    await store.leave("a")
    assert [owed.holder for owed in await other.owed(NOW, "b", 9)] == ["b"]


async def test_after_the_database_was_away_nobody_is_taken_for_gone_at_once(
    store: PostgresStore, other: PostgresStore
) -> None:
    await store.beat("a", 50)
    await other.beat("b", 50)
    change = started(1)
    asked = following(change.interaction, owes=call("t1", change.interaction, until=NOW + 99_999, holder="a"))
    await save_all(store, change, asked)
    await asyncio.sleep(0.1)  # no beat gets through meanwhile
    assert (await other.beat("b", 60_000)).lapsed
    assert await other.owed(NOW, "b", 9) == []


async def test_what_a_process_wrote_is_heard_by_the_others(store: PostgresStore, other: PostgresStore) -> None:
    heard: list[str] = []
    own: list[str] = []
    other.follow(heard.append)
    store.follow(own.append)
    await store.beat("a", 60_000)
    await other.beat("b", 60_000)
    await store.beat("a", 60_000)
    for number in range(1, 300):
        if len(heard) >= 3:
            break
        await save_all(store, started(number))
        await asyncio.sleep(0.01)
    assert set(heard) <= {uuid_of(number) for number in range(1, 300)}
    assert len(heard) >= 3
    assert own == []


async def test_a_process_that_is_alone_tells_nobody(store: PostgresStore) -> None:
    await store.beat("a", 60_000)
    await save_all(store, started(1))
    assert store._news._pending == {}

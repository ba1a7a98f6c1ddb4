"""Laws of access: sign-ins end when they should, the audit log tells of every change, guessing gets slower."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.service.access.audit import Act, Audit, chained, entry
from branchline.service.access.passwords import Passwords, PasswordWeak
from branchline.service.access.people import EmailInvalid, People, PersonUnknown, SetUpDone, checked_email, folded
from branchline.service.access.sign_ins import (
    CONFIRMED_MS,
    PER_PERSON,
    SignInNeeded,
    SignInRefused,
    SignIns,
    SignInUnconfirmed,
    Visit,
)
from branchline.service.access.slow import FREE, SlowDown, TooManyTries
from branchline.service.identity import hash_of
from branchline.service.keys import SCOPES, Keys
from branchline.store import open_store
from branchline.store.port import Store
from branchline.store.sqlite.migrations import create, migrations
from branchline.store.tables import audit as table
from branchline.store.tables.audit import AuditRow
from branchline.store.tables.statement import sql
from store.samples import KINDS, NOW, opened

HOUR = 3_600_000
IDLE, LONGEST = 12 * HOUR, 7 * 24 * HOUR
PASSWORD = "seven lamps under water"
HERE = Visit("192.0.2.7", "a browser")


class Desk:
    """People and their sign-ins, with a clock that is moved by hand."""

    def __init__(self, store: Store) -> None:
        self.now = NOW
        self.store = store
        self.audit = Audit(store)
        passwords = Passwords()
        self.sign_ins = SignIns(store, self.audit, passwords, lambda: self.now, IDLE, LONGEST)
        self.people = People(store, self.audit, passwords, self.sign_ins, lambda: self.now)

    async def mira(self) -> str:
        """The first admin; gives her token."""
        code = await self.people.new_code()
        return (await self.people.set_up(code, "Mira", "mira@shop.example", PASSWORD, HERE))[0]


@pytest.fixture(params=KINDS)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with opened(request.param) as store:
        yield Desk(store)


async def test_a_sign_in_ends_without_use(desk: Desk) -> None:
    token = await desk.mira()
    desk.now += IDLE - 1
    assert (await desk.sign_ins.find(token)).person.name == "Mira"
    desk.now += IDLE - 1  # it was used meanwhile
    await desk.sign_ins.find(token)
    desk.now += IDLE
    with pytest.raises(SignInNeeded):
        await desk.sign_ins.find(token)


async def test_a_sign_in_ends_however_much_it_is_used(desk: Desk) -> None:
    token = await desk.mira()
    for _ in range(13):
        desk.now += IDLE - HOUR
        await desk.sign_ins.find(token)
    desk.now = NOW + LONGEST
    with pytest.raises(SignInNeeded):
        await desk.sign_ins.find(token)
    assert await desk.sign_ins.of((await desk.people.all())[0].id) == []
    person = (await desk.people.all())[0]
    await desk.sign_ins.begin(person, HERE, "password")  # which forgets those that are over
    assert await desk.store.tables.read(sql("count", "select count(*) from signed_in")()) == [(1,)]


async def test_a_proof_grows_old_and_can_be_renewed(desk: Desk) -> None:
    token = await desk.mira()
    desk.now += CONFIRMED_MS
    desk.sign_ins.confirmed(await desk.sign_ins.find(token))
    desk.now += 1
    with pytest.raises(SignInUnconfirmed):
        desk.sign_ins.confirmed(await desk.sign_ins.find(token))
    await desk.sign_ins.confirm(await desk.sign_ins.find(token), PASSWORD, HERE)
    desk.sign_ins.confirmed(await desk.sign_ins.find(token))


async def test_no_other_token_signs_in(desk: Desk) -> None:
    token = await desk.mira()
    for wrong in ("", token[:-1], token + "A", token.swapcase(), "\x00", "é"):
        with pytest.raises(SignInNeeded):
            await desk.sign_ins.find(wrong)
    rows = await desk.store.tables.read(sql("all", "select * from signed_in")())
    assert token.encode() not in repr(rows).encode()


async def test_a_set_up_code_expires(desk: Desk) -> None:
    code = await desk.people.new_code()
    desk.now += 24 * HOUR
    with pytest.raises(Exception, match="expired"):
        await desk.people.set_up(code, "Mira", "mira@shop.example", PASSWORD, HERE)
    await desk.mira()
    with pytest.raises(SetUpDone):
        await desk.people.new_code()


async def test_a_person_has_so_many_sign_ins_and_the_oldest_make_room(desk: Desk) -> None:
    await desk.mira()
    person = (await desk.people.all())[0]
    for _ in range(PER_PERSON + 3):
        desk.now += 1
        await desk.sign_ins.begin(person, HERE, "password")
    assert len(await desk.sign_ins.of(person.id)) == PER_PERSON


async def test_somebody_without_a_password_cannot_sign_in_with_any(desk: Desk) -> None:
    await desk.mira()
    await desk.people.invite("Ada", "ada@shop.example", "author", "mira@shop.example", HERE)
    for password in ("", " ", "a password that is nobody's"):
        with pytest.raises(SignInRefused):
            await desk.sign_ins.sign_in("ada@shop.example", password, HERE)
    with pytest.raises(PersonUnknown):
        await desk.people.of_email("nobody@shop.example")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaaaa",
        "123456789012",
        "qwertyuiop12",
        "password1234",
        "1qaz2wsx3edc",
        "Mira Oakenfell",
        "mira@shop.example",
        "branchline1234",
        "x" * 257,
    ],
)
async def test_what_is_guessed_quickly_is_no_password(password: str) -> None:
    with pytest.raises(PasswordWeak):
        await Passwords().hash(password, ("Mira Oakenfell", "mira@shop.example"))


@pytest.mark.parametrize(
    "password", [PASSWORD, "пять чайников поют", "四つの緑の薬缶が歌う池のほとり", "v" + "8rK-" * 60]
)
async def test_any_characters_make_a_password(password: str) -> None:
    passwords = Passwords()
    hashed = await passwords.hash(password)
    assert hashed.startswith("$argon2id$")
    assert await passwords.matches(password, hashed)
    assert not await passwords.matches(password + " ", hashed)
    assert not await passwords.matches(password, "")


def test_guessing_gets_slower_and_is_forgotten() -> None:
    now = [0.0]
    slow = SlowDown(clock=lambda: now[0])
    for _ in range(FREE):
        slow.check("mira")
        slow.failed("mira")
    waits = []
    for _ in range(12):
        with pytest.raises(TooManyTries) as refused:
            slow.check("mira")
        wait = refused.value.retry_after_s or 0
        waits.append(wait)
        slow.check("ada")
        now[0] += wait
        slow.check("mira")
        slow.failed("mira")
    assert waits == sorted(waits)
    assert waits[0] <= 2
    assert waits[-1] <= 301
    slow.succeeded("mira")
    slow.check("mira")


@given(st.text(max_size=40))
def test_an_address_is_kept_as_it_is_compared_or_refused(text: str) -> None:
    try:
        kept = checked_email(text)
    except EmailInvalid:
        return
    assert folded(kept) == kept


# the audit log

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20)
acts = st.builds(
    Act,
    at=st.integers(0, 2**50),
    who=texts,
    what=texts,
    of=texts,
    outcome=st.sampled_from(["done", "refused"]),
    address=texts,
    details=st.dictionaries(texts, texts | st.integers(-100, 100), max_size=3),
)
CHANGES: dict[str, Any] = {
    "at": lambda value: value + 1,
    "who": lambda value: value + "x",
    "what": lambda value: value + "x",
    "of": lambda value: value + "x",
    "outcome": lambda value: "refused" if value == "done" else "done",
    "address": lambda value: value + "x",
    "details": lambda value: value + " ",
    "hash": lambda value: bytes(32) if value != bytes(32) else bytes(31) + b"\x01",
}


def chain(written: list[Act]) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number, act in enumerate(written, 1):
        rows.append(entry(act, number, rows[-1].hash if rows else b""))
    return rows


def whole(rows: list[AuditRow]) -> bool:
    before = b""
    for number, row in enumerate(rows, 1):
        if row.number != number or row.hash != chained(row, before):
            return False
        before = row.hash
    return True


@given(st.lists(acts, min_size=1, max_size=6), st.data())
def test_no_entry_can_be_changed_moved_or_left_out(written: list[Act], data: st.DataObject) -> None:
    rows = chain(written)
    assert whole(rows)
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(sorted(CHANGES)))
    changed = msgspec.structs.replace(rows[at], **{field: CHANGES[field](getattr(rows[at], field))})
    assert not whole([*rows[:at], changed, *rows[at + 1 :]])
    if at < len(rows) - 1:
        assert not whole(rows[:at] + rows[at + 1 :])
        swapped = [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]]
        renumbered = [msgspec.structs.replace(row, number=number) for number, row in enumerate(swapped, 1)]
        assert not whole(renumbered)


async def test_the_verifier_names_the_entry_that_was_changed(desk: Desk) -> None:
    for number in range(5):
        await desk.audit.write(Act(NOW + number, "mira@shop.example", "bot.publish", f"order-desk version {number}"))
    found = await desk.audit.verify()
    assert (found.entries, found.wrong, len(found.hash)) == (5, None, 64)
    change = sql("change", "update audit set who = :who where number = :number returning number")
    await desk.store.tables.write(change(who="ada@shop.example", number=3))
    assert (await desk.audit.verify()).wrong == 3
    await desk.store.tables.write(change(who="mira@shop.example", number=3))
    assert (await desk.audit.verify()).wrong is None
    await desk.store.tables.write(sql("drop", "delete from audit where number = :number returning number")(number=2))
    assert (await desk.audit.verify()).wrong == 2


async def test_what_is_refused_leaves_no_entry_that_says_it_was_done(desk: Desk) -> None:
    await desk.mira()
    me = (await desk.people.all())[0]
    before = await table.last(desk.store.tables)
    for wrong in (
        desk.people.remove(me.id, "mira@shop.example", HERE),
        desk.people.change(me.id, None, "viewer", "mira@shop.example", HERE),
        desk.people.invite("Mira", "mira@shop.example", "viewer", "mira@shop.example", HERE),
    ):
        with pytest.raises(Exception, match=r"only admin|is there already"):
            await wrong
    assert await table.last(desk.store.tables) == before


async def test_entries_that_come_at_once_from_two_processes_make_one_chain(desk: Desk) -> None:
    other = Audit(desk.store)
    acts = [Act(NOW + number, "mira", "x", str(number)) for number in range(12)]
    await asyncio.gather(*((desk.audit if act.at % 2 else other).write(act) for act in acts))
    found = await desk.audit.verify()
    assert (found.entries, found.wrong) == (12, None)
    assert {row.of for row in await desk.audit.page(2**62, 100)} == {act.of for act in acts}


async def test_keys_that_were_there_before_scopes_keep_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "branchline.db"
    create(path, migrations()[:1])
    with closing(sqlite3.connect(path)) as old, old:
        row = ("k1", "old", hash_of("secret"), NOW)
        old.execute("insert into api_key (id, name, secret_hash, created_at) values (?, ?, ?, ?)", row)
    store = open_store(f"sqlite:///{path}")
    await store.open()
    keys = Keys(store, lambda: NOW)
    for scope in SCOPES:
        assert (await keys.check("blk_k1_secret", scope)).scopes == "*"
    await store.close()

"""The people who build bots and look after conversations, and the code that makes the first of them."""

from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Row, Tables

SQL = read_sql("branchline.store.tables", "people.sql")


class PersonRow(Struct, frozen=True):
    """A person as stored. `email` is in lower case; `password` is empty for those who sign in elsewhere alone."""

    id: str
    email: str
    name: str
    role: str
    password: str
    subject: str | None
    created_at: int
    password_at: int


def _one(rows: list[Row]) -> PersonRow | None:
    return PersonRow(*rows[0]) if rows else None


async def people(tables: Tables) -> list[PersonRow]:
    """Give everybody, by name."""
    return [PersonRow(*row) for row in await tables.read(SQL["people"]())]


async def person(tables: Tables, person_id: str) -> PersonRow | None:
    return _one(await tables.read(SQL["person"](id=person_id)))


async def person_of_email(tables: Tables, email: str) -> PersonRow | None:
    return _one(await tables.read(SQL["person_of_email"](email=email)))


async def person_of_subject(tables: Tables, subject: str) -> PersonRow | None:
    return _one(await tables.read(SQL["person_of_subject"](subject=subject)))


async def anybody(tables: Tables) -> bool:
    """Say whether there is any person yet."""
    return bool((await tables.read(SQL["any_person"]()))[0][0])


def adding(row: PersonRow) -> Statement:
    """Duplicate when the e-mail address or the subject is somebody's already."""
    return SQL["add_person"](
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        password=row.password,
        subject=row.subject,
        at=row.created_at,
    )


def changing(person_id: str, name: str, role: str) -> Statement:
    """Unmatched when there is no such person, or it would leave no admin."""
    return SQL["change_person"](id=person_id, name=name, role=role).or_nothing()


def setting_email(person_id: str, email: str) -> Statement:
    """Duplicate when the address is somebody else's."""
    return SQL["set_email"](id=person_id, email=email).or_nothing()


def setting_password(person_id: str, password: str, at: int) -> Statement:
    return SQL["set_password"](id=person_id, password=password, at=at).or_nothing()


def setting_subject(person_id: str, subject: str) -> Statement:
    return SQL["set_subject"](id=person_id, subject=subject).or_nothing()


def removing(person_id: str) -> Statement:
    """Unmatched when there is no such person, or it is the last admin."""
    return SQL["remove_person"](id=person_id).or_nothing()


async def set_up_code(tables: Tables, code_hash: bytes) -> int | None:
    """Give when a set-up code expires; None when there is no such code."""
    rows = await tables.read(SQL["code"](code_hash=code_hash))
    return rows[0][0] if rows else None


def setting_code(number: int, code_hash: bytes, expires_at: int) -> Statement:
    """Keep a set-up code; `number` is any that is not taken."""
    return SQL["set_code"](one=number, code_hash=code_hash, expires_at=expires_at)


def dropping_codes(before: int) -> Statement:
    """Drop the set-up codes that expire before a time."""
    return SQL["drop_codes"](before=before)


def using_code(code_hash: bytes, at: int) -> Statement:
    """Unmatched when the code is another one, has expired, or somebody is there already."""
    return SQL["use_code"](code_hash=code_hash, at=at).or_nothing()


def inviting(person_id: str, code_hash: bytes, expires_at: int) -> Statement:
    """Give a person a code to choose a password with; an earlier one works no more."""
    return SQL["invite"](person=person_id, code_hash=code_hash, expires_at=expires_at)


async def invited(tables: Tables, code_hash: bytes) -> tuple[str, int] | None:
    """Give who was invited with a code, and until when."""
    rows = await tables.read(SQL["invited"](code_hash=code_hash))
    return (rows[0][0], rows[0][1]) if rows else None


def using_invitation(code_hash: bytes, at: int) -> Statement:
    """Unmatched when there is no such invitation any more."""
    return SQL["use_invitation"](code_hash=code_hash, at=at).or_nothing()


def withdrawing(person_id: str) -> Statement:
    return SQL["withdraw"](person=person_id)

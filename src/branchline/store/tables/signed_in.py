"""Sign-ins: each belongs to one person in one browser, and is found by the hash of its token."""

from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Tables

SQL = read_sql("branchline.store.tables", "signed_in.sql")


class SignInRow(Struct, frozen=True):
    """A sign-in as stored. `confirmed_at`: when the person last proved who they are, for what is sensitive."""

    token_hash: bytes
    id: str
    person: str
    created_at: int
    used_at: int
    confirmed_at: int
    address: str
    browser: str


async def find(tables: Tables, token_hash: bytes) -> SignInRow | None:
    rows = await tables.read(SQL["find"](token_hash=token_hash))
    return SignInRow(*rows[0]) if rows else None


async def of_person(tables: Tables, person: str) -> list[SignInRow]:
    """Give a person's sign-ins, the one used last first."""
    return [SignInRow(*row) for row in await tables.read(SQL["of_person"](person=person))]


def adding(row: SignInRow) -> Statement:
    return SQL["add"](
        token_hash=row.token_hash,
        id=row.id,
        person=row.person,
        at=row.created_at,
        address=row.address,
        browser=row.browser,
    )


def using(token_hash: bytes, at: int) -> Statement:
    return SQL["use"](token_hash=token_hash, at=at)


def confirming(token_hash: bytes, at: int) -> Statement:
    return SQL["confirm"](token_hash=token_hash, at=at)


def ending(sign_in: str, person: str) -> Statement:
    """Unmatched when the person has no such sign-in."""
    return SQL["end"](id=sign_in, person=person).or_nothing()


def ending_all(person: str, but: str = "") -> Statement:
    """End all sign-ins of a person, except perhaps one."""
    return SQL["end_all"](person=person, but=but)


def ending_old(unused_since: int, made_before: int) -> Statement:
    return SQL["end_old"](unused_since=unused_since, made_before=made_before)

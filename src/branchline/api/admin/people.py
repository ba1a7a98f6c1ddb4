"""People, API keys and the audit log."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from branchline.api.admin.account import NO_NULL, Person, Text, person_of
from branchline.api.admin.route import Call, Desk, Route
from branchline.service.access.audit import Act, Outcome
from branchline.service.access.permissions import Role
from branchline.service.keys import SCOPES, KeyUnknown
from branchline.store.tables import Unmatched
from branchline.store.tables import keys as key_table
from branchline.store.tables.keys import KeyRow

AUDIT_PAGE = 100
_FIRST = 2**62


class PersonList(Struct, frozen=True):
    people: tuple[Person, ...]


class NewPerson(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to invite."""

    name: Text
    email: Text
    role: Role


class Invited(Struct, frozen=True):
    """A person with the code of their invitation, which is shown this once; `link` opens it."""

    person: Person
    code: str
    link: str


class PersonChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of a person; what is left out stays."""

    name: Text | None = None
    role: Role | None = None
    email: Text | None = None


class ApiKey(Struct, frozen=True):
    """An API key. `scopes` may hold `*`, which is every scope."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: int
    created_by: str
    revoked_at: int | None


class ApiKeyList(Struct, frozen=True):
    """API keys, and every scope there is with a sentence about it."""

    keys: tuple[ApiKey, ...]
    scopes: dict[str, str]


class NewApiKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to make."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NULL)]
    scopes: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]


class MadeApiKey(Struct, frozen=True):
    """A key with its text, which is shown this once."""

    key: ApiKey
    text: str


class AuditEntry(Struct, frozen=True):
    """Who did what, of what, and how it came out. `hash` binds it to all entries before."""

    number: int
    at: int
    who: str
    what: str
    of: str
    outcome: Outcome
    address: str
    details: dict[str, Any]
    hash: str


class AuditPage(Struct, frozen=True):
    """Entries, newest first; `before` asks for the next page, None where there is none."""

    entries: tuple[AuditEntry, ...]
    before: int | None


async def people(desk: Desk, _call: Call) -> PersonList:
    return PersonList(tuple(person_of(row) for row in await desk.people.all()))


async def invite(desk: Desk, call: Call) -> Invited:
    body: NewPerson = call.body
    row, code = await desk.people.invite(body.name, body.email, body.role, call.who.person.email, call.visit)
    return Invited(person_of(row), code, _link(desk, code))


async def invite_again(desk: Desk, call: Call) -> Invited:
    row, code = await desk.people.invite_again(call.args["id"], call.who.person.email, call.visit)
    return Invited(person_of(row), code, _link(desk, code))


async def change(desk: Desk, call: Call) -> Person:
    body: PersonChange = call.body
    by = call.who.person.email
    row = await desk.people.change(call.args["id"], body.name, body.role, by, call.visit, body.email)
    return person_of(row)


async def remove(desk: Desk, call: Call) -> None:
    await desk.people.remove(call.args["id"], call.who.person.email, call.visit)


async def api_keys(desk: Desk, _call: Call) -> ApiKeyList:
    return ApiKeyList(tuple(_key(row) for row in await desk.keys.all()), dict(SCOPES))


async def make_key(desk: Desk, call: Call) -> MadeApiKey:
    body: NewApiKey = call.body
    person = call.who.person
    made = desk.keys.make(body.name, body.scopes, person.name)
    details = {"name": body.name, "scopes": list(body.scopes)}
    act = Act(made.row.created_at, person.email, "api_key.create", made.row.id, "done", call.visit.address, details)
    await desk.audit.write(act, made.statement)
    return MadeApiKey(_key(made.row), made.text)


async def revoke_key(desk: Desk, call: Call) -> None:
    key = await desk.keys.named(call.args["id"])
    now = desk.clock()
    act = Act(now, call.who.person.email, "api_key.revoke", key.id, "done", call.visit.address, {"name": key.name})
    try:
        await desk.audit.write(act, key_table.revoking(key.id, now))
    except Unmatched:
        raise KeyUnknown(key=key.id) from None


async def audit(desk: Desk, call: Call) -> AuditPage:
    rows = await desk.audit.page(call.number("before", _FIRST), AUDIT_PAGE)
    entries = tuple(
        AuditEntry(
            row.number,
            row.at,
            row.who,
            row.what,
            row.of,
            "done" if row.outcome == "done" else "refused",
            row.address,
            msgspec.json.decode(row.details),
            row.hash.hex(),
        )
        for row in rows
    )
    more = len(rows) == AUDIT_PAGE and rows[-1].number > 1
    return AuditPage(entries, rows[-1].number if more else None)


def _key(row: KeyRow) -> ApiKey:
    return ApiKey(row.id, row.name, tuple(row.scopes.split()), row.created_at, row.created_by, row.revoked_at)


def _link(desk: Desk, code: str) -> str:
    # behind the # so that it is sent to no server and stands in no log
    return f"{desk.base()}/console/join#{code}"


ROUTES = (
    Route(
        method="GET",
        path="/people",
        permission="people.manage",
        summary="Everybody who can sign in.",
        does=people,
        gives=PersonList,
    ),
    Route(
        method="POST",
        path="/people",
        permission="people.manage",
        summary="Invite somebody; gives the link with which they choose a password.",
        does=invite,
        body=NewPerson,
        gives=Invited,
        status=201,
        confirmed=True,
    ),
    Route(
        method="PATCH",
        path="/people/{id}",
        permission="people.manage",
        summary="Change a person's name, role or e-mail address.",
        does=change,
        body=PersonChange,
        gives=Person,
        confirmed=True,
    ),
    Route(
        method="DELETE",
        path="/people/{id}",
        permission="people.manage",
        summary="Remove a person; their sign-ins end at once.",
        does=remove,
        confirmed=True,
    ),
    Route(
        method="POST",
        path="/people/{id}/invitation",
        permission="people.manage",
        summary="Give somebody a new link to choose a password with.",
        does=invite_again,
        gives=Invited,
        status=201,
        confirmed=True,
    ),
    Route(
        method="GET",
        path="/api-keys",
        permission="api_keys.manage",
        summary="All API keys, also those that were revoked.",
        does=api_keys,
        gives=ApiKeyList,
    ),
    Route(
        method="POST",
        path="/api-keys",
        permission="api_keys.manage",
        summary="Make an API key; its text is shown this once.",
        does=make_key,
        body=NewApiKey,
        gives=MadeApiKey,
        status=201,
        confirmed=True,
    ),
    Route(
        method="DELETE",
        path="/api-keys/{id}",
        permission="api_keys.manage",
        summary="Revoke an API key.",
        does=revoke_key,
        confirmed=True,
    ),
    Route(
        method="GET",
        path="/audit",
        permission="audit.read",
        summary="The audit log, newest first.",
        does=audit,
        gives=AuditPage,
        query={"before": "Only entries with lower numbers: `before` of the page before."},
    ),
)

"""The keys of the company's programs."""

from typing import Annotated

from msgspec import Meta, Struct

from branchline.api.admin.route import Call, Desk, Route
from branchline.api.admin.texts import NO_NULL
from branchline.service.access.audit import Act
from branchline.service.keys import SCOPES, KeyUnknown
from branchline.store.tables import Unmatched
from branchline.store.tables import keys as key_table
from branchline.store.tables.keys import KeyRow


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


def _key(row: KeyRow) -> ApiKey:
    return ApiKey(row.id, row.name, tuple(row.scopes.split()), row.created_at, row.created_by, row.revoked_at)


ROUTES = (
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
)

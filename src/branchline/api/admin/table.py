"""Every route of the admin API. Dispatch, the OpenAPI description and the tests are made of this one table."""

from typing import Final

from branchline.api.admin import (
    account,
    api_keys,
    audit,
    bot_files,
    bots,
    calls,
    deliveries,
    drafts,
    endpoints,
    erasure,
    exports,
    interactions,
    moves,
    oidc,
    overview,
    people,
    presence,
    targets,
    tries,
    versions,
)
from branchline.api.admin.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    *account.ROUTES,
    *oidc.ROUTES,
    *bots.ROUTES,
    *drafts.ROUTES,
    *presence.ROUTES,
    *versions.ROUTES,
    *bot_files.ROUTES,
    *interactions.ROUTES,
    *moves.ROUTES,
    *exports.ROUTES,
    *erasure.ROUTES,
    *calls.ROUTES,
    *deliveries.ROUTES,
    *targets.ROUTES,
    *endpoints.ROUTES,
    *overview.ROUTES,
    *people.ROUTES,
    *api_keys.ROUTES,
    *audit.ROUTES,
    *tries.ROUTES,
)

if len({route.name for route in ROUTES}) < len(ROUTES):
    raise ValueError("Two routes have the same method and path.")

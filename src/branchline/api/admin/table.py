"""Every route of the admin API. Dispatch, the OpenAPI description and the tests are made of this one table."""

from typing import Final

from branchline.api.admin import account, bots, deliveries, endpoints, interactions, oidc, overview, people, tries
from branchline.api.admin.route import Route

ROUTES: Final[tuple[Route, ...]] = (
    *account.ROUTES,
    *oidc.ROUTES,
    *bots.ROUTES,
    *interactions.ROUTES,
    *deliveries.ROUTES,
    *endpoints.ROUTES,
    *overview.ROUTES,
    *people.ROUTES,
    *tries.ROUTES,
)

if len({route.name for route in ROUTES}) < len(ROUTES):
    raise ValueError("Two routes have the same method and path.")

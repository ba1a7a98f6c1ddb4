"""The table of routes: nothing without a permission, and what is made of it is up to date."""

import re
from itertools import product

import pytest

from branchline.api.admin.openapi import openapi, openapi_text
from branchline.api.admin.route import Call, Desk, Route
from branchline.api.admin.table import ROUTES
from branchline.service.access.permissions import ANYBODY, PERMISSIONS, ROLES, allowed
from docs.reading import ROOT

OPEN = {
    "GET /state",
    "POST /set-up",
    "POST /join",
    "POST /sign-in",
    "POST /sign-out",
    "GET /oidc/start",
    "GET /oidc/back",
}
"""What anybody may call; a new one is put here on purpose."""


async def nothing(_desk: Desk, _call: Call) -> None:
    return None


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_route_declares_a_permission_of_the_table(route: Route) -> None:
    assert route.permission in PERMISSIONS or route.name in OPEN


def test_a_route_without_a_permission_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        Route(method="GET", path="/x", summary="X.", does=nothing)  # type: ignore[call-arg]
    for permission in ("", "bots", "everything"):
        with pytest.raises(ValueError, match="permission"):
            Route(method="GET", path="/x", permission=permission, summary="X.", does=nothing)


def test_only_these_routes_are_open() -> None:
    assert {route.name for route in ROUTES if route.permission == ANYBODY} <= OPEN


def test_what_changes_something_is_no_get() -> None:
    assert not [route.name for route in ROUTES if route.method == "GET" and route.body is not None]
    for route in ROUTES:
        if route.permission.endswith((".edit", ".manage", ".publish", ".erase")) and route.method == "GET":
            assert route.permission in {"people.manage", "api_keys.manage", "secrets.manage"}, route.name


@pytest.mark.parametrize("role", [*ROLES, "owner", ""])
def test_what_is_not_in_the_table_is_nobodys(role: str) -> None:
    for word in ("", "*", "bots", "bots.*", "BOTS.READ", ANYBODY):
        assert not allowed(role, word)
    if role not in ROLES:
        assert not any(allowed(role, permission) for permission in PERMISSIONS)


def test_an_admin_may_everything_and_a_viewer_changes_nothing() -> None:
    for permission, role in product(PERMISSIONS, ROLES):
        assert allowed("admin", permission)
        if role in {"viewer", "agent"} and allowed(role, permission):
            assert permission == "self" or permission.endswith(".read")


def test_the_description_is_what_the_table_says() -> None:
    kept = (ROOT / "web" / "protocol" / "openapi.json").read_text(encoding="utf-8")
    assert kept == openapi_text(), "Make it anew: .venv/bin/python -m tools.protocol"


def test_the_description_names_every_route_once() -> None:
    described = openapi()
    found = {f"{method.upper()} {path}" for path, item in described["paths"].items() for method in item}
    assert found == {route.name for route in ROUTES}
    ids = [operation["operationId"] for item in described["paths"].values() for operation in item.values()]
    assert len(set(ids)) == len(ids)
    references = set(re.findall(r'"#/components/schemas/(\w+)"', openapi_text()))
    assert references <= set(described["components"]["schemas"])

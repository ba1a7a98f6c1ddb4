"""Roles × routes, over a real socket: who may call what is what the table says, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from admin.console import Browser, console, joined
from branchline.api.admin.route import Route
from branchline.api.admin.table import ROUTES
from branchline.service.access.permissions import ANYBODY, ROLES, allowed

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Browser]]:
    folder: Path = tmp_path_factory.mktemp("matrix")
    with console(folder / "branchline.db") as (server, admin):
        people = {role: joined(admin, role) for role in ROLES if role != "admin"}
        yield {"": Browser(server.address), "admin": admin, **people}


@pytest.mark.parametrize("role", ["", *ROLES])
@pytest.mark.parametrize("route", [route for route in ROUTES if route.permission != ANYBODY], ids=lambda r: r.name)
def test_a_route_lets_in_whom_the_table_names(browsers: dict[str, Browser], role: str, route: Route) -> None:
    path = re.sub(r"\{\w+\}", "99", route.path)
    headers = {"If_Match": '"1"'} if route.if_match else {}
    answer = browsers[role].call(route.method, path, None if route.method == "GET" else {}, **headers)
    if not role:
        assert (answer.status, answer.code) == (401, "sign_in.needed")
    elif not allowed(role, route.permission):
        assert (answer.status, answer.code) == (403, "permission.missing")
    else:
        assert answer.status not in {401, 403, 500}, answer.content


def test_what_no_route_allows_is_refused(browsers: dict[str, Browser]) -> None:
    for method, path, status in (
        ("GET", "/people/99", 405),
        ("GET", "/", 404),
        ("GET", "/nothing", 404),
        ("GET", "/bots/../people", 404),
        ("GET", "/bots//draft", 404),
        ("POST", "/me/", 404),
        ("DELETE", "/bots", 405),
    ):
        assert browsers["admin"].call(method, path, {} if method != "GET" else None).status == status, path


def test_a_cookie_alone_is_not_enough_from_another_site(browsers: dict[str, Browser]) -> None:
    admin = browsers["admin"]
    foreign = (
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec_Fetch_Site": ""},
        {"Origin": "null", "Sec_Fetch_Site": ""},
        {"Origin": "", "Sec_Fetch_Site": ""},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    )
    for headers in foreign:
        answer = admin.call("POST", "/bots", {"name": "Foreign"}, **headers)
        assert (answer.status, answer.code) == (403, "origin.foreign"), headers
    assert admin.call("GET", "/bots", Sec_Fetch_Site="cross-site").code == "origin.foreign"
    form = admin.call("POST", "/bots", b"name=Foreign", Content_Type="text/plain")
    assert (form.status, form.code) == (415, "media_type.wrong")
    assert "foreign" not in [bot["bot"] for bot in admin.get("/bots")["bots"]]

"""Whatever a body, a path or a header holds: a refusal that says what is wrong, never an accident of ours."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from cryptography.fernet import Fernet

from admin.console import LASTING, Browser, console
from branchline.api.admin.route import Route
from branchline.api.admin.table import ROUTES
from running import Server
from store.samples import address

pytestmark = pytest.mark.story

BODIES: tuple[bytes, ...] = (
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b'{"unknown": 1}',
    b'{"name": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"revision": 1e400}',
    b"9" * 5_000,
)
TEXTS: tuple[Any, ...] = (
    "\x00",
    "a\x00b",
    "'; drop table person; --",
    "{{ secret.x }}",
    "\u202e\u2028",
    "x" * 5_000,
    "",
)
NUMBERS: tuple[Any, ...] = (-1, 0, 2**31, 2**63, 2**70, 1.5, None, True, "1")


@pytest.fixture(scope="module", params=LASTING)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Browser]]:
    """On every database that lasts. Beside PostgreSQL no key is made for secrets."""
    folder = tmp_path_factory.mktemp("hostile")
    key = {"BRANCHLINE_SECRET_KEY": Fernet.generate_key().decode()}
    with address(request.param) as url, console(folder / "branchline.db", key, url=url) as found:
        yield found


def hostile(route: Route) -> Iterator[bytes]:
    yield from BODIES
    if not (isinstance(route.body, type) and issubclass(route.body, msgspec.Struct)):
        return
    fields = [field.encode_name for field in msgspec.structs.fields(route.body)]
    usual: dict[str, Any] = {
        "code": "AAAAA",
        "name": "Name",
        "email": "hostile@shop.example",
        "password": "x",
        "current": "x",
        "new": "x",
        "role": "viewer",
        "scopes": ["*"],
        "bot": "",
        "document": {},
        "revision": 1,
        "note": "",
        "template": None,
        "source": None,
    }
    for field in fields:
        for value in (*TEXTS, *NUMBERS, [], {}, {"bot": "x\x00", "name": "\x00"}, [["a"]]):
            yield json.dumps({**{name: usual[name] for name in fields if name in usual}, field: value}).encode()


SAFE = [
    route for route in ROUTES if route.name not in {"POST /sign-out", "POST /sign-in", "POST /join", "POST /set-up"}
]


@pytest.mark.parametrize("route", SAFE, ids=lambda route: route.name)
def test_no_body_makes_an_incident(running: tuple[Server, Browser], route: Route) -> None:
    _, admin = running
    path = re.sub(r"\{\w+\}", "hostile", route.path)
    headers = {"If_Match": '"1"'} if route.if_match else {}
    for body in hostile(route) if route.body is not None else (b"{}", b"\xff"):
        answer = admin.call(route.method, path, None if route.method == "GET" else body, **headers)
        assert answer.status < 500, (body[:200], answer.content)


def test_no_path_makes_an_incident(running: tuple[Server, Browser]) -> None:
    _, admin = running
    for part in (
        "%00",
        "a%00",
        "%ff%fe",
        "%2e%2e",
        "..",
        "%",
        "%zz",
        "x" * 2_000,
        "%F0%9F%98%80",
        "'%20or%201=1",
        "9" * 30,
    ):
        for path in (
            f"/bots/{part}/draft",
            f"/bots/x/versions/{part}",
            f"/bots/{part}/files/{part}",
            f"/audit?before={part}",
        ):
            assert admin.call("GET", path).status < 500, path
        for path in (f"/people/{part}", f"/api-keys/{part}", f"/me/sign-ins/{part}", f"/bots/{part}/draft"):
            assert admin.call("DELETE", path).status < 500, path


def test_no_sign_in_makes_an_incident(running: tuple[Server, Browser]) -> None:
    server, _ = running
    for text in TEXTS:
        stranger = Browser(server.address)
        for path, body in (
            ("/sign-in", {"email": text, "password": text}),
            ("/join", {"code": text, "password": text}),
            ("/set-up", {"code": text, "name": text, "email": text, "password": text}),
        ):
            assert stranger.call("POST", path, body).status in {401, 409, 422, 429}, (path, text)
        stranger.cookie = "branchline=" + text.replace("\x00", "%00").encode("ascii", "ignore").decode()[:300]
        assert stranger.call("GET", "/me").status == 401
        stranger.cookie = ""
        agent = {"User_Agent": "\xe9<script>\xa0" + "y" * 3_000, "X_Forwarded_For": "1.2.3.4"}
        assert stranger.call("POST", "/sign-in", {"email": "a", "password": "b"}, **agent).status in {401, 429}


def test_a_huge_paste_is_refused_and_the_server_goes_on(running: tuple[Server, Browser]) -> None:
    _, admin = running
    huge = b'{"source": "' + b"x" * 20_000_000 + b'"}'
    answer = admin.call("POST", "/bots", huge)
    assert answer.status == 413, answer.content[:200]
    assert admin.get("/bots")["bots"] is not None

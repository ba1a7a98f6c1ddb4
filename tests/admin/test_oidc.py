"""Signing in through the company's provider, which is a real one in another process."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from admin.console import API, Browser, set_up
from running import ROOT, Server, first_line, free_port, serving

pytestmark = pytest.mark.story
CLIENT, SECRET = "branchline", "s3cret:/+ü"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: the test does."""


def led(url: str, cookie: str = "", site: str = "same-origin") -> tuple[str, list[str]]:
    """Go to a page; gives where it leads, and the cookies that it sets."""
    request = Request(url, headers={"Cookie": cookie, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"})
    try:
        build_opener(_Stay).open(request)
    except Exception as answer:
        headers = answer.headers  # type: ignore[attr-defined]
        return headers["Location"] or "", headers.get_all("set-cookie") or []
    return "", []


class Trip:
    """A browser on its way to the provider and back."""

    def __init__(self, server: Server, query: str = "?next=/console/bots", cookie: str = "") -> None:
        self.server = server
        self.cookie = cookie
        self.provider, cookies = led(f"{server.address}{API}/oidc/start{query}", cookie)
        self.trip = cookies[0].partition(";")[0]
        assert "HttpOnly" in cookies[0]

    def back(self, who: str, fault: str = "", trip: str | None = None, more: str = "") -> tuple[str, Browser]:
        """Sign in there as somebody, come back; gives where it leads, and the browser."""
        home, _ = led(f"{self.provider}&as={who}&fault={fault}{more}")
        kept = "; ".join(filter(None, (self.cookie, self.trip if trip is None else trip)))
        place, cookies = led(home, kept, "cross-site")
        browser = Browser(self.server.address)
        for cookie in cookies:
            if cookie.startswith("branchline="):
                browser.cookie = cookie.partition(";")[0]
        return place, browser


def problem(place: str) -> str:
    return parse_qs(urlsplit(place).query).get("problem", [""])[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Browser]]:
    folder: Path = tmp_path_factory.mktemp("oidc")
    port = free_port()
    back = f"http://127.0.0.1:{port}{API}/oidc/back"
    with subprocess.Popen(
        [sys.executable, ROOT / "tests/admin/provider.py", CLIENT, SECRET, back], stdout=subprocess.PIPE, text=True
    ) as provider:
        try:
            address = first_line(provider)
            settings = {
                "BRANCHLINE_OIDC_ISSUER": address,
                "BRANCHLINE_OIDC_CLIENT_ID": CLIENT,
                "BRANCHLINE_OIDC_CLIENT_SECRET": SECRET,
                "BRANCHLINE_OIDC_NAME": "Shop login",
                "BRANCHLINE_OIDC_ROLES": "chat-admins=admin, chat-team=author",
                "BRANCHLINE_OPEN_HOSTS": address.removeprefix("http://"),
                "BRANCHLINE_ALLOW_HTTP": "true",
            }
            with serving(folder / "branchline.db", settings, port) as server:
                yield server, set_up(server)
        finally:
            provider.kill()


def test_somebody_new_gets_the_role_that_the_provider_gives(running: tuple[Server, Browser]) -> None:
    server, admin = running
    assert Browser(server.address).get("/state")["sign_in"] == {"password": True, "oidc": "Shop login"}
    place, ada = Trip(server).back("ada")
    assert place == "/console/bots"
    me = ada.get("/me")
    assert (me["person"]["email"], me["person"]["role"], me["person"]["by"]) == ("ada@shop.example", "author", ["oidc"])
    _, again = Trip(server).back("ada")
    assert again.get("/me")["person"]["id"] == me["person"]["id"]
    _, root = Trip(server).back("root")
    assert root.get("/me")["person"]["role"] == "admin"
    assert [person["name"] for person in admin.get("/people")["people"]] == ["Ada Lovegrove", "Mira Oakenfell", "Rooth"]
    admin.call("PATCH", f"/people/{me['person']['id']}", {"role": "viewer"})
    _, promoted = Trip(server).back("ada")
    assert promoted.get("/me")["person"]["role"] == "author"


def test_a_verified_address_leads_to_who_is_there_already_and_an_unverified_one_does_not(
    running: tuple[Server, Browser],
) -> None:
    server, admin = running
    place, _ = Trip(server).back("fake")
    assert problem(place) == "oidc.no_role"
    place, mira = Trip(server).back("mira")
    assert mira.get("/me")["person"]["by"] == ["password", "oidc"]
    assert mira.get("/me")["person"]["id"] == admin.get("/me")["person"]["id"]


def test_whom_no_value_gives_a_role_stays_outside(running: tuple[Server, Browser]) -> None:
    server, _ = running
    place, nobody = Trip(server).back("nobody")
    assert problem(place) == "oidc.no_role"
    assert nobody.cookie == ""


@pytest.mark.parametrize(
    "fault",
    ["issuer", "audience", "audiences", "expired", "nonce", "none", "shared", "foreign", "garbage", "denied"],
)
def test_a_token_that_does_not_hold_signs_nobody_in(running: tuple[Server, Browser], fault: str) -> None:
    server, _ = running
    place, browser = Trip(server).back("root", fault)
    assert problem(place) == "oidc.refused", place
    assert browser.cookie == ""


def test_a_provider_that_fails_is_told_from_one_that_refuses(running: tuple[Server, Browser]) -> None:
    server, _ = running
    place, browser = Trip(server).back("root", "broken")
    assert (problem(place), browser.cookie) == ("oidc.unreachable", "")


def test_new_keys_of_the_provider_are_found(running: tuple[Server, Browser]) -> None:
    server, _ = running
    place, browser = Trip(server).back("ada", "rotated")
    assert place == "/console/bots"
    assert browser.get("/me")["person"]["email"] == "ada@shop.example"


def test_only_the_browser_that_left_can_come_back_and_once(running: tuple[Server, Browser]) -> None:
    server, _ = running
    stolen = Trip(server)
    for kept in ("", Trip(server).trip, "branchline-oidc=~~~~", "branchline-oidc=x"):
        place, browser = stolen.back("root", trip=kept)
        assert (problem(place), browser.cookie) == ("oidc.refused", "")
    trip = Trip(server)
    home, _ = led(f"{trip.provider}&as=ada")
    assert led(home, trip.trip, "cross-site")[0] == "/console/bots"
    assert problem(led(home, trip.trip, "cross-site")[0]) == "oidc.refused"


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/console//evil.example", "/api/", "/console/\r\nx: y", ""]
)
def test_the_way_back_leads_to_our_pages_alone(running: tuple[Server, Browser], place: str) -> None:
    server, _ = running
    home, _ = Trip(server, f"?next={quote(place, safe='')}").back("ada")
    assert home == "/console/"


def test_a_fresh_proof_is_one_that_the_provider_took_just_now(running: tuple[Server, Browser]) -> None:
    server, _ = running
    trip = Trip(server, "?again=1")
    assert "prompt=login" in trip.provider
    assert problem(trip.back("root", "stale")[0]) == "oidc.refused"
    place, browser = Trip(server, "?again=1").back("root")
    assert place == "/console/"
    assert browser.call("POST", "/api-keys", {"name": "crm", "scopes": ["*"]}).status == 201


def test_without_a_provider_there_is_no_way_to_it(tmp_path: Path) -> None:
    with serving(tmp_path / "branchline.db") as server:
        assert problem(led(f"{server.address}{API}/oidc/start")[0]) == "oidc.off"

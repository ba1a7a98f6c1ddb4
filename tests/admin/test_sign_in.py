"""Set-up, sign-in and accounts, told by the browser of a person."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from admin.console import PASSWORD, Browser, code_of, console, joined
from branchline.api.admin.cookie import Cookies
from running import Server, command, serving

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Browser]]:
    with console(tmp_path_factory.mktemp("sign-in") / "branchline.db") as found:
        yield found


def test_the_first_admin_needs_the_code_and_there_is_one(tmp_path: Path) -> None:
    database = tmp_path / "branchline.db"
    with serving(database) as server:
        code, stranger = code_of(server), Browser(server.address)
        assert stranger.get("/state")["set_up"] is False
        body = {"name": "Mira", "email": "mira@shop.example", "password": PASSWORD}
        assert stranger.call("POST", "/set-up", {**body, "code": "AAAAA-AAAAA-AAAAA-AAAAA"}).code == "code.invalid"
        assert stranger.call("POST", "/set-up", {**body, "code": code, "password": "short"}).code == "password.weak"
        assert stranger.call("POST", "/set-up", {**body, "code": code, "email": "nobody"}).code == "email.invalid"
        typed = code.lower().replace("-", " ")
        assert stranger.post("/set-up", {**body, "code": typed})["person"]["role"] == "admin"
        state = stranger.get("/state")
        assert (state["set_up"], state["me"]["person"]["email"]) == (True, "mira@shop.example")
        assert Browser(server.address).call("POST", "/set-up", {**body, "code": code}).code == "set_up.done"
        refused = command("set-up-code", "--database", f"sqlite:///{database}")
        assert refused.returncode == 1
        assert "set up already" in refused.stderr
    with serving(database) as server:
        assert Browser(server.address).get("/state")["set_up"] is True


def test_a_new_code_replaces_the_one_before(tmp_path: Path) -> None:
    database = tmp_path / "branchline.db"
    with serving(database) as server:
        old = code_of(server)
        new = command("set-up-code", "--database", f"sqlite:///{database}").stdout.strip()
        body = {"name": "Mira", "email": "mira@shop.example", "password": PASSWORD}
        assert Browser(server.address).call("POST", "/set-up", {**body, "code": old}).code == "code.invalid"
        Browser(server.address).post("/set-up", {**body, "code": new})


def test_guessing_the_code_is_slowed_down(tmp_path: Path) -> None:
    with serving(tmp_path / "branchline.db") as server:
        stranger = Browser(server.address)
        body = {"code": "AAAAA", "name": "Mira", "email": "mira@shop.example", "password": PASSWORD}
        answers = [stranger.call("POST", "/set-up", body) for _ in range(7)]
        assert answers[-1].code == "tries.exceeded"
        assert int(answers[-1].headers["retry-after"]) >= 1


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(running: tuple[Server, Browser]) -> None:
    server, _ = running
    answer = Browser(server.address).call("POST", "/sign-in", {"email": "mira@shop.example", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Path=/", "HttpOnly", "SameSite=Lax"}
    token = cookie.partition("=")[2].partition(";")[0]
    assert len(token) >= 43
    assert token.encode() not in answer.content


def test_behind_tls_the_cookie_belongs_to_this_host_alone() -> None:
    cookies = Cookies(lambda: "https://chat.shop.example")
    name, value = cookies.written("token")
    assert (name, value) == (b"set-cookie", b"__Host-branchline=token; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert b"Max-Age=0" in cookies.written("")[1]
    assert cookies.read({"headers": [(b"cookie", b"branchline=planted; __Host-branchline=token")]}) == "token"
    assert cookies.read({"headers": [(b"cookie", b"branchline=planted")]}) == ""


def test_whoever_it_is_a_wrong_password_hears_the_same(running: tuple[Server, Browser]) -> None:
    server, _ = running
    known, unknown = (
        Browser(server.address).call("POST", "/sign-in", {"email": email, "password": "not the password"})
        for email in ("mira@shop.example", "nobody@shop.example")
    )
    assert (known.status, known.code) == (401, "sign_in.refused")
    assert known.content == unknown.content


def test_an_account_that_is_guessed_at_waits_and_the_others_do_not(running: tuple[Server, Browser]) -> None:
    server, admin = running
    author = joined(admin, "author", "guessed@shop.example")
    guess = {"email": "guessed@shop.example", "password": "not the password"}
    answers = [Browser(server.address).call("POST", "/sign-in", guess) for _ in range(6)]
    assert [answer.status for answer in answers] == [401] * 5 + [429]
    assert author.call("GET", "/me").status == 200


def test_signing_out_ends_the_sign_in_for_good(running: tuple[Server, Browser]) -> None:
    _, admin = running
    author = joined(admin, "author", "out@shop.example")
    kept = author.cookie
    author.post("/sign-out")
    assert author.cookie == ""
    author.cookie = kept
    assert author.call("GET", "/me").code == "sign_in.needed"


def test_signing_in_again_gives_a_new_token_and_ends_the_old_one(running: tuple[Server, Browser]) -> None:
    _, admin = running
    author = joined(admin, "author", "again@shop.example")
    old = author.cookie
    author.sign_in("Again@Shop.Example ")
    assert author.cookie not in {"", old}
    new, author.cookie = author.cookie, old
    assert author.call("GET", "/me").status == 401
    author.cookie = new
    assert len(author.get("/me/sign-ins")["sign_ins"]) == 1


def test_a_new_password_ends_all_other_sign_ins(running: tuple[Server, Browser]) -> None:
    server, admin = running
    author = joined(admin, "author", "new@shop.example")
    other = Browser(server.address).sign_in("new@shop.example")
    assert [one["this"] for one in author.get("/me/sign-ins")["sign_ins"]].count(True) == 1
    wrong = author.call("POST", "/me/password", {"current": "not it", "new": "five green kettles sang"})
    assert (wrong.status, wrong.code, wrong.body["errors"][0]["source"]) == (
        422,
        "password.wrong",
        {"pointer": "/current"},
    )
    before = author.cookie
    author.post("/me/password", {"current": PASSWORD, "new": "five green kettles sang"})
    assert author.cookie != before
    assert author.get("/me")["person"]["email"] == "new@shop.example"
    assert other.call("GET", "/me").status == 401
    Browser(server.address).sign_in("new@shop.example", "five green kettles sang")


def test_one_sign_in_can_end_another_of_the_same_person_only(running: tuple[Server, Browser]) -> None:
    server, admin = running
    author = joined(admin, "author", "two@shop.example")
    other = Browser(server.address).sign_in("two@shop.example")
    theirs = next(one["id"] for one in author.get("/me/sign-ins")["sign_ins"] if not one["this"])
    assert admin.call("DELETE", f"/me/sign-ins/{theirs}").code == "sign_in.unknown"
    author.delete(f"/me/sign-ins/{theirs}")
    assert other.call("GET", "/me").status == 401
    assert author.call("GET", "/me").status == 200


def test_a_role_counts_from_the_next_call_on_and_who_is_removed_is_out(running: tuple[Server, Browser]) -> None:
    _, admin = running
    author = joined(admin, "author", "role@shop.example")
    person = author.get("/me")["person"]["id"]
    assert author.call("POST", "/bots", {"name": "Mine"}).status == 201
    admin.call("PATCH", f"/people/{person}", {"role": "viewer"})
    assert author.call("POST", "/bots", {"name": "Mine"}).code == "permission.missing"
    admin.delete(f"/people/{person}")
    assert author.call("GET", "/me").status == 401
    assert admin.call("DELETE", f"/people/{person}").code == "person.unknown"


def test_a_new_address_is_signed_in_with(running: tuple[Server, Browser]) -> None:
    server, admin = running
    author = joined(admin, "author", "before@shop.example")
    person = author.get("/me")["person"]["id"]
    taken = admin.call("PATCH", f"/people/{person}", {"email": "Mira@shop.example"})
    assert (taken.status, taken.code) == (409, "email.taken")
    assert admin.call("PATCH", f"/people/{person}", {"email": "not one"}).code == "email.invalid"
    assert admin.call("PATCH", f"/people/{person}", {"email": "After@shop.example"}).status == 200
    assert author.get("/me")["person"]["email"] == "after@shop.example"
    Browser(server.address).sign_in("after@shop.example")
    changed = next(one for one in admin.get("/audit")["entries"] if one["what"] == "person.change")
    assert changed["details"] == {"email": ["before@shop.example", "after@shop.example"]}


def test_the_last_admin_stays(running: tuple[Server, Browser]) -> None:
    _, admin = running
    me = admin.get("/me")["person"]["id"]
    assert admin.call("PATCH", f"/people/{me}", {"role": "author"}).code == "person.last_admin"
    assert admin.call("DELETE", f"/people/{me}").code == "person.last_admin"
    assert admin.call("PATCH", "/me", {"name": "Mira O."}).status == 200
    assert admin.get("/me")["person"]["name"] == "Mira O."


def test_an_invitation_works_once(running: tuple[Server, Browser]) -> None:
    server, admin = running
    invited = admin.post("/people", {"name": "Ada", "email": "ada@shop.example", "role": "author"})
    assert invited["link"].endswith("/console/join#" + invited["code"])
    assert admin.call("POST", "/people", {"name": "A", "email": "ADA@shop.example", "role": "viewer"}).status == 409
    again = admin.post(f"/people/{invited['person']['id']}/invitation")
    first = Browser(server.address).call("POST", "/join", {"code": invited["code"], "password": PASSWORD})
    assert first.code == "code.invalid"
    ada = Browser(server.address)
    assert ada.call("POST", "/join", {"code": again["code"], "password": "password1234"}).code == "password.weak"
    assert ada.post("/join", {"code": again["code"], "password": PASSWORD})["person"]["name"] == "Ada"
    second = Browser(server.address).call("POST", "/join", {"code": again["code"], "password": PASSWORD})
    assert second.code == "code.invalid"


def test_the_command_line_lets_people_in_again(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'branchline.db'}"
    added = command("person", "add", "mira@shop.example", "--database", database, stdin=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    reset = command(
        "person", "reset-password", "mira@shop.example", "--database", database, stdin="nine slow river stones\n"
    )
    assert reset.returncode == 0, reset.stderr
    with serving(tmp_path / "branchline.db") as server:
        wrong = Browser(server.address).call("POST", "/sign-in", {"email": "mira@shop.example", "password": PASSWORD})
        assert wrong.status == 401
        Browser(server.address).sign_in("mira@shop.example", "nine slow river stones")
    assert "mira@shop.example  admin" in command("person", "list", "--database", database).stdout
    verified = command("audit", "verify", "--database", database)
    assert verified.returncode == 0, verified.stderr
    assert "4 entries, unbroken" in verified.stdout


def test_no_secret_stands_in_the_log(tmp_path: Path) -> None:
    database = tmp_path / "branchline.db"
    with console(database, {"BRANCHLINE_LOG_LEVEL": "debug"}) as (_, admin):
        token = admin.cookie.partition("=")[2]
        admin.call("POST", "/sign-in", {"email": "mira@shop.example", "password": "not the password, really"})
        key = admin.post("/api-keys", {"name": "crm", "scopes": ["data:write"]})["text"]
        invited = admin.post("/people", {"name": "Ada", "email": "ada@shop.example", "role": "author"})
    log = database.with_suffix(".log").read_text()
    for secret in (PASSWORD, token, "not the password, really", key, invited["code"]):
        assert secret not in log

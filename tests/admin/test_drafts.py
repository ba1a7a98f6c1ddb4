"""Drafts and versions, as the builder uses them."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from admin.console import LASTING, Browser, console, joined
from branchline.service.drafts import DOCUMENT_LIMIT
from docs.reading import ROOT
from running import Server, Visitor, command
from store.samples import address

pytestmark = pytest.mark.story

DESK = (ROOT / "examples/order-desk/order-desk.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=LASTING)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Browser]]:
    folder = tmp_path_factory.mktemp("drafts")
    with address(request.param) as url, console(folder / "branchline.db", url=url) as found:
        yield found


def document(bot: str, text: str = "Hello!") -> dict[str, Any]:
    node = {"actions": [{"do": "send_message", "text": text}], "exit": {"do": "end"}}
    return {"branchline": 1, "bot": bot, "name": bot, "start": "welcome", "nodes": {"welcome": node}}


def begun(admin: Browser, bot: str) -> dict[str, Any]:
    made: dict[str, Any] = admin.post("/bots", {"document": document(bot), "bot": bot})
    return made


def save(browser: Browser, bot: str, revision: int, body: dict[str, Any]) -> Any:
    return browser.call("PUT", f"/bots/{bot}/draft", {"document": body}, If_Match=f'"{revision}"')


def test_what_one_saves_the_other_never_overwrites(running: tuple[Server, Browser]) -> None:
    _, admin = running
    other = joined(admin, "author", "conflict@shop.example")
    begun(admin, "conflict")
    seen = [browser.get("/bots/conflict/draft")["revision"] for browser in (admin, other)]
    assert seen == [1, 1]
    assert save(other, "conflict", 1, document("conflict", "theirs")).body["revision"] == 2
    refused = save(admin, "conflict", 1, document("conflict", "mine"))
    assert (refused.status, refused.code) == (412, "draft.conflict")
    meta = refused.body["errors"][0]["meta"]
    assert (meta["revision"], meta["saved_by"]) == (2, "Author")
    assert meta["saved_at"] > 1_700_000_000_000
    kept = admin.get("/bots/conflict/draft")
    assert kept["document"] == document("conflict", "theirs")
    assert save(admin, "conflict", kept["revision"], document("conflict", "mine")).status == 200
    assert admin.call("PUT", "/bots/conflict/draft", {"document": document("conflict")}).status == 428
    for wrong in ("x", "", "-1", "1, 2", "*"):
        refused = admin.call("PUT", "/bots/conflict/draft", {"document": document("conflict")}, If_Match=f'"{wrong}"')
        assert refused.code == "parameter.invalid"


def test_a_save_whose_answer_was_lost_may_be_sent_again(running: tuple[Server, Browser]) -> None:
    _, admin = running
    other = joined(admin, "author", "again-sent@shop.example")
    begun(admin, "lost")
    first, again = (save(admin, "lost", 1, document("lost", "mine")) for _ in range(2))
    assert (first.status, first.body) == (200, again.body)
    assert first.body["revision"] == 2
    assert save(other, "lost", 1, document("lost", "mine")).code == "draft.conflict"
    assert save(admin, "lost", 1, document("lost", "another")).code == "draft.conflict"


def test_of_many_saves_at_once_one_wins(running: tuple[Server, Browser]) -> None:
    _, admin = running
    begun(admin, "race")
    answers: list[Any] = []

    def one(number: int) -> None:
        answers.append((number, save(admin, "race", 1, document("race", f"text {number}"))))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [number for number, answer in answers if answer.status == 200]
    assert sorted(answer.status for _, answer in answers) == [200] + [412] * 7
    assert admin.get("/bots/race/draft")["document"] == document("race", f"text {winners[0]}")


def test_a_draft_may_be_wrong_and_is_checked_as_the_command_line_does(
    running: tuple[Server, Browser], tmp_path: Path
) -> None:
    _, admin = running
    begun(admin, "wrong")
    wrong = document("wrong", "Hello {{ nam }}!")
    wrong["nodes"]["welcome"]["exit"] = {"do": "go_to", "node": "welcom"}
    saved = save(admin, "wrong", 1, wrong).body
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(wrong))
    told = json.loads(command("check", str(file), "--json").stdout)
    assert sorted((issue["code"], issue["message"]) for issue in saved["issues"]) == sorted(
        (issue["code"], issue["message"]) for issue in told["issues"]
    )
    found = next(issue for issue in saved["issues"] if issue["code"] == "node.unknown")
    assert found["pointer"] == "/nodes/welcome/exit/node"
    assert found["fix"]["edits"] == [{"op": "replace", "path": "/nodes/welcome/exit/node", "value": "welcome"}]
    listed = next(bot for bot in admin.get("/bots")["bots"] if bot["bot"] == "wrong")
    assert (listed["version"], listed["errors"] > 0, listed["draft"]["revision"]) == (None, True, 2)
    refused = admin.call("POST", "/bots/wrong/publish", {"revision": 2})
    assert (refused.status, refused.code) == (422, "draft.refused")
    assert "node.unknown" in [issue["code"] for issue in refused.body["errors"][0]["meta"]["issues"]]
    assert admin.get("/bots/wrong/versions") == {"versions": []}
    checked = admin.post("/check", {"document": wrong})
    assert checked["issues"] == saved["issues"]


def test_publishing_rolling_back_and_restoring(running: tuple[Server, Browser]) -> None:
    server, admin = running
    begun(admin, "shop")
    stale = admin.call("POST", "/bots/shop/publish", {"revision": 7})
    assert stale.code == "draft.conflict"
    assert admin.post("/bots/shop/publish", {"revision": 1, "note": "first"}) == {"version": 1}
    assert Visitor(server.address, "shop").said == ["Hello!"]
    assert save(admin, "shop", 1, document("shop", "Good day!")).status == 200
    assert admin.post("/bots/shop/publish", {"revision": 2, "note": "second"}) == {"version": 2}
    draft = admin.get("/bots/shop/draft")
    assert (draft["base_version"], draft["revision"]) == (2, 2)
    assert admin.post("/bots/shop/versions/1/publish", {"note": "back"}) == {"version": 3}
    assert Visitor(server.address, "shop").said == ["Hello!"]
    assert admin.get("/bots/shop/draft")["document"] == document("shop", "Good day!")
    versions = admin.get("/bots/shop/versions")["versions"]
    assert [(one["number"], one["note"], one["published_by"]) for one in versions] == [
        (3, "back", "Mira Oakenfell"),
        (2, "second", "Mira Oakenfell"),
        (1, "first", "Mira Oakenfell"),
    ]
    assert admin.get("/bots/shop/versions/2")["document"] == document("shop", "Good day!")
    assert admin.call("GET", "/bots/shop/versions/9").code == "version.unknown"
    assert admin.call("POST", "/bots/shop/versions/1/restore", {"revision": 1}).code == "draft.conflict"
    restored = admin.post("/bots/shop/versions/1/restore", {"revision": 2})
    assert (restored["document"], restored["revision"], restored["base_version"]) == (document("shop"), 3, 1)
    admin.delete("/bots/shop/draft")
    assert admin.call("DELETE", "/bots/shop/draft").code == "draft.unknown"
    begins = admin.get("/bots/shop/draft")
    assert (begins["revision"], begins["base_version"]) == (0, 3)
    assert save(admin, "shop", 0, document("shop", "Anew")).body["revision"] == 1
    assert save(admin, "shop", 0, document("shop", "Anew")).body["revision"] == 1
    assert save(admin, "shop", 0, document("shop", "Another")).code == "draft.conflict"


def test_running_interactions_are_counted_on_their_version(running: tuple[Server, Browser]) -> None:
    server, admin = running
    asks = document("counted")
    asks["nodes"]["welcome"]["exit"] = {"do": "wait_for_reply", "go_to": "welcome"}
    admin.post("/bots", {"document": asks, "bot": "counted"})
    admin.post("/bots/counted/publish", {"revision": 1})
    for _ in range(3):
        Visitor(server.address, "counted")
    admin.post("/bots/counted/versions/1/publish", {})
    running_on = [(one["number"], one["running"]) for one in admin.get("/bots/counted/versions")["versions"]]
    assert running_on == [(2, 0), (1, 3)]


def test_a_file_goes_in_and_comes_out_with_its_comments(running: tuple[Server, Browser]) -> None:
    _, admin = running
    made = admin.post("/bots", {"source": DESK})
    assert (made["bot"], made["revision"], made["comments_lost"]) == ("order-desk", 1, False)
    assert admin.call("GET", "/bots/order-desk/export").content.decode() == DESK
    new = made["document"]
    new["nodes"]["greet"]["actions"][0]["text"] = "Good day!"
    assert save(admin, "order-desk", 1, new).status == 200
    answer = admin.call("GET", "/bots/order-desk/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="order-desk.yaml"'
    text = answer.content.decode()
    assert text == DESK.replace("Hello! I can tell you where your order is.", "Good day!")
    copy = admin.post("/bots", {"source": text, "name": "Desk, copied"})
    assert copy["bot"] == "desk-copied"
    again = admin.call("POST", "/bots", {"source": text})
    assert (again.status, again.code) == (409, "bot.exists")


def test_a_file_that_does_not_parse_is_told_with_every_line(running: tuple[Server, Browser]) -> None:
    _, admin = running
    broken = DESK.replace("start: greet", "start: &here greet").replace("locale: en", "locale: *here")
    refused = admin.call("POST", "/bots", {"source": broken})
    assert (refused.status, refused.code) == (422, "file.refused")
    issues = refused.body["errors"][0]["meta"]["issues"]
    assert {issue["code"] for issue in issues} == {"yaml.anchor", "yaml.alias"}
    assert all(issue["line"] and issue["column"] for issue in issues)
    for source in ("", "[", "- a", "just words", "\x00", "a: b"):
        refused = admin.call("POST", "/bots", {"source": source})
        assert refused.status == 422, source


def test_what_is_too_large_or_no_document_is_refused(running: tuple[Server, Browser]) -> None:
    _, admin = running
    begun(admin, "large")
    large = document("large", "x" * (DOCUMENT_LIMIT + 10))
    refused = save(admin, "large", 1, large)
    assert refused.status in {413, 422}
    huge = b'{"document": {"a": "' + b"x" * 5_000_000 + b'"}}'
    assert admin.call("PUT", "/bots/large/draft", huge, If_Match='"1"').status == 413
    deep = b'{"document": ' + b'{"a": ' * 50_000 + b"1" + b"}" * 50_001
    assert admin.call("PUT", "/bots/large/draft", deep, If_Match='"1"').status in {400, 422}
    renamed = save(admin, "large", 1, document("renamed"))
    assert (renamed.status, renamed.code) == (422, "draft.invalid")
    assert admin.call("PUT", "/bots/large/draft", b'{"document": []}', If_Match='"1"').status == 422
    assert admin.get("/bots/large/draft")["document"] == document("large")
    for name in ("Ünïcode & more", "../../etc", "UPPER", "a" * 64, ""):
        answer = admin.call("POST", "/bots", {"bot": name, "document": document("x")} if name else {"name": "   "})
        assert answer.status in {201, 422}, name


def test_a_bot_published_by_the_command_line_can_be_drawn_further(
    running: tuple[Server, Browser], tmp_path: Path
) -> None:
    server, admin = running
    file = tmp_path / "outside.yaml"
    file.write_text(DESK.replace("bot: order-desk", "bot: outside"), encoding="utf-8")
    database = server.process.args[-1]  # type: ignore[index]
    assert command("publish", str(file), "--database", str(database)).returncode == 0
    draft = admin.get("/bots/outside/draft")
    assert (draft["revision"], draft["base_version"], draft["issues"]) == (0, 1, [])
    assert admin.call("GET", "/bots/outside/export").content.decode() == file.read_text(encoding="utf-8")


def test_what_was_done_to_bots_stands_in_the_log(running: tuple[Server, Browser]) -> None:
    _, admin = running
    begun(admin, "logged")
    admin.post("/bots/logged/publish", {"revision": 1, "note": "hello"})
    admin.delete("/bots/logged/draft")
    entries = [entry for entry in admin.get("/audit")["entries"] if entry["of"].startswith("logged")]
    assert [(entry["what"], entry["of"], entry["who"]) for entry in entries] == [
        ("draft.discard", "logged", "mira@shop.example"),
        ("bot.publish", "logged version 1", "mira@shop.example"),
        ("draft.create", "logged", "mira@shop.example"),
    ]
    assert entries[1]["details"] == {"note": "hello"}


def test_files_of_a_draft_are_published_with_it(running: tuple[Server, Browser]) -> None:
    server, admin = running
    sends = document("files")
    sends["nodes"]["welcome"]["actions"].append({"do": "send_file", "path": "images/map.png"})
    made = admin.post("/bots", {"document": sends, "bot": "files"})
    assert [issue["code"] for issue in made["issues"]] == ["file.missing"]
    put = admin.call("PUT", "/bots/files/files/images%2Fmap.png", b"\x89PNG map", Content_Type="image/png")
    assert (put.status, put.body["media_type"], put.body["size"]) == (200, "image/png", 8)
    assert admin.get("/bots/files/draft")["issues"] == []
    assert admin.call("GET", "/bots/files/files/images%2Fmap.png").content == b"\x89PNG map"
    assert admin.post("/bots/files/publish", {"revision": 1}) == {"version": 1}
    sent = next(entry for entry in Visitor(server.address, "files").transcript() if entry["kind"] == "file")
    assert (sent["name"], sent["media_type"]) == ("map.png", "image/png")
    admin.delete("/bots/files/files/images%2Fmap.png")
    assert [one["path"] for one in admin.get("/bots/files/files")["files"]] == ["images/map.png"]
    assert save(admin, "files", 1, document("files")).status == 200
    admin.post("/bots/files/publish", {"revision": 2})
    assert admin.get("/bots/files/files")["files"] == []
    restored = admin.post("/bots/files/versions/1/restore", {"revision": 2})
    assert restored["issues"] == []
    assert admin.post("/bots/files/publish", {"revision": 3}) == {"version": 3}
    for wrong in ("..%2Fmap.png", "%2Fetc%2Fpasswd", "a%2F%2Fb", "c:map", "a%5Cb", "%20"):
        assert admin.call("PUT", f"/bots/files/files/{wrong}", b"x").code in {"file.path", "route.unknown"}, wrong
    assert admin.call("PUT", "/bots/files/files/large", b"x" * (10 * 1024 * 1024 + 1)).status == 413
    assert admin.call("PUT", "/bots/nobody/files/a", b"x").code == "bot.unknown"

"""How the server gives browsers what they load."""

import gzip
import urllib.error
import urllib.request
from typing import Any

import pytest

from branchline.api.web import Web
from branchline.api.web.assets import FOLDER
from branchline.api.web.routes import ChatNotBuilt
from branchline.service.bots import Bots
from branchline.service.clock import system_clock
from branchline.service.seen import Seen
from branchline.store import open_store
from running import Server, http

HASHED = next(file.name for file in FOLDER.glob("widget-*.js")) if FOLDER.is_dir() else ""


def test_a_file_whose_name_holds_its_hash_is_kept_for_ever_and_the_loader_is_not(server: Server) -> None:
    assert http("GET", f"{server.address}/w/{HASHED}").headers["cache-control"] == "public, max-age=31536000, immutable"
    loader = http("GET", f"{server.address}/w/loader.js")
    assert loader.headers["cache-control"] == "public, max-age=300"
    assert loader.headers["access-control-allow-origin"] == "*"
    assert loader.headers["x-content-type-options"] == "nosniff"
    again = urllib.request.Request(f"{server.address}/w/loader.js", headers={"If-None-Match": loader.headers["etag"]})
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(again, timeout=10)
    assert unchanged.value.code == 304
    unchanged.value.close()


def test_it_is_sent_as_small_as_the_browser_takes_it(server: Server) -> None:
    plain = (FOLDER / "loader.js").read_bytes()
    sizes = {}
    for accepted in ("", "gzip", "gzip, br", "br;q=0, gzip"):
        asked = urllib.request.Request(f"{server.address}/w/loader.js", headers={"Accept-Encoding": accepted})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            body = answer.read()
            sizes[accepted] = (answer.headers["content-encoding"], len(body))
            if answer.headers["content-encoding"] == "gzip":
                assert gzip.decompress(body) == plain
    assert [encoding for encoding, _ in sizes.values()] == [None, "gzip", "br", "gzip"]
    assert sizes["gzip, br"][1] < sizes["gzip"][1] < sizes[""][1] == len(plain)


def test_a_server_without_the_built_chat_says_how_to_build_it() -> None:
    store = open_store("memory:")
    web = Web(Bots(store, system_clock), system_clock, aliases={}, seen=Seen(store), assets={})

    async def nothing(*_: Any) -> Any:
        raise AssertionError("nothing is read, nothing is sent")

    asked = web({"type": "http", "method": "GET", "path": "/chat/any", "headers": []}, nothing, nothing)
    with pytest.raises(ChatNotBuilt, match=r"tools/web\.py build"):
        asked.send(None)  # refused before it waits for anything; the browser's driver has a loop of its own here


def test_where_there_is_no_chat_a_person_sees_a_page_and_a_program_an_error_document(server: Server) -> None:
    program = http("GET", f"{server.address}/chat/nobody")
    assert (program.status, program.code) == (404, "bot.unknown")
    person = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "xx, de-CH;q=0.9"}
    for path, says in (("/chat/nobody", "&#x27;nobody&#x27;"), ("/chat/", "&#x27;&#x27;"), ("/nothing", "/nothing")):
        page = http("GET", server.address + path, headers=person)
        assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "<h1>Hier ist kein Chat</h1>" in page.content.decode()
        assert says in page.content.decode()
    assert http("POST", f"{server.address}/chat/order-desk", {}, person).code == "method.wrong"
    assert http("GET", f"{server.address}/chat/kinds/", headers=person).status == 200, "a slash at the end does no harm"
    assert len(http("GET", f"{server.address}/chat/{'x' * 5000}", headers=person).content) < 4_000
    arabic = http("GET", f"{server.address}/chat/<b>?locale=ar", headers=person).content.decode()
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "&lt;b&gt;" in arabic
    assert "<b>" not in arabic
    assert http("GET", f"{server.address}/api/chat/v1/bots/nobody", headers=person).code == "bot.unknown"

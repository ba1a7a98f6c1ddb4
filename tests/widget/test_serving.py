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


def test_the_page_of_an_unknown_bot_is_not_found(server: Server) -> None:
    assert http("GET", f"{server.address}/chat/nobody").status == 404

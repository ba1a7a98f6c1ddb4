"""The console's page and files: what a browser may do with them."""

import re
from collections.abc import Mapping
from typing import Any

from branchline.api.web.assets import read_assets
from branchline.api.web.console import Console


async def asked(
    console: Console, path: str, method: str = "GET", **headers: str
) -> tuple[int, Mapping[str, str], bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    await console(scope, None, send)  # type: ignore[arg-type]
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, sent[1].get("body", b"")


def made(tmp_path: Any, base: str = "http://127.0.0.1:8321") -> Console:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(
        '<meta name="csp-nonce" content="__NONCE__"><script src="/console/assets/a.js">'
    )
    (tmp_path / "assets" / "main-B7xK_a-2.js").write_text("run()")
    (tmp_path / "assets" / "main-B7xK_a-2.js.br").write_bytes(b"packed")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    return Console(lambda: base, read_assets(tmp_path, ours=True))


async def test_the_page_runs_our_scripts_alone_and_is_framed_by_nobody_else(tmp_path: Any) -> None:
    console = made(tmp_path)
    seen = set()
    for path in ("/console/", "/console/bots/order-desk", "/console/join"):
        status, headers, body = await asked(console, path)
        assert (status, headers["cache-control"]) == (200, "no-store")
        policy = {part.split()[0]: part.split()[1:] for part in headers["content-security-policy"].split("; ")}
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == ["'self'"]
        assert policy["frame-ancestors"] == ["'self'"]
        assert policy["base-uri"] == ["'none'"]
        nonce = policy["style-src"][1].removeprefix("'nonce-").rstrip("'")
        assert re.fullmatch(r"[\w-]{22}", nonce)
        assert f'content="{nonce}"'.encode() in body
        seen.add(nonce)
    assert len(seen) == 3
    assert "unsafe" not in headers["content-security-policy"]


async def test_files_with_a_hash_are_kept_and_the_others_asked_for_again(tmp_path: Any) -> None:
    console = made(tmp_path)
    status, headers, body = await asked(console, "/console/assets/main-B7xK_a-2.js", accept_encoding="gzip, br")
    assert (status, headers["content-encoding"], body) == (200, "br", b"packed")
    assert headers["cache-control"].endswith("immutable")
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    status, headers, _ = await asked(console, "/console/favicon.svg")
    assert headers["cache-control"] == "public, max-age=300"
    status, _, _ = await asked(console, "/console/favicon.svg", if_none_match=headers["etag"])
    assert status == 304


async def test_the_root_leads_to_the_console(tmp_path: Any) -> None:
    console = made(tmp_path, "https://chat.shop.example")
    for path in ("/", "/console"):
        status, headers, _ = await asked(console, path)
        assert (status, headers["location"]) == (307, "/console/")
    assert "strict-transport-security" in (await asked(console, "/console/"))[1]


async def test_without_a_build_the_page_says_how_to_make_one() -> None:
    status, _, body = await asked(Console(lambda: "http://127.0.0.1", {}), "/console/")
    assert status == 200
    assert b"tools/web.py build" in body

"""The files that `npm run build` made: read once, served from memory, compressed when they were built.

A name that holds a hash never changes its content; the others are asked for again after five minutes. The widget's files
(`static/w`) are for every site, the console's (`static/app`) for our own pages.
"""

import mimetypes
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from branchline.api.http import Headers, Scope, Send, header

FOLDER = Path(__file__).resolve().parents[2] / "static" / "w"
APP = FOLDER.with_name("app")
BUILT = FOLDER / "loader.js"
"""A file that is there when the browser's programs are built."""
HOW_TO_BUILD = "With Node 20.19 or newer, `python tools/web.py build` builds it; then start the server again."
_HASHED = re.compile(r"-[0-9a-f]{10}\.\w+$|^assets/.+-[\w-]{8,}\.\w+$")
_TYPES = {".js": "text/javascript; charset=utf-8", ".json": "application/json", ".css": "text/css; charset=utf-8"}


class Asset(Struct, frozen=True):
    """A file: its content by encoding (`""`, `"gzip"`, `"br"`), and the headers that every encoding has."""

    bodies: Mapping[str, bytes]
    headers: Headers
    etag: bytes


def read_assets(folder: Path = FOLDER, *, ours: bool = False) -> dict[str, Asset]:
    """Read a folder of built files by name, such as `assets/main.js`; nothing is there when it was not built.

    `ours`: other sites may not load them.
    """
    return {
        path.relative_to(folder).as_posix(): _asset(path, path.relative_to(folder).as_posix(), ours)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in {".gz", ".br"}
    }


def _asset(path: Path, name: str, ours: bool) -> Asset:
    bodies = {"": path.read_bytes()}
    for encoding, suffix in (("gzip", ".gz"), ("br", ".br")):
        packed = path.with_name(path.name + suffix)
        if packed.is_file():
            bodies[encoding] = packed.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kept = b"public, max-age=31536000, immutable" if _HASHED.search(name) else b"public, max-age=300"
    headers: Headers = [
        (b"content-type", kind.encode()),
        (b"cache-control", kept),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if ours:
        headers.append((b"cross-origin-resource-policy", b"same-origin"))
    else:
        headers += [(b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin")]
    return Asset(bodies, headers, sha256(bodies[""]).hexdigest()[:20].encode())


async def give(asset: Asset, scope: Scope, send: Send) -> None:
    """Answer a GET or HEAD with a file, in the smallest encoding that the browser takes, or that it has it already."""
    encoding = choose(asset, header(scope, b"accept-encoding"))
    etag = b'"' + asset.etag + (b"-" + encoding.encode() if encoding else b"") + b'"'
    headers: Headers = [*asset.headers, (b"etag", etag)]
    if etag in [tag.strip().removeprefix(b"W/") for tag in header(scope, b"if-none-match").split(b",")]:
        await _whole(send, 304, b"", headers)
        return
    body = asset.bodies[encoding]
    if encoding:
        headers.append((b"content-encoding", encoding.encode()))
    headers.append((b"content-length", str(len(body)).encode()))
    await _whole(send, 200, b"" if scope["method"] == "HEAD" else body, headers)


async def _whole(send: Send, status: int, body: bytes, headers: Headers) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def choose(asset: Asset, accepted: bytes) -> str:
    """Choose the encoding: the smallest that the browser takes (RFC 9110 §12.5.3; `q=0` means no)."""
    taken = set()
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, rest = part.strip().partition(";")
        if not re.fullmatch(r"\s*q=0(\.0*)?\s*", rest):
            taken.add(name.strip())
    return next((encoding for encoding in ("br", "gzip") if encoding in taken and encoding in asset.bodies), "")

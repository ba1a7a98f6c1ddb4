"""The files that `npm run build` made: read once, served from memory, compressed when they were built.

A name that holds a hash never changes its content; the others are asked for again after five minutes.
"""

import mimetypes
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from branchline.api.http import Headers

FOLDER = Path(__file__).resolve().parents[2] / "static" / "w"
_HASHED = re.compile(r"-[0-9a-f]{10}\.\w+$")
_TYPES = {".js": "text/javascript; charset=utf-8", ".json": "application/json", ".css": "text/css; charset=utf-8"}


class Asset(Struct, frozen=True):
    """A file: its content by encoding (`""`, `"gzip"`, `"br"`), and the headers that every encoding has."""

    bodies: Mapping[str, bytes]
    headers: Headers
    etag: bytes


def read_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """Read a folder of built files by name; nothing is there when the widget was not built."""
    if not folder.is_dir():
        return {}
    return {
        path.name: _asset(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix not in {".gz", ".br"}
    }


def _asset(path: Path) -> Asset:
    bodies = {"": path.read_bytes()}
    for encoding, suffix in (("gzip", ".gz"), ("br", ".br")):
        packed = path.with_name(path.name + suffix)
        if packed.is_file():
            bodies[encoding] = packed.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kept = b"public, max-age=31536000, immutable" if _HASHED.search(path.name) else b"public, max-age=300"
    headers: Headers = [
        (b"content-type", kind.encode()),
        (b"cache-control", kept),
        (b"vary", b"accept-encoding"),
        (b"access-control-allow-origin", b"*"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return Asset(bodies, headers, sha256(bodies[""]).hexdigest()[:20].encode())


def choose(asset: Asset, accepted: bytes) -> str:
    """Choose the encoding: the smallest that the browser takes (RFC 9110 §12.5.3; `q=0` means no)."""
    taken = set()
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, rest = part.strip().partition(";")
        if not re.fullmatch(r"\s*q=0(\.0*)?\s*", rest):
            taken.add(name.strip())
    return next((encoding for encoding in ("br", "gzip") if encoding in taken and encoding in asset.bodies), "")

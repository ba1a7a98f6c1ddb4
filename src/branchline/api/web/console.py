"""The console and the builder, `/console/`: one page and its files, for people who sign in.

The page itself holds nothing of anybody: all that it shows comes from the admin API. Its policy allows our own scripts
and styles alone; the style tags that the interface's library makes carry a nonce that is new with every answer.
"""

from collections.abc import Callable
from pathlib import PurePosixPath
from secrets import token_urlsafe

from branchline.api.http import Headers, MethodWrong, Receive, RouteUnknown, Scope, Send, answer
from branchline.api.web.assets import APP, Asset, give, read_assets

PREFIX = "/console/"
PAGE = "index.html"
NONCE = b"__NONCE__"
"""Stands in the built page where the nonce goes: `<meta name="csp-nonce" content="__NONCE__">`."""

_NOT_BUILT = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Branchline</title>
</head>
<body>
<main>
<h1>Branchline is running</h1>
<p>The builder and the console are not built in this copy. Building them needs Node 20:</p>
<pre>python tools/web.py build</pre>
<p>Then start the server again. A release has them built already. Bots, their chats and the command line work without.</p>
</main>
</body>
</html>
"""


class Console:
    """ASGI application for the console's page and files. `base`: the address by which people reach this server."""

    def __init__(self, base: Callable[[], str], assets: dict[str, Asset] | None = None) -> None:
        self._base = base
        self._assets = read_assets(APP, ours=True) if assets is None else assets

    @staticmethod
    def owns(scope: Scope) -> bool:
        path: str = scope["path"]
        return path in {"/", "/console"} or path.startswith(PREFIX)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if scope["method"] not in {"GET", "HEAD"}:
            raise MethodWrong(path=path, allowed="GET", method=scope["method"])
        if not path.startswith(PREFIX):
            await answer(send, 307, b"", more=[(b"location", PREFIX.encode())])
            return
        name = path[len(PREFIX) :]
        asset = self._assets.get(name)
        if asset is not None and name != PAGE:
            await give(asset, scope, send)
        elif "/" not in name and PurePosixPath(name).suffix and name != PAGE:  # files lie flat; ids have dots too
            raise RouteUnknown(path=path)
        else:
            await self._page(scope, send)

    async def _page(self, scope: Scope, send: Send) -> None:
        page = self._assets.get(PAGE)
        nonce = token_urlsafe(16)
        body = _NOT_BUILT if page is None else page.bodies[""].replace(NONCE, nonce.encode())
        headers = policy(nonce)
        if self._base().startswith("https://"):
            headers.append((b"strict-transport-security", b"max-age=31536000"))
        await answer(send, 200, b"" if scope["method"] == "HEAD" else body, b"text/html; charset=utf-8", headers)


def policy(nonce: str) -> Headers:
    """Give the page's headers: what it may load, who may frame it (only we), what it may use of the device (nothing)."""
    allowed = (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
    return [
        (b"content-security-policy", allowed.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ]

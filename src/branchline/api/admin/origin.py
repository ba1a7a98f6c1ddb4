"""Only our own pages may call with somebody's cookie: every request that changes something says where it comes from.

Browsers set `Sec-Fetch-Site` and `Origin` themselves, and no page can forge them. A program without a browser sends
`Origin` with this server's address.
"""

from urllib.parse import urlsplit

from branchline.api.http import Scope, header
from branchline.errors import CallerError

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class OriginForeign(CallerError):
    """This call comes from {origin}, not from the pages of this server ({own}). Open the console there."""

    code = "origin.foreign"
    status = 403


def check_origin(scope: Scope, base: str) -> None:
    """OriginForeign for a request that another site's page made, or that changes something and does not say from where."""
    site = header(scope, b"sec-fetch-site")
    origin = header(scope, b"origin").decode("latin-1")
    if scope["method"] in SAFE:
        if site == b"cross-site":
            raise OriginForeign(origin=origin[:100] or "another site", own=base)
    elif site:
        if site != b"same-origin":
            raise OriginForeign(origin=origin[:100] or "another site", own=base)
    elif origin not in {base, f"{urlsplit(base).scheme}://{header(scope, b'host').decode('latin-1')}"}:
        raise OriginForeign(origin=origin[:100] or "nowhere that it names", own=base)

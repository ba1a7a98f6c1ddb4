"""The cookie of a sign-in: for our own pages only, out of reach of their scripts."""

from collections.abc import Callable

from branchline.api.http import Scope

NAME = "branchline"
SECURE_NAME = "__Host-branchline"
"""With TLS: browsers then take the cookie from this very host alone (RFC 6265bis §4.1.3.2)."""


class Cookies:
    """Reads and writes the cookie. `base`: the address by which people reach this server; https makes it secure."""

    def __init__(self, base: Callable[[], str]) -> None:
        self._base = base

    @property
    def _secure(self) -> bool:
        return self._base().startswith("https://")

    def read(self, scope: Scope) -> str:
        """Give the token that the browser shows, or nothing."""
        name = SECURE_NAME if self._secure else NAME
        for key, value in scope["headers"]:
            if key == b"cookie":
                for part in value.decode("latin-1").split(";"):
                    found, _, token = part.strip().partition("=")
                    if found == name:
                        return str(token)[:200]
        return ""

    def written(self, token: str) -> tuple[bytes, bytes]:
        """Give the header that sets the token; an empty one takes it away."""
        name = SECURE_NAME if self._secure else NAME
        secure = "; Secure" if self._secure else ""
        gone = "" if token else "; Max-Age=0"
        return b"set-cookie", f"{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{gone}".encode("latin-1")

"""The cookie of a sign-in: for our own pages only, out of reach of their scripts."""

from collections.abc import Callable

from branchline.api.http import Scope

NAME = "branchline"
TRIP = "branchline-oidc"
TRIP_S = 600
"""Seconds for a way to the provider and back."""
HOST_ONLY = "__Host-"
"""Before the name with TLS: browsers then take the cookie from this very host alone (RFC 6265bis §4.1.3.2)."""


class Cookies:
    """Reads and writes the cookie. `base`: the address by which people reach this server; https makes it secure."""

    def __init__(self, base: Callable[[], str]) -> None:
        self._base = base

    @property
    def _secure(self) -> bool:
        return self._base().startswith("https://")

    def read(self, scope: Scope, cookie: str = NAME) -> str:
        """Give what the browser shows, or nothing."""
        name = HOST_ONLY + cookie if self._secure else cookie
        for key, value in scope["headers"]:
            if key == b"cookie":
                for part in value.decode("latin-1").split(";"):
                    found, _, token = part.strip().partition("=")
                    if found == name:
                        return str(token)[:1_000]
        return ""

    def written(self, token: str, cookie: str = NAME, seconds: int = 0) -> tuple[bytes, bytes]:
        """Give the header that sets the cookie, for so long if that is said; an empty one takes it away."""
        name = HOST_ONLY + cookie if self._secure else cookie
        secure = "; Secure" if self._secure else ""
        age = "; Max-Age=0" if not token else f"; Max-Age={seconds}" if seconds else ""
        return b"set-cookie", f"{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{age}".encode("latin-1")

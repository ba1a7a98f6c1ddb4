"""The URL of a call: checked when a bot is saved and again before every call, and built for custom requests. Pure.

The text of a URL proves nothing about where it leads (that is decided on the address about to be dialled); this is for
clear words early, and so that no two readers of one URL see two different hosts in it.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from urllib.parse import quote, urlsplit

import idna
from msgspec import Struct

from branchline.fulfillment.addresses import NOTHING_OPENED, Opened, refusal

URL_LIMIT = 2_000
"""Characters of an endpoint's URL as it is saved."""
BUILT_LIMIT = 8_000
"""Characters of a URL after a custom request's data was inserted: what common servers still take."""

Fill = Callable[[str, Callable[[str], str]], str]
"""Fill a template; every inserted value goes through the given encoding first, the template's own text does not."""

# RFC 3986 §2: unreserved, sub-delims, and what the part may hold besides; a percent sign only before two hex digits.
_TAIL = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]|]|%[0-9A-Fa-f]{2})*+")
_TAIL_SAFE = "-._~!$&'()*+,;=:@/?[]|%"
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\.?")
_DIALLED_SCHEMES = {"https": 443, "http": 80}


class Target(Struct, frozen=True):
    """A URL that was read: `host` in ASCII, lower case, IPv6 without brackets; `path` with the query, as it is sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def literal(self) -> bool:
        """Whether the host is an address, which needs no lookup."""
        return ":" in self.host or self.host[-1].isdigit()

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DIALLED_SCHEMES[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


class BadUrl(ValueError):
    """A URL that calls may not go to; the message is a sentence for the author."""


def problem(url: str, opened: Opened = NOTHING_OPENED) -> str | None:
    """Say what is wrong with an endpoint's URL as an author wrote it; None if it may be saved."""
    if len(url) > URL_LIMIT:
        return f"The URL has {len(url)} characters; at most {URL_LIMIT:,} are allowed. Shorten it."
    try:
        target(url, opened)
    except BadUrl as error:
        return str(error)
    return None


@lru_cache(maxsize=2048)
def target(url: str, opened: Opened = NOTHING_OPENED) -> Target:
    """Read a URL; BadUrl when no call may go there by its text alone."""
    _check_characters(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrl(f"The URL cannot be read: {error}.") from None
    scheme = parts.scheme
    if scheme not in _DIALLED_SCHEMES or not url[len(scheme) :].startswith("://"):
        raise BadUrl("The URL must start with https://.")
    if scheme == "http" and not opened.http:
        raise BadUrl(
            "The URL starts with http://, which sends everything readable. Use https://; only the operator can allow http."
        )
    if "@" in parts.netloc:
        raise BadUrl("The URL holds a user name or password before its host. Send them in a header, as a secret.")
    if port == 0:
        raise BadUrl("The URL's port is 0. Use 1 to 65535.")
    if parts.netloc.endswith(":"):
        raise BadUrl("The URL has a colon after its host but no port. Remove it, or write the port.")
    host = parts.hostname or ""
    if "[" in parts.netloc and ":" not in host:
        raise BadUrl(f"{host[:100]!r} is not an IPv6 address. Brackets hold nothing else.")
    tail = _tail(parts.path, parts.query, url)
    read = Target(scheme, _host(host), port or _DIALLED_SCHEMES[scheme], tail)
    # RFC 6761 §6.3: these names mean this machine, whether or not the system's resolver knows it.
    here = f".{read.host.rstrip('.')}".endswith(".localhost")
    if read.literal or here:
        why = refusal("127.0.0.1" if here else read.host, opened, host=read.host, port=read.port)
        if why is not None:
            raise BadUrl(why)
    return read


def _check_characters(url: str) -> None:
    if len(url) > BUILT_LIMIT:
        raise BadUrl(f"The URL has {len(url)} characters with its data; at most {BUILT_LIMIT:,} are allowed.")
    if "{{" in url or "}}" in url:
        raise BadUrl("The endpoint's URL holds {{ }}. Data goes into the path or query of a custom request only.")
    bad = next((character for character in url if character <= " " or character == "\x7f"), None)
    if bad is not None:
        raise BadUrl(f"The URL holds a space or control character (U+{ord(bad):04X}). Remove it, or write it as %20.")
    if "\\" in url:
        raise BadUrl("The URL holds a backslash, which programs read in different ways. Write / or %5C.")
    if "#" in url:
        raise BadUrl("The URL has a fragment (#…), which is never sent. Remove it.")


def _host(host: str) -> str:
    if not host:
        raise BadUrl("The URL has no host. Write https://host/path.")
    if "%" in host:
        raise BadUrl("The URL's host holds a percent sign. Write the host as plain text, without a zone.")
    if ":" in host:
        try:
            return str(IPv6Address(host))
        except ValueError:
            raise BadUrl(f"{host!r} is not an IPv6 address.") from None
    plain = host if host.isascii() else _ascii(host)
    if _NUMERIC.fullmatch(plain.rstrip(".").rpartition(".")[2]):
        try:
            return str(ip_address(plain))
        except ValueError:
            raise BadUrl(
                f"The URL's host {host!r} is an address in an unusual spelling. Write it as four decimal numbers."
            ) from None
    if len(plain) > 253 or not _HOST.fullmatch(plain):
        raise BadUrl(f"{host[:100]!r} is not a host name. Use letters, digits, hyphens and dots, at most 63 per part.")
    return plain


def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise BadUrl(f"{host[:100]!r} is not an international host name (IDNA 2008). Check its spelling.") from None


def _tail(path: str, query: str, url: str) -> str:
    tail = (path or "/") + ("?" + query if query or url.endswith("?") else "")
    if not tail.isascii():
        try:
            tail = quote(tail, safe=_TAIL_SAFE)
        except UnicodeEncodeError:
            raise BadUrl("The URL holds half of a surrogate pair, which cannot be sent. Remove it.") from None
    if not _TAIL.fullmatch(tail):
        raise BadUrl(
            "The URL's path or query holds a character that a URL cannot (such as \" < > ^ ` { }, or % without two hex"
            " digits). Write it percent-encoded."
        )
    return tail


def encoded(value: str) -> str:
    """Percent-encode a value for a path segment or a query: all but letters, digits and - . _ ~ (so also `/`)."""
    return quote(value, safe="", errors="replace")


def build_url(base: str, path: str, query: Mapping[str, str], fill: Fill) -> str:
    """Give the URL of a custom request: `path` and `query` joined to the endpoint's URL `base`, with data inserted.

    Both may hold `{{ name }}`; inserted values can end neither a segment nor the path. BadUrl when a value would make a
    segment `.` or `..`, which servers take as a way up, or when the result is too long.
    """
    start, mark, asked = base.partition("?")
    own, own_mark, own_asked = fill(path, encoded).partition("?")
    if own:
        start = f"{start.rstrip('/')}/{own.lstrip('/')}"
    way_up = next(
        (part for part in own.split("/") if part.replace("%2E", ".").replace("%2e", ".") in {".", ".."}), None
    )
    if way_up is not None:
        raise BadUrl(
            f"The path of the request would hold the segment {way_up!r}, which leads elsewhere. Check the data."
        )
    queries = [one for one in (asked if mark else "", own_asked if own_mark else "") if one]
    queries += [f"{encoded(name)}={encoded(fill(text, _as_it_is))}" for name, text in query.items()]
    built = start + ("?" + "&".join(queries) if queries else "")
    if len(built) > BUILT_LIMIT:
        raise BadUrl(f"The URL has {len(built):,} characters with its data; at most {BUILT_LIMIT:,} are allowed.")
    return built


def _as_it_is(value: str) -> str:
    return value

"""Addresses of databases, as they may be shown."""

import re
from urllib.parse import urlsplit

_PASSWORD_IN_QUERY = re.compile(r"((?:^|[?&])(?:ssl)?password=)[^&]*", re.IGNORECASE)


def shown(url: str) -> str:
    """Give a database address without the password in it, for people and logs."""
    head, separator, rest = url.partition("://")
    if not separator:
        return url
    place, slash, path = rest.partition("/")
    account, at, host = place.rpartition("@")
    if not at and "@" in path:  # a password with a slash in it: nothing of it is shown
        place, slash, path = "", "/", path.rpartition("@")[2].partition("/")[2]
        account, at, host = "***", "@", "***"
    user, colon, _ = account.partition(":")
    hidden = f"{user}:***" if colon else account
    return _PASSWORD_IN_QUERY.sub(r"\1***", f"{head}://{hidden}{at}{host}{slash}{path}")


def problem_of(url: str) -> str | None:
    """Say what is wrong with the address of a PostgreSQL database, if anything is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        return f"{problem}".replace(url, shown(url)) if "password" not in str(problem).lower() else "it is malformed"
    if port == 0:
        return "the port is 0"
    if len(parts.path) < 2:
        return "the name of the database is missing (postgresql://user:password@host/database)"
    return None

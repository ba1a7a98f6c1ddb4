"""What a bot says about itself to everybody, before anybody talks to it; and which sites may show it."""

from urllib.parse import urlsplit

from msgspec import Struct, structs

from branchline.bot.model import Bot, FormField, Widget
from branchline.errors import CallerError
from branchline.hours import is_open

_PORTS = {"http": 80, "https": 443}


class OriginRefused(CallerError):
    """The site {origin!r} may not show the bot {bot!r}. Add it to the bot's origins, or remove the tag from the site."""

    code = "origin.refused"
    status = 403


class About(Struct, frozen=True, omit_defaults=True):
    """The public description of a bot. `open` is None when it keeps no hours; `aliases` are its other names."""

    bot: str
    name: str
    locale: str
    open: bool | None = None
    accent: str = ""
    theme: str = "auto"
    position: str = "right"
    greeting: str = ""
    away: str = ""
    consent: str = ""
    privacy_url: str = ""
    fields: tuple[FormField, ...] = ()
    files: bool = True
    rating: bool = True
    aliases: tuple[str, ...] = ()


def about(bot: Bot, at: int, aliases: tuple[str, ...] = ()) -> About:
    """Describe a bot as it is at a moment (milliseconds since the Unix epoch, UTC)."""
    hours = None if bot.hours is None else is_open(bot.hours, at, bot.timezone)
    look = structs.asdict(bot.widget or Widget())
    # the list of a company's sites is nobody else's business
    del look["origins"]
    return About(bot.bot, bot.name or bot.bot, bot.locale, hours, aliases=aliases, **look)


def origins(bot: Bot) -> tuple[str, ...]:
    """Give the sites that may show the bot; every site when there are none."""
    return bot.widget.origins if bot.widget is not None else ()


def allowed(known: tuple[str, ...], origin: str) -> bool:
    """Say whether an origin is one of those known, such as `https://shop.example`, or `https://*.shop.example` for
    every subdomain (as in a content security policy: not the domain itself).
    """
    asked = _parts(origin)
    return asked is not None and any(_covers(parts, asked) for one in known if (parts := _parts(one)) is not None)


def _covers(known: tuple[str, str, int], asked: tuple[str, str, int]) -> bool:
    (scheme, host, port), (asked_scheme, asked_host, asked_port) = known, asked
    same = host == asked_host or (host.startswith("*.") and asked_host.endswith(host[1:]))
    return same and (scheme, port) == (asked_scheme, asked_port)


def _parts(origin: str) -> tuple[str, str, int] | None:
    """Take an origin apart: scheme, host, port; None for what is none, such as `null`."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.scheme not in _PORTS:
        return None
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]

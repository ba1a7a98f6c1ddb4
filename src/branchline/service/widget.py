"""What a bot says about itself to everybody, before anybody talks to it; and which sites may show it."""

from urllib.parse import urlsplit

from msgspec import Struct, structs

from branchline.bot.model import Bot, FormField, Widget
from branchline.errors import CallerError
from branchline.hours import is_open


class OriginRefused(CallerError):
    """The site {origin!r} may not show the bot {bot!r}. Add it to the bot's origins, or remove the tag from the site."""

    code = "origin.refused"
    status = 403


class About(Struct, frozen=True, omit_defaults=True):
    """The public description of a bot. `open` is None when it keeps no hours; no origins mean every site."""

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
    origins: tuple[str, ...] = ()


def about(bot: Bot, at: int) -> About:
    """Describe a bot as it is at a moment (milliseconds since the Unix epoch, UTC)."""
    hours = None if bot.hours is None else is_open(bot.hours, at, bot.timezone)
    look = bot.widget or Widget()
    return About(bot.bot, bot.name or bot.bot, bot.locale, hours, **structs.asdict(look))


def allowed(origins: tuple[str, ...], origin: str) -> bool:
    """Say whether a site may show the bot. `origins` are such as `https://shop.example`, or `https://*.shop.example`.

    A request without an origin is no page of another site (WHATWG Fetch §3.2): a program, or our own page.
    """
    if not origins or not origin:
        return True
    asked = urlsplit(origin)
    for one in origins:
        known = urlsplit(one)
        if (known.scheme, known.port) != (asked.scheme, asked.port) or not known.hostname or not asked.hostname:
            continue
        if known.hostname == asked.hostname:
            return True
        if known.hostname.startswith("*.") and asked.hostname.endswith(known.hostname[1:]):
            return True
    return False

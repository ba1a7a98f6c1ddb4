"""What a bot says about itself to everybody, before anybody talks to it; and which sites may show it."""

from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from branchline.bot.model import Bot
from branchline.errors import CallerError
from branchline.hours import is_open


class OriginRefused(CallerError):
    """The site {origin!r} may not show the bot {bot!r}. Add it to the bot's origins, or remove the tag from the site."""

    code = "origin.refused"
    status = 403


class FormField(Struct, frozen=True, omit_defaults=True):
    """A field of the form before the chat; what is written there becomes interaction data under `name`."""

    name: Annotated[str, Meta(min_length=1, max_length=191)]
    label: Annotated[str, Meta(min_length=1, max_length=191)]
    kind: Annotated[str, Meta(description="text, name, email, phone, number or date.")] = "text"
    required: bool = False


class About(Struct, frozen=True, omit_defaults=True):
    """The public description of a bot. `open` is None when it keeps no hours; no origins mean every site."""

    bot: str
    name: str
    locale: str
    open: bool | None = None
    accent: str = ""
    theme: str = ""
    consent: str = ""
    privacy_url: str = ""
    fields: tuple[FormField, ...] = ()
    origins: tuple[str, ...] = ()


def about(bot: Bot, at: int) -> About:
    """Describe a bot as it is at a moment (milliseconds since the Unix epoch, UTC)."""
    hours = None if bot.hours is None else is_open(bot.hours, at, bot.timezone)
    return About(bot.bot, bot.name or bot.bot, bot.locale, hours)


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

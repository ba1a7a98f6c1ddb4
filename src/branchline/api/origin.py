"""Which site a browser's request comes from: its `Origin` (WHATWG Fetch §3.2), which no page can forge."""

from urllib.parse import urlsplit

from branchline.api.http import Scope, header
from branchline.bot.model import Bot
from branchline.service.widget import OriginRefused, allowed, origins


def check_origin(scope: Scope, bot: Bot) -> None:
    """Refuse a page that the bot may not be shown on (OriginRefused). Our own pages may show every bot.

    A request without an origin is no page of another site: a program, or a page of ours that only reads.
    """
    origin = header(scope, b"origin").decode("latin-1")
    known = origins(bot)
    if not known or not origin or allowed(known, origin):
        return
    try:
        own = urlsplit(origin).netloc == header(scope, b"host").decode("latin-1")
    except ValueError:
        own = False
    if not own:
        raise OriginRefused(origin=origin[:300], bot=bot.bot)

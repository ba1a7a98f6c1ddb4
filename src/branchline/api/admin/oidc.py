"""To the company's provider and back."""

import re
from urllib.parse import quote, unquote, urlencode

import structlog

from branchline.api.admin.route import Call, Desk, Reply, Route
from branchline.errors import Refusal
from branchline.service.access.oidc import Trip
from branchline.service.access.permissions import ANYBODY

log = structlog.get_logger()

CONSOLE = "/console/"
_PLACE = re.compile(r"/console/[\w./?=&%~-]{0,300}", re.ASCII)


async def start(desk: Desk, call: Call) -> Reply:
    try:
        place, trip = await desk.oidc.start(_place(call.query.get("next", "")), call.query.get("again") == "1")
    except Refusal as refusal:
        return _told(refusal, CONSOLE)
    kept = "~".join((trip.state, trip.nonce, trip.verifier, "1" if trip.again else "", quote(trip.next, safe="")))
    return Reply(to=place, trip=kept)


async def back(desk: Desk, call: Call) -> Reply:
    trip = _trip(call.trip)
    try:
        token, _ = await desk.oidc.finish(trip, call.query, call.visit, call.token)
    except Refusal as refusal:
        return _told(refusal, trip.next if trip else CONSOLE)
    return Reply(to=trip.next if trip else CONSOLE, token=token, trip="")


def _trip(cookie: str) -> Trip | None:
    parts = cookie.split("~")
    if len(parts) != 5 or not all(parts[:3]):
        return None
    return Trip(parts[0], parts[1], parts[2], _place(unquote(parts[4])), parts[3] == "1")


def _place(wanted: str) -> str:
    """Give where to go afterwards: a page of the console, and never another site."""
    return wanted if _PLACE.fullmatch(wanted) and "//" not in wanted else CONSOLE


def _told(refusal: Refusal, place: str) -> Reply:
    """Lead back to the console, which says what was wrong: the browser came here by itself, so nobody reads JSON.

    Only the code goes along: a sentence in an address could be anybody's.
    """
    log.warning("oidc.refused", code=refusal.code, problem=str(refusal))
    query = urlencode({"problem": refusal.code})
    return Reply(to=f"{place}{'&' if '?' in place else '?'}{query}", trip="")


ROUTES = (
    Route(
        method="GET",
        path="/oidc/start",
        permission=ANYBODY,
        summary="Lead the browser to the company's provider. `again` asks for a fresh proof of who it is.",
        does=start,
        query={"next": "The page of the console to come back to.", "again": "1: prove it once more."},
        media_type="text/html",
        status=303,
    ),
    Route(
        method="GET",
        path="/oidc/back",
        permission=ANYBODY,
        summary="Where the provider leads the browser back to; signs in.",
        does=back,
        media_type="text/html",
        status=303,
        navigated=True,
    ),
)

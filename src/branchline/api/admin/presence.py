"""Who else has a draft open: told while it is open, and never in anybody's way."""

from typing import Annotated

from msgspec import Meta, Struct

from branchline.api.admin.route import Call, Desk, Route
from branchline.store.tables import present

LIVE_MS = 45_000
"""Who was not heard of for so long is gone."""


class Seat(Struct, frozen=True, forbid_unknown_fields=True):
    """A window with the draft open, by a name that it made up; `leaves`: it is being closed."""

    seat: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    leaves: bool = False


class Other(Struct, frozen=True):
    """Somebody who has the draft open; `you`: yourself, in another window."""

    name: str
    you: bool


class Others(Struct, frozen=True):
    others: tuple[Other, ...]


async def sit(desk: Desk, call: Call) -> Others:
    body: Seat = call.body
    bot, person = call.args["bot"], call.who.person
    if body.leaves:
        await desk.store.tables.write(present.leaving(bot, body.seat, person.id))
        return Others(())
    now = desk.clock()
    await desk.store.tables.write(*present.sitting(bot, body.seat, person.id, person.name, now, LIVE_MS))
    found = await present.others(desk.store.tables, bot, body.seat, now - LIVE_MS)
    return Others(tuple(Other(one.name, one.person == person.id) for one in found))


ROUTES = (
    Route(
        method="POST",
        path="/bots/{bot}/presence",
        permission="bots.edit",
        summary="Say that the draft is open in a window, and hear who else has it open.",
        does=sit,
        body=Seat,
        gives=Others,
    ),
)

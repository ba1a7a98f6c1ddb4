"""Taking the content of an interaction out for good."""

from typing import Literal

from msgspec import Struct

from branchline.api.admin.chosen import chosen
from branchline.api.admin.noted import note
from branchline.api.admin.route import Call, Desk, Route
from branchline.service.customers import Customers


class EraseDone(Struct, frozen=True):
    """What came of erasing. `told`: who was sent its content before, by endpoint or target."""

    outcome: Literal["erased", "erased_before", "active"]
    told: tuple[str, ...]


async def erase(desk: Desk, call: Call) -> EraseDone:
    loaded = await chosen(desk, call)
    came = await customers(desk).erase(loaded.interaction, end=True)
    await note(desk, call, "interaction.erase", came.uuid)
    return EraseDone(came.outcome, tuple(came.told))


def customers(desk: Desk) -> Customers:
    return Customers(desk.store, desk.bots, desk.converse, desk.clock, desk.base())


ROUTES = (
    Route(
        method="POST",
        path="/interactions/{uuid}/erase",
        permission="interactions.erase",
        summary="Take the content of an interaction out for good; one that goes on is ended first.",
        does=erase,
        gives=EraseDone,
        confirmed=True,
    ),
)

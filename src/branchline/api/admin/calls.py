"""Repeating a call that an interaction still waits for (docs/decisions/0024-repeating-a-call.md)."""

from msgspec import Struct

from branchline.api.admin.chosen import chosen
from branchline.api.admin.noted import note
from branchline.api.admin.route import Call, Desk, Route
from branchline.errors import CallerError
from branchline.interaction.record import Interaction


class CallSettled(CallerError):
    """This call is not waited for any more: the conversation went on, and what was sent is not kept. Nothing was sent again."""

    code = "call.settled"
    status = 409


class CallRepeated(Struct, frozen=True):
    """`sent`: a request was made; false while one that was asked for before is still under way."""

    sent: bool


async def repeatable(desk: Desk, interaction: Interaction) -> tuple[str, ...]:
    """Give the ids of an interaction's calls that may be repeated now."""
    return tuple(owed.token for owed in await desk.store.owed_of(interaction.id) if owed.body is not None)


async def repeat(desk: Desk, call: Call) -> CallRepeated:
    loaded = await chosen(desk, call)
    token = call.args["call"]
    owed = next((one for one in await desk.store.owed_of(loaded.interaction.id) if one.token == token), None)
    if owed is None:
        raise CallSettled()
    sent = desk.carriers.repeat(owed)
    if sent:
        await note(desk, call, "call.repeat", token)
    return CallRepeated(sent)


ROUTES = (
    Route(
        method="POST",
        path="/interactions/{uuid}/calls/{call}/repeat",
        permission="calls.repeat",
        summary="Make a call again that an interaction waits for, with the same id and body; the first answer counts.",
        does=repeat,
        gives=CallRepeated,
    ),
)

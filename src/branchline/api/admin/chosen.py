"""The interaction that a call names."""

from branchline.api.admin.route import Call, Desk
from branchline.service.refusals import InteractionUnknown
from branchline.store.port import Loaded


async def chosen(desk: Desk, call: Call) -> Loaded:
    loaded = await desk.store.load(call.args["uuid"])
    if loaded is None:
        raise InteractionUnknown()
    return loaded

"""Which endpoints of a bot fail just now: those that are left alone, and those whose last calls all failed."""

from msgspec import Struct

from branchline.fulfillment.breaker import is_open
from branchline.service.bots import Bots
from branchline.service.breakers import stored
from branchline.service.calls import CallMade, calls
from branchline.store.port import Query, Store

CALLS = 20
"""The last calls of an endpoint that have to have failed, or all when there were fewer."""
FEWEST = 3
"""With fewer calls than these nothing is said."""
INTERACTIONS = 50
"""The newest interactions of the bot that are looked at."""
TURNS = 40
"""Turns of one interaction that are looked at, the newest."""


class FailingEndpoint(Struct, frozen=True):
    """An endpoint that fails. `open`: it is left alone for a while; `failed`: so many of its last calls, all of them,
    failed, none when they did not all fail; `reason`: of the newest."""

    name: str
    open: bool
    failed: int
    reason: str


class Failing(Struct, frozen=True):
    """The endpoints of a bot's newest version that fail."""

    endpoints: tuple[FailingEndpoint, ...]


async def failing(store: Store, bots: Bots, name: str) -> Failing:
    newest = (await bots.newest(name)).bot
    if not newest.endpoints:
        return Failing(())
    breakers = await stored(store)
    made: dict[str, list[CallMade]] = {}
    for one in (await store.page(Query(size=INTERACTIONS, bot=name))).interactions:
        turns = (await store.latest_turns(one.id, TURNS))[::-1]
        for call in calls((await bots.pinned(name, one.version)).bot, turns):
            if call.settled_at is not None:
                made.setdefault(call.endpoint, []).append(call)
    found = []
    for endpoint in newest.endpoints:
        last = sorted(made.get(endpoint, ()), key=lambda call: -call.asked_at)[:CALLS]
        all_failed = len(last) >= FEWEST and all(call.status == "failed" for call in last)
        state = breakers.get(f"{name}/{endpoint}")
        is_left = state is not None and is_open(state)
        if is_left or all_failed:
            reason = last[0].sentence if last else ""
            found.append(FailingEndpoint(endpoint, is_left, len(last) if all_failed else 0, reason))
    return Failing(tuple(found))

"""Wait until a bot rests: the answer to a message holds everything up to there, unless an endpoint takes too long."""

import asyncio
from contextlib import suppress

from msgspec.structs import replace

from branchline.interaction.record import Fulfillment
from branchline.service.converse import Received
from branchline.service.hub import Hub


async def until_rest(hub: Hub, received: Received, wait_s: float) -> Received:
    """Give what was received with all entries until the bot rests, or until `wait_s` seconds have passed."""
    if not isinstance(received.interaction.awaiting, Fulfillment) or wait_s <= 0:
        return received
    lines = list(received.lines)
    last = received.interaction.entries
    # The call's answer comes in a later tick of the loop at the earliest, so no news is missed before this line.
    with hub.listen(received.interaction) as news, suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            while isinstance(received.interaction.awaiting, Fulfillment):
                one = await news.get()
                if one is None:
                    break
                lines.extend(one.lines[max(0, last + 1 - one.first_entry) :])
                last = max(last, one.interaction.entries)
                received = replace(received, interaction=one.interaction)
    return replace(received, lines=tuple(lines))

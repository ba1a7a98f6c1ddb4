"""Stores many interactions through the product's own store, so that every index is as it would really be.

`python -m bench.fill --database URL --count N`
"""

import argparse
import asyncio

from bench import job
from branchline.interaction import transcript
from branchline.interaction.effects import Ended, MessageSent
from branchline.interaction.events import Started
from branchline.interaction.record import Datum, Interaction
from branchline.service.identity import hash_of, new_token, new_uuid
from branchline.store import open_store
from branchline.store.port import Change, Store, TurnRecord

AT_ONCE = 256
MINUTE_MS = 60_000
FIRST_AT = 1_700_000_000_000
BOTS = ("order-desk", "order-desk", "order-desk", "returns")


async def fill(url: str, count: int) -> None:
    """Store `count` interactions, one a minute, of two bots; every second one has ended."""
    store = open_store(url)
    await store.open()
    try:
        for first in range(0, count, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, count))
            saved = await asyncio.gather(*(_save(store, number) for number in numbers))
            assert all(saved)
    finally:
        await store.close()


async def _save(store: Store, number: int) -> bool:
    key = await store.reserve_id()
    at = FIRST_AT + number * MINUTE_MS
    has_ended = number % 2 == 0
    order = f"BR-{10_000 + number % 90_000}"
    data = {
        "name": Datum(job.NAME, source="reply"),
        "order": Datum(order, source="reply"),
        "status": Datum(job.status_of(order), source="fulfillment"),
    }
    effects = [MessageSent(job.ASK_ORDER), MessageSent(order, sender="customer"), MessageSent(job.SHIPPED)]
    event = Started(at)
    written = transcript.write(event, [*effects, Ended("bot")] if has_ended else effects, 1)
    interaction = Interaction(
        id=key,
        uuid=new_uuid(at),
        bot=BOTS[number % len(BOTS)],
        version=1,
        created_at=at,
        updated_at=at,
        turn=1,
        entries=written.count,
        data=data,
        ended_at=at if has_ended else None,
        ended_by="bot" if has_ended else None,
    )
    record = TurnRecord(key, 1, at, 1, written.entries, written.trace)
    return await store.save(Change(interaction, record, dict(data), hash_of(new_token())))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--count", type=int, required=True)
    options = parser.parse_args()
    asyncio.run(fill(options.database, options.count))

"""Slots are never lost, never exceeded, and one endpoint cannot take those of another."""

import asyncio
import random

from branchline.fulfillment.slots import Gate, Slots


async def test_an_endpoint_never_has_more_than_its_share():
    slots, most = Slots(per_endpoint=3, in_all=100), 0

    async def one() -> None:
        nonlocal most
        assert await slots.enter("a")
        most = max(most, slots.in_flight("a"))
        await asyncio.sleep(0)
        slots.leave("a")

    await asyncio.gather(*(one() for _ in range(20)))
    assert most == 3
    assert slots.in_flight("a") == 0


async def test_a_full_endpoint_holds_up_no_other():
    slots = Slots(per_endpoint=2, in_all=10)
    for _ in range(2):
        assert await slots.enter("slow")
    waiting = [asyncio.create_task(slots.enter("slow")) for _ in range(5)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        assert await slots.enter("quick")
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_line_that_is_too_long_refuses_at_once():
    gate = Gate(1, queue_factor=2)
    assert gate.take()
    waiting = [asyncio.create_task(gate.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    assert not await gate.wait()
    gate.give()
    gate.give()
    assert await asyncio.gather(*waiting) == [True, True]


async def test_no_slot_is_lost_or_made_however_callers_are_cancelled():
    rng = random.Random(7)
    slots = Slots(per_endpoint=3, in_all=5)
    inside = 0

    async def one(endpoint: str) -> None:
        nonlocal inside
        if await slots.enter(endpoint):
            inside += 1
            assert inside <= 5
            try:
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            finally:
                inside -= 1
                slots.leave(endpoint)

    for _ in range(300):
        tasks = [asyncio.create_task(one(rng.choice("abc"))) for _ in range(12)]
        for _ in range(rng.randrange(6)):
            await asyncio.sleep(0)
            rng.choice(tasks).cancel()
        slots_given_then_cancelled = rng.sample(tasks, 3)
        await asyncio.sleep(0)
        for task in slots_given_then_cancelled:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert inside == 0
    assert slots._gates == {}
    assert slots._all.idle


async def test_the_first_who_waits_is_the_first_served():
    gate, order = Gate(1), []

    async def one(number: int) -> None:
        await gate.wait()
        order.append(number)
        gate.give()

    assert gate.take()
    tasks = [asyncio.create_task(one(number)) for number in range(5)]
    await asyncio.sleep(0)
    gate.give()
    await asyncio.gather(*tasks)
    assert order == [0, 1, 2, 3, 4]

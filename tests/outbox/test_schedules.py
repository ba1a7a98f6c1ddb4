"""Whatever the order of failures, deaths and waits: nothing that is owed is lost, and no id stands for two bodies."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.outbox.outbox import LEASE_MS
from outbox.desk import HOUR_MS, Receiver, desk

EVENTS = st.one_of(
    st.tuples(st.just("finalize"), st.integers(1, 3)),
    st.tuples(st.just("answer"), st.sampled_from([200, 204, 302, 400, 410, 429, 500, 503])),
    st.tuples(st.just("go"), st.just(0)),
    st.tuples(st.just("die"), st.integers(0, 12)),
    st.tuples(st.just("wait"), st.sampled_from([1_000, 5_000, 31_000, LEASE_MS, HOUR_MS, 24 * HOUR_MS])),
    st.tuples(st.just("disable"), st.just(0)),
    st.tuples(st.just("enable"), st.just(0)),
)


@settings(max_examples=20)
@given(events=st.lists(EVENTS, max_size=14))
def test_every_delivery_arrives_or_is_dead_after_its_ladder(events: list[tuple[str, Any]]) -> None:
    async def law() -> None:
        receiver = Receiver()
        async with receiver.listening() as url, desk("memory") as made:
            await made.target(url)
            lives = 0
            for what, value in events:
                match what:
                    case "finalize":
                        await made.finalize(value)
                    case "answer":
                        receiver.status = value
                    case "go":
                        await made.go()
                    case "die":
                        dying = made.another(f"life {lives}")
                        lives += 1
                        await dying.once()
                        for _ in range(value):
                            await asyncio.sleep(0)
                        for task in dying._tasks:
                            task.cancel()
                        await asyncio.gather(*dying._tasks, return_exceptions=True)
                    case "wait":
                        made.now += value
                    case "disable":
                        await made.exports.disable("order-desk", "crm")
                    case "enable":
                        await made.exports.enable("order-desk", "crm")
            receiver.status = 200
            made.now += LEASE_MS
            await made.exports.enable("order-desk", "crm")
            await made.go()
            bodies: dict[str, bytes] = {}
            for post in receiver.posted[1:]:
                assert bodies.setdefault(post.id, post.body) == post.body
            deliveries = await made.deliveries(limit=1_000)
            assert len(deliveries) == made.finalized
            for one in deliveries:
                assert one.state in {"delivered", "dead"}
                assert one.id in bodies
                assert one.held_until == 0
                assert one.state == "delivered" or one.failed == 10

    asyncio.run(law())

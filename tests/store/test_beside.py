"""What other tables keep about an interaction goes with its content."""

from branchline.service.beside import cleaning_beside
from branchline.store.port import Store
from branchline.store.tables import deliveries, targets
from branchline.store.tables.deliveries import Attempt
from branchline.store.tables.targets import Target
from store.samples import NOW, save_all, started, uuid_of


def target() -> Target:
    return Target(
        id="t",
        bot="order-desk",
        name="crm",
        url="https://crm.example",
        headers=(),
        signing=(),
        condition="all",
        blocks=("messages",),
        state="active",
        why="",
        since=NOW,
        created_at=NOW,
        updated_at=NOW,
    )


async def test_what_is_owed_is_delivered_no_more_and_attempts_lose_their_details(store: Store) -> None:
    over = {"ended_at": NOW, "ended_by": "bot", "finalized_at": NOW}
    await save_all(store, started(1, "hello", **over), started(2, "hello", **over))
    tables = store.tables
    await tables.write(targets.insert(target()))
    for number in (1, 2):
        await tables.write(deliveries.owe(number, uuid_of(number), "order-desk", handled=True, base="http://b", at=NOW))
    [rows] = await tables.write(deliveries.claim("t", "p", NOW, NOW + 60_000, 10))
    held = {one.interaction_id: one for one in map(deliveries.delivery, rows)}
    for one in held.values():
        await tables.write(deliveries.note(one, Attempt(one.fence, NOW, 5, "http_5xx", 500, "zebrafinch")))
    await store.clean(1, NOW + 5, "erasure", cleaning_beside(1, NOW + 5))
    gone, kept = [await deliveries.one(tables, held[number].id) for number in (1, 2)]
    assert gone is not None
    assert kept is not None
    assert (gone.state, gone.reason, kept.state) == ("dead", "erased", "owed")
    assert [one.detail for one in await deliveries.attempts(tables, gone)] == [""]
    assert [one.detail for one in await deliveries.attempts(tables, kept)] == ["zebrafinch"]
    assert await deliveries.told(tables, 1) == {"order-desk/crm": 1}
    late = deliveries.settle(held[1], state="delivered", failed=0, next_at=NOW, reason="", status=200, now=NOW + 9)
    assert await tables.write(late) == [[]]

"""The sites that showed a chat, on every store."""

from branchline.store.port import Store
from branchline.store.tables import seen


async def test_of_a_bot_the_last_sites_are_kept(store: Store) -> None:
    for at, origin in enumerate(("https://a.example", "https://b.example", "https://a.example", "https://c.example")):
        await store.tables.write(*seen.note("desk", origin, at, 2))
    await store.tables.write(*seen.note("other", "https://b.example", 9, 2))
    assert await seen.of_bot(store.tables, "desk") == [("https://c.example", 3), ("https://a.example", 2)]
    assert await seen.of_bot(store.tables, "other") == [("https://b.example", 9)]

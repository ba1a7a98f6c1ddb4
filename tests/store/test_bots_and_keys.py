"""What every store promises about versions, files, keys, secrets and breakers."""

import asyncio

import msgspec
import pytest

from branchline.store.port import Duplicate, Store, StoredFile, Version
from branchline.store.tables import Statement, Unmatched, keys
from branchline.store.tables.keys import KeyRow
from store.samples import NOW, save_all, started


def kept(file_id: str, **fields: object) -> StoredFile:
    made = {"name": "a.pdf", "media_type": "application/pdf", "content": b"\x00%PDF", "created_at": NOW, **fields}
    return msgspec.convert({"id": file_id, "size": len(made["content"]), **made}, StoredFile)  # type: ignore[arg-type]


async def publish(store: Store, bot: str, *files: StoredFile, note: str = "") -> int:
    return await store.publish(bot, b'{"nodes":[]}', b"name: x\r\n", NOW, note, files)


async def test_versions_are_numbered_from_one(store: Store) -> None:
    assert await store.version("order-desk") is None
    assert await store.versions("order-desk") == []
    assert [await publish(store, "order-desk") for _ in range(3)] == [1, 2, 3]
    assert await publish(store, "other", note="first") == 1
    newest = await store.version("order-desk")
    assert newest == Version("order-desk", 3, b'{"nodes":[]}', b"name: x\r\n", NOW)
    assert await store.version("order-desk", 1) == msgspec.structs.replace(newest, number=1)
    assert await store.version("order-desk", 4) is None
    assert await store.version("order-desk", 0) is None
    listed = await store.versions("order-desk")
    assert [(version.number, version.definition, version.source) for version in listed] == [
        (3, b"", b""),
        (2, b"", b""),
        (1, b"", b""),
    ]
    assert [version.definition for version in await store.versions()] == [b'{"nodes":[]}', b'{"nodes":[]}']
    assert [(version.bot, version.number) for version in await store.versions()] == [("order-desk", 3), ("other", 1)]


async def test_published_at_once_each_gets_its_own_number(store: Store) -> None:
    assert sorted(await asyncio.gather(*(publish(store, "order-desk") for _ in range(12)))) == list(range(1, 13))


async def test_a_version_brings_its_files(store: Store) -> None:
    number = await publish(store, "order-desk", kept("f1", path="a.pdf"), kept("f2", path="b/c.png"))
    files = await store.version_files("order-desk", number)
    assert [(file.id, file.path, file.bot, file.version, file.content, file.size) for file in files] == [
        ("f1", "a.pdf", "order-desk", 1, b"", 5),
        ("f2", "b/c.png", "order-desk", 1, b"", 5),
    ]
    whole = await store.file("f2")
    assert whole == kept("f2", path="b/c.png", bot="order-desk", version=1)
    assert await store.version_files("order-desk", 2) == []


async def test_a_version_whose_files_are_refused_is_not_published(store: Store) -> None:
    await store.put_file(kept("f1", interaction_id=1))
    with pytest.raises(Duplicate):
        await publish(store, "order-desk", kept("f2"), kept("f1"))
    assert await store.version("order-desk") is None
    assert await store.file("f2") is None


async def test_a_file_comes_back_whole(store: Store) -> None:
    big = kept("big", content=bytes(range(256)) * 8_000, interaction_id=1)
    await store.put_file(big)
    await store.put_file(kept("empty", content=b"", interaction_id=1))
    await store.put_file(kept("else", interaction_id=2))
    assert await store.file("big") == big
    assert await store.file("nothing") is None
    assert await store.files_of(1) == [
        msgspec.structs.replace(big, content=b""),
        kept("empty", content=b"", interaction_id=1),
    ]
    with pytest.raises(Duplicate):
        await store.put_file(kept("big", content=b"other"))
    assert await store.file("big") == big


async def test_keys_are_kept_and_revoked_once(store: Store) -> None:
    second = KeyRow("k2", "reports", b"\x02" * 32, NOW + 1, None, "interactions:read", "Mira")
    first = KeyRow("k1", "crm", b"\x01" * 32, NOW)
    await store.tables.write(keys.adding(second))
    await store.tables.write(keys.adding(first))
    assert await keys.keys(store.tables) == [first, second]
    assert await keys.key(store.tables, "k1") == first
    assert await keys.key(store.tables, "k3") is None
    await store.tables.write(keys.revoking("k1", NOW + 5))
    for unknown in ("k1", "k3"):
        with pytest.raises(Unmatched):
            await store.tables.write(keys.revoking(unknown, NOW + 9))
    assert await keys.key(store.tables, "k1") == msgspec.structs.replace(first, revoked_at=NOW + 5)
    with pytest.raises(Duplicate):
        await store.tables.write(keys.adding(first))


async def test_a_version_and_what_stands_alongside_are_stored_together_or_not_at_all(store: Store) -> None:
    def alongside(number: int) -> list[Statement]:
        return [keys.adding(KeyRow(f"k{number}", "made with it", b"h", NOW))]

    assert await store.publish("order-desk", b"{}", b"", NOW, "", (), "Mira", alongside) == 1
    assert [key.id for key in await keys.keys(store.tables)] == ["k1"]
    version = await store.version("order-desk", 1)
    assert version is not None
    assert version.published_by == "Mira"
    with pytest.raises(Unmatched):
        await store.publish("order-desk", b"{}", b"", NOW, "", (), "", lambda _: [keys.revoking("none", NOW)])
    assert len(await store.versions("order-desk")) == 1


async def test_running_interactions_are_counted_by_version(store: Store) -> None:
    assert await store.running("order-desk") == {}
    await save_all(store, started(1), started(2), started(3, bot="other"), started(4, ended_at=NOW + 9))
    change = started(5)
    await save_all(
        store, msgspec.structs.replace(change, interaction=msgspec.structs.replace(change.interaction, version=2))
    )
    assert await store.running("order-desk") == {1: 2, 2: 1}


async def test_secrets_are_set_and_removed(store: Store) -> None:
    assert await store.secrets() == {}
    await store.set_secret("b", b"\x00sealed")
    await store.set_secret("a", b"1")
    await store.set_secret("a", b"2")
    assert await store.secrets() == {"a": b"2", "b": b"\x00sealed"}
    assert await store.remove_secret("a")
    assert not await store.remove_secret("a")
    assert await store.secrets() == {"b": b"\x00sealed"}


async def test_breakers_are_kept(store: Store) -> None:
    assert await store.breakers() == {}
    await store.set_breaker("https://a.example", b"open")
    await store.set_breaker("https://a.example", b"closed")
    assert await store.breakers() == {"https://a.example": b"closed"}

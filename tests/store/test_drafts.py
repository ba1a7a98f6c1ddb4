"""What every store promises about drafts."""

import pytest
from msgspec.structs import replace

from branchline.store.port import Duplicate, Store
from branchline.store.tables import Unmatched, drafts
from branchline.store.tables.drafts import DraftRow
from store.samples import NOW

ROW = DraftRow("shop", 1, '{"bot":"shop","é":"\\u0000"}', "Shop", 2, 1, 3, NOW, "Mira", b"\x00source")


async def test_a_draft_comes_back_whole(store: Store) -> None:
    assert await drafts.draft(store.tables, "shop") is None
    await store.tables.write(drafts.adding(ROW))
    await store.tables.write(drafts.adding(replace(ROW, bot="a", base=None, source=None)))
    assert await drafts.draft(store.tables, "shop") == ROW
    assert [(head.bot, head.document, head.source) for head in await drafts.heads(store.tables)] == [
        ("a", "", None),
        ("shop", "", None),
    ]
    with pytest.raises(Duplicate):
        await store.tables.write(drafts.adding(ROW))


async def test_a_save_that_names_another_revision_changes_nothing(store: Store) -> None:
    await store.tables.write(drafts.adding(ROW))
    new = replace(ROW, document="{}", name="New", errors=0, warnings=0, saved_at=NOW + 1, saved_by="Ada")
    assert (await store.tables.write(drafts.saving(new)))[0] == [(2,)]
    for stale in (drafts.saving(new), drafts.replacing(new), drafts.published("shop", 1, 4, b"x")):
        with pytest.raises(Unmatched):
            await store.tables.write(stale)
    kept = await drafts.draft(store.tables, "shop")
    assert kept == replace(new, revision=2)
    await store.tables.write(drafts.published("shop", 2, 4, b"published"))
    assert await drafts.draft(store.tables, "shop") == replace(new, revision=2, base=4, source=b"published")
    await store.tables.write(drafts.replacing(replace(new, revision=2, base=1, source=b"old")))
    assert await drafts.draft(store.tables, "shop") == replace(new, revision=3, base=1, source=b"old")
    await store.tables.write(drafts.discarding("shop"))
    with pytest.raises(Unmatched):
        await store.tables.write(drafts.discarding("shop"))

"""Who has a draft open, on every store."""

from branchline.store.port import Store
from branchline.store.tables import present
from branchline.store.tables.present import PresentRow


async def test_others_are_there_until_they_leave_or_were_not_seen_for_long(store: Store) -> None:
    async def sit(seat: str, person: str, at: int, bot: str = "desk") -> None:
        await store.tables.write(*present.sitting(bot, seat, person, person.title(), at, 45))

    async def others(seat: str, since: int) -> list[PresentRow]:
        return await present.others(store.tables, "desk", seat, since)

    await sit("one", "ada", 100)
    await sit("two", "ada", 110)
    await sit("three", "mira", 120)
    await sit("four", "nobody", 120, bot="other")
    assert await others("one", 75) == [PresentRow("ada", "Ada", 110), PresentRow("mira", "Mira", 120)]
    await store.tables.write(present.leaving("desk", "three", "ada"))
    assert len(await others("one", 75)) == 2, "nobody takes another's line out"
    await store.tables.write(present.leaving("desk", "three", "mira"))
    assert await others("one", 75) == [PresentRow("ada", "Ada", 110)]
    await sit("one", "ada", 160)
    assert await others("one", 0) == []

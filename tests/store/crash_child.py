"""Saves turns until it is killed; prints one line for each that was acknowledged: interaction, turn."""

import asyncio
import sys
from pathlib import Path

from branchline.store.sqlite.store import SqliteStore
from store.samples import call, following, started

VISITORS = 12


async def talk(store: SqliteStore) -> None:
    while True:
        its = await store.reserve_id()
        change = started(its, f"Hello {its}", data={"number": str(its)})
        while change.interaction.turn <= 6:
            if not await store.save(change):
                print("refused", its, change.interaction.turn, flush=True)
            print("saved", its, change.interaction.turn, flush=True)
            before, number = change.interaction, change.interaction.turn + 1
            owes = call(f"t{its}", before) if number == 3 else None
            settles = f"t{its}" if number == 5 else None
            data: dict[str, str | None] = {"turn": str(number)}
            change = following(before, f"turn {number}", message_id=f"m{number}", data=data, owes=owes, settles=settles)


async def main() -> None:
    store = SqliteStore(Path(sys.argv[1]))
    await store.open()
    await asyncio.gather(*(talk(store) for _ in range(VISITORS)))


if __name__ == "__main__":
    asyncio.run(main())

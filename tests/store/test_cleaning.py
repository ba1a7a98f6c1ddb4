"""What every store promises about taking the personal content of an interaction out."""

from pathlib import Path
from typing import Any

from branchline.interaction import transcript
from branchline.interaction.effects import DataSet, FileSent, MessageSent, RouteChosen
from branchline.interaction.events import FileRef, Replied
from branchline.interaction.record import Feedback
from branchline.store.port import Query, Store, StoredFile
from branchline.store.sqlite.store import SqliteStore
from branchline.store.tables.marks import SQL as MARKS
from branchline.store.tables.marks import marks
from store.samples import NOW, call, following, save_all, started

SAID = "zebrafinch"
"""A word that stands for everything personal."""


async def personal(store: Store, number: int, **ended: Any) -> None:
    """Store an interaction full of it, with the given ends."""
    first = started(
        number, f"I am {SAID}", data={"name": SAID}, created_at=NOW, start_url=f"https://shop.example/{SAID}"
    )
    file = FileRef(f"f{number}", f"{SAID}.png", "image/png", 3)
    event = Replied(NOW, f"m-{SAID}", SAID, SAID, file=file)
    effects = (
        MessageSent(SAID, sender="customer", message_id=f"m-{SAID}"),
        FileSent(file, sender="customer"),
        DataSet("name", SAID, SAID),
        RouteChosen("here", 0, "there", {"data.name": SAID}),
    )
    written = transcript.write(event, effects, 2)
    second = following(first.interaction, "", "", message_id=f"m-{SAID}", owes=call(f"t{number}", first.interaction, body=SAID.encode()))  # fmt: skip
    turn = type(second.turn)(number, 2, NOW, 2, written.entries, written.trace, f"m-{SAID}")
    second = type(second)(second.interaction, turn, second.data, owes=second.owes)
    feedback = Feedback(4, SAID)
    last = following(second.interaction, "Goodbye", feedback=feedback, tags=(SAID,), reply=SAID, **ended)
    await save_all(store, first, second, last)
    await store.put_file(StoredFile(f"f{number}", f"{SAID}.png", "image/png", 3, b"abc", NOW, interaction_id=number))


def over(at: int) -> dict[str, Any]:
    return {"ended_at": at, "ended_by": "bot", "finalized_at": at + 1}


async def everything(store: Store, number: int) -> str:
    loaded = await store.load_by_id(number)
    turns = await store.turns(number)
    files = await store.files_of(number)
    return repr((loaded, turns, files, await store.owed(2**50, "p2", 100)))


async def test_nothing_personal_is_left_and_the_shape_is(store: Store) -> None:
    await personal(store, 1, **over(NOW))
    found = await store.page(Query(text=SAID))
    assert len(found.interactions) == 1
    taken = await store.clean(1, NOW + 9, "retention")
    assert taken is not None
    assert (taken.turns, taken.files, taken.data, taken.calls) == (3, 1, 1, 1)
    assert SAID not in await everything(store, 1)
    assert (await store.page(Query(text=SAID))).interactions == ()
    assert (await store.page(Query(data=(("name", SAID),)))).interactions == ()
    assert await store.file("f1") is None
    loaded = await store.load_by_id(1)
    assert loaded is not None
    interaction = loaded.interaction
    assert (interaction.cleaned_at, interaction.ended_at, interaction.ended_by) == (NOW + 9, NOW, "bot")
    assert interaction.feedback == Feedback(4)
    assert loaded.token_hash == b""
    turns = await store.turns(1)
    assert [turn.number for turn in turns] == list(range(1, interaction.turn + 1))
    assert sum(turn.entries.count("\n") + 1 for turn in turns if turn.entries) == interaction.entries == 4
    trace = transcript.trace(turns[1].trace)
    assert trace.effects[-1] == RouteChosen("here", 0, "there")
    assert (await store.page(Query(status="finalized"))).interactions == (interaction,)


async def test_it_happens_once(store: Store) -> None:
    await personal(store, 1, **over(NOW))
    assert await store.clean(1, NOW + 9, "erasure") is not None
    before = await everything(store, 1)
    assert await store.clean(1, NOW + 10, "retention") is None
    assert await everything(store, 1) == before
    assert await store.clean(2, NOW, "erasure") is None


async def test_what_has_not_ended_is_left_alone(store: Store) -> None:
    await personal(store, 1)
    assert await store.clean(1, NOW, "erasure") is None
    assert SAID in await everything(store, 1)


async def test_an_ended_interaction_that_waits_for_its_finalization_is_finalized_with_it(store: Store) -> None:
    await personal(store, 1, ended_at=NOW, ended_by="visitor", finalize_at=NOW + 100)
    assert await store.clean(1, NOW + 9, "erasure") is not None
    assert await store.due(NOW + 1_000, 10) == []
    loaded = await store.load_by_id(1)
    assert loaded is not None
    assert loaded.interaction.finalized_at == NOW + 9


async def test_a_turn_that_read_it_before_is_not_saved_after(store: Store) -> None:
    await personal(store, 1, **over(NOW))
    loaded = await store.load_by_id(1)
    assert loaded is not None
    late = following(loaded.interaction, SAID, data={"name": SAID})
    await store.clean(1, NOW + 9, "erasure")
    assert not await store.save(late)
    assert SAID not in await everything(store, 1)


async def test_what_runs_alongside_runs_only_with_it(store: Store) -> None:
    await personal(store, 1, **over(NOW))
    assert await store.clean(7, NOW, "erasure", [MARKS["set"](name="never", at=1)]) is None
    assert await store.clean(1, NOW, "erasure", [MARKS["set"](name="once", at=1)]) is not None
    assert await marks(store.tables) == {"once": 1}


async def test_the_oldest_that_ended_before_then_come_first(store: Store) -> None:
    for number, at in enumerate((NOW + 3, NOW + 1, NOW + 2, NOW + 9), 1):
        await save_all(store, started(number, **over(at)))
    await save_all(store, started(5, ended_at=NOW, ended_by="bot"), started(6, bot="other", **over(NOW)), started(7))
    assert await store.uncleaned("order-desk", NOW + 9, 10) == [2, 3, 1]
    assert await store.uncleaned("order-desk", NOW + 9, 2) == [2, 3]
    await store.clean(2, NOW + 20, "retention")
    assert await store.uncleaned("order-desk", NOW + 9, 10) == [3, 1]


async def test_other_interactions_keep_theirs(store: Store) -> None:
    await personal(store, 1, **over(NOW))
    await personal(store, 2, **over(NOW))
    await store.page(Query(text=SAID))
    before = await everything(store, 2)
    await store.clean(1, NOW + 9, "retention")
    assert [one.id for one in (await store.page(Query(text=SAID))).interactions] == [2]
    assert before.startswith((await everything(store, 2)).rpartition(", [")[0])


async def test_not_even_the_bytes_are_left_in_the_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "branchline.db")
    await store.open()
    for number in range(1, 4):
        await personal(store, number, **over(NOW))
        await store.page(Query(text=SAID))
    assert SAID.encode() in store.path.read_bytes() + Path(f"{store.path}-wal").read_bytes()
    for number in range(1, 4):
        await store.clean(number, NOW + 9, "erasure")
    await store.compact()
    for file in tmp_path.iterdir():
        assert SAID.encode() not in file.read_bytes(), file.name
    await store.close()

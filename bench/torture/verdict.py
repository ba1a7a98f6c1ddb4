"""What is true after the last kill: read from the stored interactions, the visitors' notes and the endpoint's."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from bench.torture.visitors import Kept
from branchline.interaction.record import Fulfillment, Interaction
from branchline.store import open_store
from branchline.store.port import Query, Store

Noted = Sequence[tuple[str, str, str, str]]
"""(path, id, SHA-256 of the body, uuid) of every request, in order."""


class Verdict(Struct):
    """Counts; every field but the first group must be 0. `words` tells the first of what is wrong."""

    interactions: int = 0
    acknowledged: int = 0
    calls: int = 0
    exports: int = 0
    repeated: int = 0
    """Calls and exports that were sent more than once under one id, as they may be."""
    longest_s: float = 0.0
    """The longest that a visitor waited for the bot to go on, while servers were killed around them."""

    lost: int = 0
    doubled: int = 0
    altered: int = 0
    asked_twice: int = 0
    bodies_differ: int = 0
    untrue: int = 0
    stuck: int = 0
    exports_lost: int = 0
    exports_doubled: int = 0
    broken: int = 0
    words: list[str] = msgspec.field(default_factory=list)

    WRONG = (
        "lost", "doubled", "altered", "asked_twice", "bodies_differ", "untrue", "stuck", "exports_lost",
        "exports_doubled", "broken",
    )  # fmt: skip

    @property
    def good(self) -> bool:
        return not any(getattr(self, name) for name in self.WRONG)

    def wrong(self, name: str, words: str) -> None:
        setattr(self, name, getattr(self, name) + 1)
        if len(self.words) < 20:
            self.words.append(f"{name}: {words}")


async def judge(database: str, kept: Sequence[Kept], noted: Noted) -> Verdict:
    """Read everything back and count."""
    verdict = Verdict()
    store = open_store(database, exclusive=False)
    await store.open()
    try:
        stored = await _stored(store, verdict)
    finally:
        await store.close()
    _visitors(verdict, kept, stored)
    _calls(verdict, noted)
    _exports(verdict, noted, stored)
    return verdict


class Stored(Struct):
    """An interaction as it is stored, with its entries by number and the ids of its messages."""

    interaction: Interaction
    entries: dict[int, dict[str, object]]
    messages: Counter[str]


async def _stored(store: Store, verdict: Verdict) -> dict[str, Stored]:
    found: dict[str, Stored] = {}
    cursor = None
    while True:
        page = await store.page(Query(size=1_000, after=cursor))
        for interaction in page.interactions:
            found[interaction.uuid] = await _whole(store, interaction, verdict)
        cursor = page.after
        if cursor is None:
            verdict.interactions = len(found)
            return found


async def _whole(store: Store, interaction: Interaction, verdict: Verdict) -> Stored:
    turns = await store.turns(interaction.id)
    if [turn.number for turn in turns] != list(range(1, interaction.turn + 1)):
        verdict.wrong("broken", f"{interaction.uuid}: its turns have gaps")
    lines = [msgspec.json.decode(line) for turn in turns for line in turn.entries.split("\n") if line]
    if [line["number"] for line in lines] != list(range(1, interaction.entries + 1)):
        verdict.wrong("broken", f"{interaction.uuid}: its entries have gaps")
    if isinstance(interaction.awaiting, Fulfillment):
        verdict.wrong("stuck", f"{interaction.uuid} waits for an answer that will not come")
    messages = Counter(turn.message_id for turn in turns if turn.message_id is not None)
    return Stored(interaction, {line["number"]: line for line in lines}, messages)


def _visitors(verdict: Verdict, kept: Sequence[Kept], stored: dict[str, Stored]) -> None:
    for one in kept:
        verdict.acknowledged += len(one.said)
        its = stored.get(one.uuid)
        if its is None:
            verdict.wrong("lost", f"{one.uuid} was acknowledged and is not there")
            continue
        if one.problem:
            verdict.wrong("altered" if "entry" in one.problem else "stuck", f"{one.uuid}: {one.problem}")
        texts = Counter(str(line.get("text")) for line in its.entries.values() if line.get("sender") == "customer")
        for message_id, text in one.said.items():
            if not its.messages[message_id] or not texts[text]:
                verdict.wrong("lost", f"{one.uuid}: {text!r}")
            if its.messages[message_id] > 1 or texts[text] > 1:
                verdict.wrong("doubled", f"{one.uuid}: {text!r}")
        for number, text in one.seen.items():
            line = its.entries.get(number)
            if line is None or str(line.get("text", line["kind"])) != text:
                verdict.wrong("altered", f"{one.uuid}: entry {number} was {text!r} and is {line!r}")


def _calls(verdict: Verdict, noted: Noted) -> None:
    posts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path, call, body, _ in noted:
        if call:
            posts[path, call].append(body)
    for (path, call), bodies in posts.items():
        verdict.calls += path != "/crm"
        verdict.repeated += len(bodies) > 1
        if path == "/once" and len(bodies) > 1:
            verdict.wrong("asked_twice", f"{call}: {len(bodies)} requests")
        if len(set(bodies)) > 1:
            verdict.wrong("bodies_differ", f"{path} {call}: {len(set(bodies))} bodies under one id")


def _exports(verdict: Verdict, noted: Noted, stored: dict[str, Stored]) -> None:
    delivered: defaultdict[str, set[str]] = defaultdict(set)
    asked = {uuid for path, _, _, uuid in noted if path == "/once"}
    for path, call, _, uuid in noted:
        if path == "/crm" and uuid:
            delivered[uuid].add(call)
    verdict.exports = len(delivered)
    for uuid, its in stored.items():
        ids = delivered.get(uuid, set())
        if its.interaction.finalized_at is not None and not ids:
            verdict.wrong("exports_lost", f"{uuid} is finalized and was never delivered")
        if its.interaction.ended and its.interaction.finalized_at is None:
            verdict.wrong("stuck", f"{uuid} ended and was never finalized")
        if len(ids) > 1:
            verdict.wrong("exports_doubled", f"{uuid} was delivered under {len(ids)} ids")
        said = [str(line.get("text", "")) for line in its.entries.values()]
        if any(text.startswith("The answer for") for text in said) and uuid not in asked:
            verdict.wrong("untrue", f"{uuid} was told an answer that no endpoint gave")

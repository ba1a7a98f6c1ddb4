"""A store in memory, for a try and for tests: everything the port promises except surviving the process.

A page looks at every interaction, so it is not for many of them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec

from branchline.interaction.cleaning import cleaned
from branchline.interaction.events import CleanedBy
from branchline.interaction.record import Interaction, ids_of_quick_ref
from branchline.store.cleaning import cleaned_turn, cleaning_turn
from branchline.store.cursor import Key, by_end, paginate, span
from branchline.store.keys import following, suits
from branchline.store.port import (
    ALL,
    Alive,
    Alongside,
    Backlog,
    Change,
    Duplicate,
    Loaded,
    Owed,
    Page,
    Query,
    Share,
    StoredFile,
    Taken,
    TurnRecord,
    Version,
    nothing_alongside,
)
from branchline.store.sqlite.tables import MemoryTables
from branchline.store.status import NUMBERS, status
from branchline.store.tables import Statement
from branchline.store.words import Needle, contains, needles, texts, words

HOLD_MS = 60_000
"""Milliseconds for which `owed` holds a call."""


class _Kept:
    """One interaction with all that belongs to it."""

    def __init__(self, interaction: Interaction, token_hash: bytes) -> None:
        self.interaction = interaction
        self.token_hash = token_hash
        self.due_at = interaction.due_at
        self.turns: list[TurnRecord] = []
        self.messages: dict[str, TurnRecord] = {}
        self.data: dict[str, str] = {}


class MemoryStore:
    """A store in dictionaries. No method waits inside, so each one is whole by itself."""

    def __init__(self) -> None:
        self._last_id = 0
        self._kept: dict[int, _Kept] = {}
        self._ids: dict[str, int] = {}
        self._owed: dict[str, Owed] = {}
        self._versions: dict[str, list[Version]] = {}
        self._files: dict[str, StoredFile] = {}
        self._secrets: dict[str, bytes] = {}
        self._breakers: dict[str, bytes] = {}
        self.tables = MemoryTables()

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        self.tables.close()

    # interactions

    async def reserve_id(self) -> int:
        self._last_id += 1
        return self._last_id

    async def load(self, uuid: str, message_id: str | None = None) -> Loaded | None:
        its = self._ids.get(uuid)
        if its is None:
            return None
        kept = self._kept[its]
        return Loaded(kept.interaction, kept.token_hash, None if message_id is None else kept.messages.get(message_id))

    async def load_by_id(self, interaction_id: int) -> Loaded | None:
        kept = self._kept.get(interaction_id)
        return Loaded(kept.interaction, kept.token_hash) if kept else None

    async def save(self, change: Change) -> bool:
        interaction, turn = change.interaction, change.turn
        kept = self._kept.get(interaction.id)
        if (kept.interaction.turn if kept else 0) != interaction.turn - 1:
            return False
        if kept is None:
            if change.token_hash is None:
                raise ValueError("A new interaction is saved with the hash of its visitor token.")
            if interaction.uuid in self._ids:
                raise Duplicate(f"It is already stored: the uuid {interaction.uuid}")
            kept = _Kept(interaction, change.token_hash)
        if turn.message_id is not None and turn.message_id in kept.messages:
            raise Duplicate(f"It is already stored: the message {turn.message_id}")
        if change.owes is not None and change.owes.token in self._owed:
            raise Duplicate(f"It is already stored: the call {change.owes.token}")
        if change.alongside:
            self.tables.at_once(*change.alongside)
        self._write(kept, change)
        return True

    def _write(self, kept: _Kept, change: Change) -> None:
        interaction, turn = change.interaction, change.turn
        self._kept[interaction.id] = kept
        self._ids[interaction.uuid] = interaction.id
        kept.interaction = interaction
        kept.due_at = interaction.due_at
        kept.turns.append(turn)
        if turn.message_id is not None:
            kept.messages[turn.message_id] = turn
        for name, datum in change.data.items():
            if datum is None:
                kept.data.pop(name, None)
            else:
                kept.data[name] = datum.data
        if change.owes is not None:
            self._owed[change.owes.token] = change.owes
        if change.settles is not None:
            self._owed.pop(change.settles, None)

    async def postpone(self, interaction_id: int, turn: int, due_at: int | None) -> None:
        kept = self._kept.get(interaction_id)
        if kept is not None and kept.interaction.turn == turn:
            kept.due_at = due_at

    async def turns(self, interaction_id: int, after_entry: int = 0, limit: int | None = None) -> list[TurnRecord]:
        kept = self._kept.get(interaction_id)
        if kept is None:
            return []
        if after_entry <= 0:
            return kept.turns[:limit]
        start = bisect_left(kept.turns, after_entry + 1, key=_last_entry)
        return [turn for turn in kept.turns[start:] if turn.entries][:limit]

    async def latest_turns(self, interaction_id: int, limit: int) -> list[TurnRecord]:
        kept = self._kept.get(interaction_id)
        return kept.turns[::-1][:limit] if kept else []

    # several processes

    @property
    def embedded(self) -> bool:
        return True

    async def beat(self, holder: str, for_ms: int) -> Alive:
        for other in {call.holder for call in self._owed.values()} - {holder}:
            await self.release(other)
        return Alive((holder,))

    async def leave(self, holder: str) -> None:
        await self.release(holder)

    def follow(self, hear: Callable[[str], None]) -> None:
        """There is no other process to hear of."""

    async def moved(self, turns: Mapping[str, int]) -> list[str]:
        known = {uuid: self._kept[self._ids[uuid]] for uuid in turns if uuid in self._ids}
        return [uuid for uuid, kept in known.items() if kept.interaction.turn > turns[uuid]]

    # deadlines

    async def due(self, now: int, limit: int, share: Share = ALL) -> list[str]:
        found = [
            (kept.due_at, kept.interaction.uuid)
            for kept in self._kept.values()
            if kept.due_at is not None and kept.due_at <= now and kept.interaction.id % share[1] == share[0]
        ]
        return [uuid for _, uuid in sorted(found)[:limit]]

    async def page(self, query: Query) -> Page:
        first, last = span(query)
        keys: list[Key] = []
        for kept in self._candidates(query):
            at = kept.interaction.ended_at if by_end(query) else kept.interaction.created_at
            if at is not None and first <= at <= last and _fits(kept, query):
                keys.append((at, kept.interaction.id))
        keys.sort()

        found, after, before = paginate(query, partial(following, keys))
        return Page(tuple(self._kept[key[1]].interaction for key in found), after, before)

    def _candidates(self, query: Query) -> list[_Kept]:
        if query.quick_ref is None:
            return list(self._kept.values())
        ids = ids_of_quick_ref(query.quick_ref, max(self._kept, default=0))
        return [self._kept[its] for its in ids if its in self._kept]

    # cleaning

    async def uncleaned(self, bot: str, ended_before: int, limit: int) -> list[int]:
        found = [
            (one.ended_at, one.id)
            for one in (kept.interaction for kept in self._kept.values())
            if one.bot == bot and one.finalized_at is not None and one.cleaned_at is None
            if one.ended_at is not None and one.ended_at < ended_before
        ]
        return [its for _, its in sorted(found)[:limit]]

    async def clean(
        self, interaction_id: int, at: int, by: CleanedBy, alongside: Sequence[Statement] = ()
    ) -> Taken | None:
        kept = self._kept.get(interaction_id)
        if kept is None or not kept.interaction.ended or kept.interaction.cleaned_at is not None:
            return None
        self.tables.at_once(*alongside)
        files = [file.id for file in self._files.values() if file.interaction_id == interaction_id]
        calls = [call.token for call in self._owed.values() if call.interaction_id == interaction_id]
        taken = Taken(len(kept.turns), len(files), len(kept.data), len(calls))
        for file_id in files:
            del self._files[file_id]
        for token in calls:
            del self._owed[token]
        kept.interaction = cleaned(kept.interaction, at)
        kept.turns = [cleaned_turn(turn, at, by) for turn in kept.turns]
        kept.turns.append(cleaning_turn(kept.interaction, at, by))
        kept.messages, kept.data, kept.due_at, kept.token_hash = {}, {}, None, b""
        return taken

    async def compact(self) -> None:
        """Nothing stays anywhere."""

    # calls owed

    async def owed(self, now: int, holder: str, limit: int) -> list[Owed]:
        free = sorted((call for call in self._owed.values() if call.held_until <= now), key=_held)[:limit]
        held = [msgspec.structs.replace(call, holder=holder, held_until=now + HOLD_MS) for call in free]
        self._owed.update({call.token: call for call in held})
        return held

    async def owed_of(self, interaction_id: int) -> list[Owed]:
        return sorted(
            (call for call in self._owed.values() if call.interaction_id == interaction_id), key=lambda call: call.token
        )

    async def release(self, holder: str) -> int:
        theirs = [call for call in self._owed.values() if call.holder == holder and call.held_until > 0]
        self._owed.update({call.token: msgspec.structs.replace(call, held_until=0) for call in theirs})
        return len(theirs)

    async def backlog(self, now: int) -> Backlog:
        overdue = [kept.due_at for kept in self._kept.values() if kept.due_at is not None and kept.due_at <= now]
        unheld = [call.held_until for call in self._owed.values() if call.held_until <= now]
        since = min(overdue, default=None)
        return Backlog(min(len(overdue), 10_000), since, len(self._owed), min(unheld, default=None))

    # bots

    async def publish(
        self,
        bot: str,
        definition: bytes,
        source: bytes,
        at: int,
        note: str,
        files: Sequence[StoredFile],
        by: str = "",
        alongside: Alongside = nothing_alongside,
    ) -> int:
        its = self._versions.get(bot, [])
        number = len(its) + 1
        new = {file.id: msgspec.structs.replace(file, bot=bot, version=number) for file in files}
        if len(new) < len(files) or any(file_id in self._files for file_id in new):
            raise Duplicate("It is already stored: a file of the version")
        self.tables.at_once(*alongside(number))
        self._files.update(new)
        self._versions[bot] = [*its, Version(bot, number, definition, source, at, note, by)]
        return number

    async def version(self, bot: str, number: int | None = None) -> Version | None:
        its = self._versions.get(bot, [])
        if number is None:
            return its[-1] if its else None
        return its[number - 1] if 0 < number <= len(its) else None

    async def versions(self, bot: str | None = None) -> list[Version]:
        if bot is None:
            return [self._versions[name][-1] for name in sorted(self._versions)]
        return [
            msgspec.structs.replace(version, definition=b"", source=b"")
            for version in self._versions.get(bot, [])[::-1]
        ]

    async def running(self, bot: str) -> dict[int, int]:
        active = (kept.interaction for kept in self._kept.values() if not kept.interaction.ended)
        return dict(Counter(interaction.version for interaction in active if interaction.bot == bot))

    async def version_files(self, bot: str, number: int) -> list[StoredFile]:
        return [_bare(file) for file in self._files.values() if file.bot == bot and file.version == number]

    # files

    async def put_file(self, file: StoredFile) -> None:
        if file.id in self._files:
            raise Duplicate(f"It is already stored: the file {file.id}")
        self._files[file.id] = file

    async def file(self, file_id: str) -> StoredFile | None:
        return self._files.get(file_id)

    async def files_of(self, interaction_id: int) -> list[StoredFile]:
        return [_bare(file) for file in self._files.values() if file.interaction_id == interaction_id]

    # secrets, breakers

    async def set_secret(self, name: str, sealed: bytes) -> None:
        self._secrets[name] = sealed

    async def secrets(self) -> dict[str, bytes]:
        return dict(sorted(self._secrets.items()))

    async def remove_secret(self, name: str) -> bool:
        return self._secrets.pop(name, None) is not None

    async def breakers(self) -> dict[str, bytes]:
        return dict(sorted(self._breakers.items()))

    async def set_breaker(self, endpoint: str, state: bytes) -> None:
        self._breakers[endpoint] = state


def _last_entry(turn: TurnRecord) -> int:
    return turn.first_entry + turn.entries.count("\n") if turn.entries else turn.first_entry - 1


def _held(call: Owed) -> tuple[int, str]:
    return call.held_until, call.token


def _bare(file: StoredFile) -> StoredFile:
    return msgspec.structs.replace(file, content=b"")


def _fits(kept: _Kept, query: Query) -> bool:
    interaction = kept.interaction
    return (
        suits(query, interaction.bot, NUMBERS[status(interaction)], interaction.created_at)
        and all(kept.data.get(name) == value for name, value in query.data)
        and (query.text is None or _says(kept, needles(query.text)))
    )


def _says(kept: _Kept, found: list[Needle]) -> bool:
    return bool(found) and any(
        all(contains(said, needle) for needle in found) for said in (words(text) for text in _texts(kept))
    )


def _texts(kept: _Kept) -> list[str]:
    return [text for turn in kept.turns for text in texts(turn.entries)]

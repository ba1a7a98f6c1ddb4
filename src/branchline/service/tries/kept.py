"""Where tries are kept: in tables of their own, so that no list, count, export or metric of interactions can see one."""

from collections.abc import Awaitable, Callable, Mapping
from secrets import randbits

import msgspec

from branchline.bot.model import Bot
from branchline.interaction.events import FileRef
from branchline.interaction.record import Interaction
from branchline.service.bots import Pinned
from branchline.service.refusals import BotUnknown
from branchline.store.port import Change, Duplicate, Loaded, Store, StoredFile, TurnRecord
from branchline.store.tables import tries as table
from branchline.store.tables.tries import FileRow, TryRow, TurnRow

ID_BITS = 47
_bot = msgspec.json.Decoder(Bot).decode
_files = msgspec.json.Decoder(dict[str, FileRef]).decode
record = msgspec.json.Decoder(Interaction).decode
encode = msgspec.json.Encoder().encode


class KeptTries:
    """A store of tries: as much of `store.port.Interactions` as a conversation needs.

    An id is random: nothing counts tries. What is asked for the files that a draft sends is asked of `draft_file`.
    """

    def __init__(self, store: Store, draft_file: Callable[[str, str], Awaitable[bytes]]) -> None:
        self._store = store
        self._tables = store.tables
        self._draft_file = draft_file

    @property
    def embedded(self) -> bool:
        return self._store.embedded

    async def reserve_id(self) -> int:
        return randbits(ID_BITS) + 1

    async def load(self, uuid: str, message_id: str | None = None) -> Loaded | None:
        row = await table.by_uuid(self._tables, uuid)
        last = None if row is None else await table.last(self._tables, row.id)
        if row is None or last is None:
            return None
        repeated = None
        if message_id is not None:
            turns = await self.turns(row.id)
            repeated = next((turn for turn in turns if turn.message_id == message_id), None)
        return Loaded(record(last), row.token_hash, repeated)

    async def save(self, change: Change) -> bool:
        try:
            await self._tables.write(
                table.adding_turn(change.interaction.id, turn_row(change.turn, change.interaction))
            )
        except Duplicate:
            return False
        return True

    async def postpone(self, interaction_id: int, turn: int, due_at: int | None) -> None:
        """Nothing is due by itself in a try."""

    async def turns(self, interaction_id: int, after_entry: int = 0, limit: int | None = None) -> list[TurnRecord]:
        rows = await table.turns(self._tables, interaction_id)
        found = [_turn(interaction_id, row) for row in rows if not after_entry or _last_entry(row) > after_entry]
        return found[:limit]

    async def latest_turns(self, interaction_id: int, limit: int) -> list[TurnRecord]:
        rows = await table.turns(self._tables, interaction_id) if limit else []
        return [_turn(interaction_id, row) for row in reversed(rows)][:limit]

    async def put_file(self, file: StoredFile) -> None:
        row = FileRow(file.id, file.name, file.media_type, file.size, file.content, file.created_at, 0)
        await self._tables.write(table.adding_file(file.interaction_id or 0, row))

    async def file(self, file_id: str) -> StoredFile | None:
        """Give a file: of a visitor by its id, of the draft by the try's uuid and the file's number in it."""
        row = await table.file(self._tables, file_id)
        if row is not None:
            return StoredFile(row.id, row.name, row.media_type, row.size, row.content, row.created_at, row.owner)
        uuid, _, number = file_id.partition(".")
        begun = await table.by_uuid(self._tables, uuid) if number else None
        files = _files(begun.files) if begun is not None else {}
        for path, ref in files.items():
            if begun is not None and ref.id == file_id:
                content = await self._draft_file(begun.bot, path)
                return StoredFile(ref.id, ref.name, ref.media_type, len(content), content, begun.created_at)
        return None

    def follow(self, hear: Callable[[str], None]) -> None:
        """No process hints at tries: who listens is told by looking."""

    async def moved(self, turns: Mapping[str, int]) -> list[str]:
        found = []
        for uuid, number in turns.items():
            loaded = await self.load(uuid)
            if loaded is not None and loaded.interaction.turn > number:
                found.append(uuid)
        return found

    # versions

    async def pinned(self, bot: str, number: int) -> Pinned:
        """Give the draft of a try: its version is its id, below 0."""
        row = await table.by_id(self._tables, -number)
        if row is None:
            raise BotUnknown(bot=bot)
        return pinned_of(row)

    async def of_uuid(self, uuid: str) -> Pinned | None:
        """Give the draft that a try runs on."""
        row = await table.by_uuid(self._tables, uuid)
        return None if row is None else pinned_of(row)

    async def newest(self, bot: str) -> Pinned:
        """Nobody begins a try through the chat API."""
        raise BotUnknown(bot=bot)


def pinned_of(row: TryRow) -> Pinned:
    return Pinned(_bot(row.definition), -row.id, _files(row.files))


def turn_row(turn: TurnRecord, after: Interaction) -> TurnRow:
    kept = encode(after).decode()
    return TurnRow(turn.number, turn.at, turn.first_entry, turn.entries, turn.trace, turn.message_id, kept)


def _turn(owner: int, row: TurnRow) -> TurnRecord:
    return TurnRecord(owner, row.number, row.at, row.first_entry, row.entries, row.trace, row.message_id)


def _last_entry(row: TurnRow) -> int:
    return row.first_entry + row.entries.count("\n") if row.entries else 0

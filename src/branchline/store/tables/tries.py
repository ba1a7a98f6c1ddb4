"""Tries of drafts, with their turns and files; what endpoints answered last; and the walks of a bot."""

from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Row, Tables

SQL = read_sql("branchline.store.tables", "tries.sql")


class TryRow(Struct, frozen=True):
    """A try as stored. `definition`: JSON of the bot; `files`: path to the file's head; `answers`: how each endpoint
    answers. `node` is where it begins, or empty.
    """

    id: int
    uuid: str
    token_hash: bytes
    bot: str
    revision: int
    node: str
    started_by: str
    created_at: int
    definition: str
    files: str
    answers: str


class TurnRow(Struct, frozen=True):
    """A turn of a try. `interaction`: JSON of the record after it."""

    number: int
    at: int
    first_entry: int
    entries: str
    trace: str
    message_id: str | None
    interaction: str


class FileRow(Struct, frozen=True):
    """A file that the visitor of a try sent."""

    id: str
    name: str
    media_type: str
    size: int
    content: bytes
    created_at: int
    owner: int


class RecordedRow(Struct, frozen=True):
    """What an endpoint answered last."""

    endpoint: str
    at: int
    answer: str


class WalkRow(Struct, frozen=True):
    """A walk. `document`: its JSON."""

    name: str
    document: str
    saved_at: int
    saved_by: str


def adding(row: TryRow) -> Statement:
    return SQL["add"](
        id=row.id,
        uuid=row.uuid,
        token_hash=row.token_hash,
        bot=row.bot,
        revision=row.revision,
        node=row.node,
        started_by=row.started_by,
        created_at=row.created_at,
        definition=row.definition,
        files=row.files,
        answers=row.answers,
    )


async def by_uuid(tables: Tables, uuid: str) -> TryRow | None:
    rows = await tables.read(SQL["by_uuid"](uuid=uuid))
    return _try(rows[0]) if rows else None


async def by_id(tables: Tables, its: int) -> TryRow | None:
    rows = await tables.read(SQL["by_id"](id=its))
    return _try(rows[0]) if rows else None


async def of_bot(tables: Tables, bot: str) -> list[int]:
    """Give the ids of a bot's tries, newest first."""
    return [row[0] for row in await tables.read(SQL["of_bot"](bot=bot))]


def answering(its: int, answers: str) -> Statement:
    return SQL["answers"](id=its, answers=answers).or_nothing()


def forgetting(before: int) -> tuple[Statement, ...]:
    """Drop what was begun before then, with its turns and files."""
    return tuple(SQL[name](before=before) for name in ("forget_turns", "forget_files", "forget"))


def dropping(its: int) -> tuple[Statement, ...]:
    return tuple(SQL[name](id=its) for name in ("drop_turns", "drop_its_files", "drop"))


def adding_turn(owner: int, row: TurnRow) -> Statement:
    """Duplicate when the try has that turn, or that message, already."""
    return SQL["add_turn"](
        **{"try": owner},
        number=row.number,
        at=row.at,
        first_entry=row.first_entry,
        entries=row.entries,
        trace=row.trace,
        message_id=row.message_id,
        interaction=row.interaction,
    )


async def last(tables: Tables, owner: int) -> str | None:
    """Give the record after the newest turn."""
    rows = await tables.read(SQL["last"](**{"try": owner}))
    return rows[0][0] if rows else None


async def turns(tables: Tables, owner: int) -> list[TurnRow]:
    return [TurnRow(*row) for row in await tables.read(SQL["turns"](**{"try": owner}))]


def cutting(owner: int, number: int) -> Statement:
    """Drop the turns from a number on."""
    return SQL["cut"](**{"try": owner}, number=number)


def adding_file(owner: int, row: FileRow) -> Statement:
    return SQL["add_file"](
        **{"try": owner},
        id=row.id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        created_at=row.created_at,
        content=row.content,
    )


async def file(tables: Tables, its: str) -> FileRow | None:
    rows = await tables.read(SQL["file"](id=its))
    if not rows:
        return None
    its_id, name, media_type, size, content, created_at, owner = rows[0]
    return FileRow(its_id, name, media_type, size, bytes(content), created_at, owner)


def recording(bot: str, row: RecordedRow) -> Statement:
    return SQL["record"](bot=bot, endpoint=row.endpoint, at=row.at, answer=row.answer)


async def recorded(tables: Tables, bot: str) -> list[RecordedRow]:
    return [RecordedRow(*row) for row in await tables.read(SQL["recorded"](bot=bot))]


def setting_walk(bot: str, row: WalkRow) -> Statement:
    return SQL["set_walk"](bot=bot, name=row.name, document=row.document, at=row.saved_at, by=row.saved_by)


async def walks(tables: Tables, bot: str) -> list[WalkRow]:
    return [WalkRow(*row) for row in await tables.read(SQL["walks"](bot=bot))]


def dropping_walk(bot: str, name: str) -> Statement:
    """Unmatched when the bot has no such walk."""
    return SQL["drop_walk"](bot=bot, name=name).or_nothing()


def _try(row: Row) -> TryRow:
    its, uuid, token_hash, *rest = row
    return TryRow(its, uuid, bytes(token_hash), *rest)

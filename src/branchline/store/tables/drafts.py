"""Drafts: one for a bot, guarded by a revision that grows with every save."""

from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Tables

SQL = read_sql("branchline.store.tables", "drafts.sql")


class DraftRow(Struct, frozen=True):
    """A draft as stored. `document`: JSON. `base`: the version it was made of. `source`: the file that was read for it,
    or that its last version was published as, for its comments.
    """

    bot: str
    revision: int
    document: str
    name: str
    errors: int
    warnings: int
    base: int | None
    saved_at: int
    saved_by: str
    source: bytes | None = None


async def draft(tables: Tables, bot: str) -> DraftRow | None:
    rows = await tables.read(SQL["draft"](bot=bot))
    return DraftRow(*rows[0]) if rows else None


async def heads(tables: Tables) -> list[DraftRow]:
    """Give all drafts without their documents, by bot."""
    return [DraftRow(*row) for row in await tables.read(SQL["heads"]())]


def adding(row: DraftRow) -> Statement:
    """Make a draft, of revision 1. Duplicate when the bot has one."""
    return SQL["add"](
        bot=row.bot,
        document=row.document,
        name=row.name,
        errors=row.errors,
        warnings=row.warnings,
        base=row.base,
        at=row.saved_at,
        by=row.saved_by,
        source=row.source,
    )


def saving(row: DraftRow) -> Statement:
    """Save over `row.revision`; Unmatched when the stored one is another."""
    return SQL["save"](
        bot=row.bot,
        revision=row.revision,
        document=row.document,
        name=row.name,
        errors=row.errors,
        warnings=row.warnings,
        at=row.saved_at,
        by=row.saved_by,
    ).or_nothing()


def replacing(row: DraftRow) -> Statement:
    """Save over `row.revision` with another base and source; Unmatched when the stored one is another."""
    return SQL["replace"](
        bot=row.bot,
        revision=row.revision,
        document=row.document,
        name=row.name,
        errors=row.errors,
        warnings=row.warnings,
        base=row.base,
        at=row.saved_at,
        by=row.saved_by,
        source=row.source,
    ).or_nothing()


def published(bot: str, revision: int, number: int, source: bytes) -> Statement:
    """Note that the draft is now as version `number`; Unmatched when it was saved meanwhile."""
    return SQL["published"](bot=bot, revision=revision, base=number, source=source).or_nothing()


def discarding(bot: str) -> Statement:
    """Unmatched when the bot has no draft."""
    return SQL["discard"](bot=bot).or_nothing()


class DraftFile(Struct, frozen=True):
    """A file that a draft may send, without its content."""

    path: str
    size: int
    saved_at: int
    saved_by: str


async def files(tables: Tables, bot: str) -> list[DraftFile]:
    """Give the files of a draft, by their paths."""
    return [DraftFile(*row) for row in await tables.read(SQL["files"](bot=bot))]


async def file(tables: Tables, bot: str, path: str) -> bytes | None:
    """Give the content of a file of a draft."""
    rows = await tables.read(SQL["file"](bot=bot, path=path))
    return bytes(rows[0][0]) if rows else None


def setting_file(bot: str, file: DraftFile, content: bytes) -> Statement:
    return SQL["set_file"](bot=bot, path=file.path, size=file.size, at=file.saved_at, by=file.saved_by, content=content)


def dropping_file(bot: str, path: str) -> Statement:
    """Unmatched when the draft has no such file."""
    return SQL["drop_file"](bot=bot, path=path).or_nothing()


def dropping_files(bot: str) -> Statement:
    return SQL["drop_files"](bot=bot)

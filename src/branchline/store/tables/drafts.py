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

"""On which sites a bot's chat was seen (milliseconds since the Unix epoch)."""

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Tables

_SQL = read_sql(__package__, "seen.sql")


def note(bot: str, origin: str, at: int, most: int) -> tuple[Statement, Statement]:
    """Keep that a site showed the chat; of a bot only so many are kept, the last ones."""
    return _SQL["note"](bot=bot, origin=origin, at=at), _SQL["trim"](bot=bot, same=bot, most=most)


async def of_bot(tables: Tables, bot: str) -> list[tuple[str, int]]:
    """Give the sites of a bot, the last one first."""
    return [(origin, at) for origin, at in await tables.read(_SQL["of_bot"](bot=bot))]

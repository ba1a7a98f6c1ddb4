"""Who has a draft open just now: one line for each window (`seat`), with a time to live (milliseconds since the Unix epoch)."""

from msgspec import Struct

from branchline.store.tables.statement import Statement, read_sql
from branchline.store.tables.tables import Tables

_SQL = read_sql(__package__, "present.sql")


class PresentRow(Struct, frozen=True):
    """A person who has the draft open in some other window, seen last at `at`."""

    person: str
    name: str
    at: int


def sitting(bot: str, seat: str, person: str, name: str, at: int, live_ms: int) -> tuple[Statement, Statement]:
    """Keep that a window has the draft open, and forget who was not seen for so long."""
    return _SQL["sit"](bot=bot, seat=seat, person=person, name=name, at=at), _SQL["clear"](before=at - live_ms)


def leaving(bot: str, seat: str, person: str) -> Statement:
    return _SQL["leave"](bot=bot, seat=seat, person=person)


async def others(tables: Tables, bot: str, seat: str, since: int) -> list[PresentRow]:
    """Give who else has the draft open, the same person in another window included."""
    return [PresentRow(*row) for row in await tables.read(_SQL["others"](bot=bot, seat=seat, since=since))]

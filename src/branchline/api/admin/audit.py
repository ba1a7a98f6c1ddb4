"""The audit log."""

from typing import Any

import msgspec
from msgspec import Struct

from branchline.api.admin.route import Call, Desk, Route
from branchline.service.access.audit import Outcome

AUDIT_PAGE = 100

_FIRST = 2**62


class AuditEntry(Struct, frozen=True):
    """Who did what, of what, and how it came out. `hash` binds it to all entries before."""

    number: int
    at: int
    who: str
    what: str
    of: str
    outcome: Outcome
    address: str
    details: dict[str, Any]
    hash: str


class AuditPage(Struct, frozen=True):
    """Entries, newest first; `before` asks for the next page, None where there is none."""

    entries: tuple[AuditEntry, ...]
    before: int | None


async def audit(desk: Desk, call: Call) -> AuditPage:
    rows = await desk.audit.page(call.number("before", _FIRST), AUDIT_PAGE)
    entries = tuple(
        AuditEntry(
            row.number,
            row.at,
            row.who,
            row.what,
            row.of,
            "done" if row.outcome == "done" else "refused",
            row.address,
            msgspec.json.decode(row.details),
            row.hash.hex(),
        )
        for row in rows
    )
    more = len(rows) == AUDIT_PAGE and rows[-1].number > 1
    return AuditPage(entries, rows[-1].number if more else None)


ROUTES = (
    Route(
        method="GET",
        path="/audit",
        permission="audit.read",
        summary="The audit log, newest first.",
        does=audit,
        gives=AuditPage,
        query={"before": "Only entries with lower numbers: `before` of the page before."},
    ),
)

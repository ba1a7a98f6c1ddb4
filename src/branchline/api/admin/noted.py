"""What a person did, for the audit log: of what is no change of a table, written after it."""

from branchline.api.admin.route import Call, Desk
from branchline.service.access.audit import Act


def act_of(desk: Desk, call: Call, what: str, of: str, **details: object) -> Act:
    """Give the entry for what this call does."""
    return Act(desk.clock(), call.who.person.email, what, of, address=call.visit.address, details=details)


async def note(desk: Desk, call: Call, what: str, of: str, **details: object) -> None:
    """Write it."""
    await desk.audit.write(act_of(desk, call, what, of, **details))

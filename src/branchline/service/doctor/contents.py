"""What is stored: what should have happened by now, and what is stuck."""

from branchline.fulfillment.breaker import is_open
from branchline.interaction.transcript import iso
from branchline.service.breakers import stored
from branchline.service.doctor.finding import Finding, Findings, error, good, note, warning
from branchline.service.retention import Retention
from branchline.store.port import Backlog, Query, Store
from branchline.store.tables import deliveries
from branchline.store.tables.marks import BACKUP, marks
from branchline.store.tables.targets import all_targets

LATE_MS = 60_000
"""How late a deadline may be kept before it is said: the sweep comes round twice a second."""
OWED_MS = 3_600_000
"""How long a delivery may be owed before it is said."""
BACKUP_MS = 7 * 86_400_000
UNINDEXED = 50_000
SANE_MS = 1_735_689_600_000
"""2025-01-01: no clock that is right shows an earlier time."""


async def look(store: Store, now: int) -> list[Finding]:
    newest = (await store.page(Query(size=1))).interactions
    found = list(_clock(now, newest[0].created_at if newest else None))
    found += _backlog(await store.backlog(now), now)
    found += _backup((await marks(store.tables)).get(BACKUP), now)
    for name, state in (await stored(store)).items():
        if is_open(state):
            until = f"left alone until {iso(state.until)}" if state.until > now else "tried again with its next call"
            found.append(
                warning(
                    "endpoint.open",
                    f"Endpoint {name} failed {state.failures} times in a row and is {until}.",
                    f"Look at the endpoint; `branchline endpoint reset {name}` asks it again at once.",
                )
            )
    return found + await _deliveries(store, now)


async def look_at_retention(retention: Retention) -> list[Finding]:
    return [
        warning(
            "retention.overdue",
            f"Interactions of bot {bot} should have lost their content more than a day ago.",
            "Is a server running? If one is, look in its log for retention.failed and retention.not_cleaned.",
        )
        for bot in await retention.overdue()
    ]


def _clock(now: int, newest: int | None) -> Findings:
    if now < SANE_MS:
        yield error("clock.wrong", f"The clock of this machine says {iso(now)}.", "Set it, and let it be kept (NTP).")
    elif newest is not None and newest > now + LATE_MS:
        yield error(
            "clock.behind",
            f"The clock says {iso(now)}, but the newest interaction began at {iso(newest)}.",
            "Set the clock. Until it has caught up, deadlines wait.",
        )
    else:
        yield good("clock.right", f"The clock says {iso(now)}.")


def _backlog(backlog: Backlog, now: int) -> Findings:
    late = backlog.overdue_since is not None and now - backlog.overdue_since > LATE_MS
    if late and backlog.overdue_since is not None:
        yield warning(
            "sweep.late",
            f"{backlog.overdue:,} interactions wait past their deadline, the oldest since {iso(backlog.overdue_since)}.",
            "Is a server running? If one is, look at its /readyz and its log.",
        )
    if backlog.unheld_since is not None and now - backlog.unheld_since > LATE_MS:
        yield warning(
            "calls.unheld",
            f"{backlog.owed:,} calls are owed; the oldest has been held by nobody since {iso(backlog.unheld_since)}.",
            "Is a server running? It takes them over.",
        )
    if not late:
        yield good("sweep.kept", "Deadlines and calls that are owed are kept.")
    if backlog.unindexed > UNINDEXED:
        yield warning(
            "search.behind",
            f"The search index lacks {backlog.unindexed:,} turns: the next search reads them first.",
            "It catches up in quieter minutes; a search makes it do so now.",
        )


def _backup(made: int | None, now: int) -> Findings:
    if made is None:
        yield note("backup.never", "No backup was made with `branchline backup`.", "Make one every day.")
    elif now - made > BACKUP_MS:
        yield warning("backup.old", f"The last backup was made at {iso(made)}.", "Make one every day.")
    else:
        yield good("backup.made", f"The last backup was made at {iso(made)}.")


async def _deliveries(store: Store, now: int) -> list[Finding]:
    owed, dead = await deliveries.backlog(store.tables), await deliveries.dead(store.tables)
    found = []
    for target in await all_targets(store.tables):
        name = f"{target.bot}/{target.name}"
        count, since = owed.get(target.id, (0, now))
        if target.state == "disabled" and target.why == "owner" and not count:
            found.append(note("target.off", f"Target {name} is switched off, and nothing waits for it."))
        elif target.state == "disabled":
            found.append(
                warning(
                    "target.disabled",
                    f"Target {name} is disabled since {iso(target.since)} ({target.why}); {count:,} deliveries wait for it.",
                    f"Mend it, then `branchline target enable {name}`.",
                )
            )
        elif now - since > OWED_MS:
            found.append(
                warning(
                    "delivery.stuck",
                    f"{count:,} deliveries are owed to {name}, the oldest since {iso(since)}.",
                    f"`branchline delivery list --target {name} --state owed` shows why.",
                )
            )
        if dead.get(target.id):
            found.append(
                note(
                    "delivery.dead",
                    f"{dead[target.id]:,} deliveries to {name} were given up.",
                    f"`branchline delivery replay --target {name} --state dead` owes them again.",
                )
            )
    return found

"""Looks at everything, in the order in which one thing needs the other."""

from collections.abc import Mapping

from branchline.errors import Refusal
from branchline.service.clock import Clock
from branchline.service.doctor.bots import look as look_at_bots
from branchline.service.doctor.contents import look as look_at_contents
from branchline.service.doctor.contents import look_at_retention
from branchline.service.doctor.file import look as look_at_file
from branchline.service.doctor.finding import Finding, error, good, note
from branchline.service.doctor.program import look as look_at_program
from branchline.service.doctor.settings import look as look_at_settings
from branchline.service.retention import Retention
from branchline.settings import Settings
from branchline.store import open_store


async def examine(
    settings: Settings,
    secret_key: str,
    environment: Mapping[str, str],
    clock: Clock,
    *,
    thorough: bool = False,
    example: str = "",
) -> list[Finding]:
    """Give everything that was found. `secret_key`: the key that is used; `thorough`: read every page of the file;
    `example`: host and port of the demo's order service, when this is the demo's database.
    """
    found = [*look_at_program(), *look_at_settings(settings, environment)]
    if settings.database.startswith("sqlite:///"):
        found += look_at_file(settings.database.removeprefix("sqlite:///"), thorough=thorough)
    if any(one.severity == "error" and one.code.startswith("database.") for one in found):
        return found
    if settings.database.startswith("memory:"):
        return found
    try:
        store = open_store(settings.database, exclusive=False)
        await store.open()
    except Refusal as refusal:
        return [*found, error("database.open", str(refusal), "Mend that first; the rest was not looked at.")]
    try:
        found.append(good("database.open", "The database answers, and its schema is the one of this Branchline."))
        found += await look_at_contents(store, clock())
        found += await look_at_retention(Retention(store, clock, settings.retention_days))
        if example:
            found.append(
                note("demo.here", f"It is the demo's, which opens {example} and signs the calls that go there.")
            )
        found += await look_at_bots(store, settings, secret_key, environment, example)
    except Refusal as refusal:
        found.append(error("database.read", str(refusal), "Mend that first; the rest was not looked at."))
    finally:
        await store.close()
    return found

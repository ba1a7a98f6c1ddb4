"""What needs somebody's attention while the server runs: what `branchline doctor` would find wrong, for the console."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from branchline.fulfillment.addresses import Opened
from branchline.service.bots import Bots
from branchline.service.clock import Clock
from branchline.service.doctor.bots import endpoints, sealed
from branchline.service.doctor.contents import look, look_at_retention
from branchline.service.doctor.finding import Finding
from branchline.service.retention import Retention
from branchline.service.secrets import Secrets
from branchline.store.port import Store

_PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "endpoint.": ("bots.read", "/endpoints"),
    "secret.": ("settings.read", "/endpoints?tab=secrets"),
    "target.": ("deliveries.read", "/deliveries?tab=targets"),
    "delivery.stuck": ("deliveries.read", "/deliveries?state=owed"),
    "delivery.dead": ("deliveries.read", "/deliveries?state=dead"),
    "retention.": ("settings.read", "/settings/server"),
}
"""By how its code begins: who may know of it, and where in the console it is mended."""
_ELSEWHERE: Final = ("settings.read", "")


class Concern(Struct, frozen=True):
    """One thing to look at. `place`: the page of the console that shows it, empty when that is none."""

    code: str
    severity: Literal["note", "warning", "error"]
    says: str
    place: str


class Attention:
    """Looks at what is stored. `inside`: which private addresses calls may go to."""

    def __init__(
        self, store: Store, bots: Bots, secrets: Secrets, clock: Clock, retention: Retention, inside: Opened
    ) -> None:
        self._store = store
        self._bots = bots
        self._secrets = secrets
        self._clock = clock
        self._retention = retention
        self._inside = inside

    async def concerns(self, permissions: tuple[str, ...]) -> tuple[Concern, ...]:
        """Give what is wrong and may be known with these permissions, what is worst first."""
        found = []
        for one in await self._look():
            permission, place = next((its for code, its in _PLACES.items() if one.code.startswith(code)), _ELSEWHERE)
            if one.severity != "good" and permission in permissions:
                found.append(Concern(one.code, one.severity, one.says, place))
        return tuple(sorted(found, key=lambda one: ("error", "warning", "note").index(one.severity)))

    async def _look(self) -> list[Finding]:
        await self._secrets.refresh()
        found = list(sealed(self._secrets, await self._secrets.kept()))
        for version in await self._store.versions():
            found += endpoints((await self._bots.pinned(version.bot, version.number)).bot, self._inside, self._secrets)
        found += await look(self._store, self._clock())
        found += await look_at_retention(self._retention)
        return [one for one in found if one.severity != "note" or one.code == "delivery.dead"]

"""The circuit breakers of all endpoints: in memory while calls go on, in the store when they open or close."""

from collections.abc import Mapping

import msgspec
import structlog

from branchline.errors import CallerError, HostError
from branchline.fulfillment.breaker import Breaker, after, allows, is_open
from branchline.fulfillment.call import Answered, Failed
from branchline.fulfillment.reasons import asked, unavailable
from branchline.service.clock import Clock
from branchline.store.port import Store

READ_EVERY_MS = 2_000
"""How soon a breaker that another process opened, closed or reset is noticed."""

log = structlog.get_logger()


class EndpointNotOpen(CallerError):
    """The circuit breaker of {endpoint!r} is not open. `branchline endpoint list` shows the open ones (BOT/ENDPOINT)."""

    code = "endpoint.not_open"
    status = 409


class Breakers:
    """Breakers by endpoint, "bot/name"."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._states: dict[str, Breaker] = {}
        self._read_at = 0

    async def open(self) -> None:
        self._states = await stored(self._store)
        self._read_at = self._clock()

    def states(self) -> Mapping[str, Breaker]:
        return dict(self._states)

    async def allows(self, endpoint: str) -> bool:
        """Say whether a call may go to an endpoint now."""
        await self._look()
        before = self._states.get(endpoint)
        if before is None:
            return True
        allowed, self._states[endpoint] = allows(before, self._clock())
        return allowed

    async def note(self, endpoint: str, outcome: Answered | Failed) -> None:
        """Take what came of a call. The breaker is stored when it opens or closes, not with every call."""
        if isinstance(outcome, Failed) and not asked(outcome.reason):
            return  # it says nothing about the endpoint
        ok = isinstance(outcome, Answered) or not unavailable(outcome.reason)
        before = self._states.get(endpoint)
        if ok and before is None:
            return
        state = after(before or Breaker(), ok, self._clock())
        if ok:
            self._states.pop(endpoint, None)
        else:
            self._states[endpoint] = state
        if is_open(state) != (before is not None and is_open(before)):
            log.warning("breaker.changed", endpoint=endpoint, open=is_open(state))
            try:
                await self._store.set_breaker(endpoint, msgspec.json.encode(state))
            except HostError as refusal:  # what the call brought is not lost for it
                log.warning("breaker.not_stored", endpoint=endpoint, code=refusal.code)

    async def _look(self) -> None:
        """Look now and then whether a breaker was opened, closed or reset from outside."""
        now = self._clock()
        if 0 <= now - self._read_at < READ_EVERY_MS:
            return
        self._read_at = now
        try:
            known = await stored(self._store)
        except HostError:
            return  # what is known goes on
        for endpoint, kept in known.items():
            mine = self._states.get(endpoint)
            if is_open(kept) != (mine is not None and is_open(mine)):
                self._states[endpoint] = kept


async def stored(store: Store) -> dict[str, Breaker]:
    """Read the breakers as they are kept."""
    return {name: msgspec.json.decode(state, type=Breaker) for name, state in (await store.breakers()).items()}


async def reset(store: Store, endpoint: str) -> bool:
    """Close a breaker by hand; False when it was not open. A running server notices within seconds."""
    state = (await stored(store)).get(endpoint)
    if state is None or not is_open(state):
        return False
    await store.set_breaker(endpoint, msgspec.json.encode(Breaker()))
    return True

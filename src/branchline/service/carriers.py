"""Makes the calls that saved turns owe, and brings what came of them back through the one door."""

import asyncio

import msgspec
import structlog

from branchline.actions.asking import Asking
from branchline.actions.custom_request import CustomRequest
from branchline.bot.model import Endpoint
from branchline.duration import milliseconds
from branchline.errors import Refusal
from branchline.fulfillment.breaker import Breaker, after, allows, is_open
from branchline.fulfillment.client import Answered, Call, Client, Failed
from branchline.fulfillment.reasons import Reason, asked, unavailable
from branchline.fulfillment.urls import BadUrl, build_url
from branchline.interaction.events import FulfillmentFailed, FulfillmentReturned, Given
from branchline.service.asking import action_of, endpoint_of
from branchline.service.bots import Bots
from branchline.service.clock import Clock
from branchline.service.converse import Converse
from branchline.service.custom import Filler
from branchline.service.secrets import Secrets
from branchline.store.port import Owed, Store

log = structlog.get_logger()


class Carriers:
    """The calls in flight of this process."""

    def __init__(
        self, store: Store, bots: Bots, converse: Converse, client: Client, secrets: Secrets, clock: Clock
    ) -> None:
        self._store = store
        self._bots = bots
        self._converse = converse
        self._client = client
        self._secrets = secrets
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}
        self._carrying: dict[str, asyncio.Task[None]] = {}
        converse.owe = self.carry

    async def open(self) -> None:
        await self._secrets.refresh()
        for endpoint, state in (await self._store.breakers()).items():
            self._breakers[endpoint] = msgspec.json.decode(state, type=Breaker)

    def carry(self, owed: Owed, body: bytes) -> None:
        """Make a call, beside whatever else goes on."""
        if owed.token in self._carrying:
            return
        task = asyncio.get_running_loop().create_task(self._carry(owed, body))
        self._carrying[owed.token] = task
        task.add_done_callback(lambda _: self._carrying.pop(owed.token, None))

    async def take_over(self, owed: Owed) -> None:
        """Bring a call to its end that a stopped process left: repeat it where that is safe, else say that its outcome is unknown."""
        if owed.token in self._carrying:
            return
        if owed.body is not None:
            self.carry(owed, owed.body)
            return
        detail = "The server stopped between sending the request and storing the answer."
        await self._converse.receive(
            owed.uuid, FulfillmentFailed(self._clock(), owed.token, Reason.OUTCOME_UNKNOWN, detail)
        )

    async def drain(self, seconds: float) -> None:
        """Wait for the calls in flight; those that take longer are left to `take_over`."""
        tasks = set(self._carrying.values())
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in self._carrying.values():
            task.cancel()

    async def _carry(self, owed: Owed, body: bytes) -> None:
        try:
            event = await self._ask(owed, body)
            await self._converse.receive(owed.uuid, event)
        except Refusal as refusal:
            # Nothing is lost: the call stays owed in the store, and the sweep takes it over when its hold runs out.
            log.warning("fulfillment.unsettled", token=owed.token, code=refusal.code)
        except Exception:
            log.exception("fulfillment.unsettled", token=owed.token)

    async def _ask(self, owed: Owed, body: bytes) -> FulfillmentReturned | FulfillmentFailed:
        pinned = await self._bots.pinned(owed.bot, owed.version)
        action = action_of(pinned.bot, owed.node, owed.action)
        endpoint = endpoint_of(pinned.bot, action)
        if action is None or endpoint is None or endpoint.disabled:
            return self._failed(owed, Reason.DISABLED, "The endpoint is switched off or not part of the bot.")
        key = f"{owed.bot}/{action.endpoint}"
        allowed = await self._breaker_allows(key)
        if not allowed:
            return self._failed(owed, Reason.CIRCUIT_OPEN, "The endpoint failed too often and is left alone for now.")
        await self._secrets.refresh(self._clock())
        try:
            call = await self._call(owed, key, action, endpoint, body)
        except (Refusal, BadUrl) as problem:
            log.error("fulfillment.disabled", endpoint=key, problem=str(problem))
            return self._failed(owed, Reason.DISABLED, str(problem))
        outcome = await self._client.call(call)
        await self._note(key, outcome)
        if isinstance(outcome, Answered):
            pairs = tuple(Given(pair.name, pair.data) for pair in outcome.pairs)
            return FulfillmentReturned(self._clock(), owed.token, pairs, outcome.took_ms)
        return FulfillmentFailed(self._clock(), owed.token, outcome.reason, outcome.detail, outcome.took_ms)

    async def _call(self, owed: Owed, key: str, action: Asking, endpoint: Endpoint, body: bytes) -> Call:
        """Build the call. A custom request's data goes into its path and query percent-encoded, never anywhere else."""
        custom = action if isinstance(action, CustomRequest) else None
        url = endpoint.url
        if custom is not None:
            loaded = await self._store.load(owed.uuid)
            if loaded is not None:
                url = build_url(url, custom.path, custom.query, Filler(loaded.interaction))
        return Call(
            id=owed.token,
            endpoint=key,
            method="POST" if custom is None else custom.method,
            url=url,
            headers=self._headers(endpoint),
            body=body,
            deadline_ms=milliseconds(endpoint.deadline),
            mapping=None if custom is None else tuple(custom.mapping.items()),
            signing_secrets=tuple(self._secrets.value(name) for name in endpoint.signing),
        )

    def _headers(self, endpoint: Endpoint) -> tuple[tuple[str, str], ...]:
        return tuple((name, self._secrets.insert(value)) for name, value in endpoint.headers.items())

    def _failed(self, owed: Owed, reason: Reason, detail: str) -> FulfillmentFailed:
        return FulfillmentFailed(self._clock(), owed.token, reason, detail)

    async def _breaker_allows(self, endpoint: str) -> bool:
        before = self._breakers.get(endpoint)
        if before is None:
            return True
        allowed, state = allows(before, self._clock())
        self._breakers[endpoint] = state
        return allowed

    async def _note(self, endpoint: str, outcome: Answered | Failed) -> None:
        """Tell the breaker what came of a call; it is stored when it opens or closes, not on every call."""
        if isinstance(outcome, Failed) and not asked(outcome.reason):
            return  # it says nothing about the endpoint
        ok = isinstance(outcome, Answered) or not unavailable(outcome.reason)
        before = self._breakers.get(endpoint)
        if ok and before is None:
            return
        now = self._clock()
        state = after(before or Breaker(), ok, now)
        self._breakers[endpoint] = state
        if is_open(state) != (before is not None and is_open(before)):
            log.warning("breaker.changed", endpoint=endpoint, open=is_open(state))
            await self._store.set_breaker(endpoint, msgspec.json.encode(state))

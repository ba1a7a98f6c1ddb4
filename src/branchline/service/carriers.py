"""Makes the calls that saved turns owe, and brings what came of them back through the one door."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic

import structlog
from msgspec.structs import replace

from branchline import tracing
from branchline.actions.asking import Asking
from branchline.actions.custom_request import CustomRequest
from branchline.bot.model import Endpoint
from branchline.duration import milliseconds
from branchline.errors import CallerError, HostError, Refusal
from branchline.faults import passed
from branchline.fulfillment.breaker import Breaker
from branchline.fulfillment.call import Answered, Call, Failed
from branchline.fulfillment.client import Client
from branchline.fulfillment.reasons import Reason
from branchline.fulfillment.traced import traced
from branchline.interaction.events import FulfillmentFailed, FulfillmentReturned, Given
from branchline.service.asking import Request, action_of, endpoint_of, kept
from branchline.service.bots import Bots
from branchline.service.breakers import Breakers
from branchline.service.clock import Clock
from branchline.service.converse import Converse
from branchline.service.lease import Lease
from branchline.service.secrets import Secrets
from branchline.store.port import Owed, Store

KEEP_ANSWER_S = 120.0
"""How long the answer of an endpoint is kept for a database that is away."""
AGAIN_S = 0.5

log = structlog.get_logger()


class CallNotRepeatable(CallerError):
    """This call cannot be made again: its endpoint is not marked as safe to repeat, so a second request might act twice. Mark the endpoint in the builder if it honours the Idempotency-Key."""

    code = "call.not_repeatable"
    status = 409


class Carriers:
    """The calls in flight of this process."""

    def __init__(
        self,
        store: Store,
        bots: Bots,
        converse: Converse,
        client: Client,
        secrets: Secrets,
        clock: Clock,
        lease: Lease,
    ) -> None:
        self._bots = bots
        self._converse = converse
        self._client = client
        self._secrets = secrets
        self._clock = clock
        self._lease = lease
        self._breakers = Breakers(store, clock)
        self._carrying: dict[str, asyncio.Task[None]] = {}
        self._late: set[str] = set()
        """Calls whose visitors went on without them; their answers are still listened for, to be recorded."""
        self._settling: set[asyncio.Task[None]] = set()
        converse.owe = self.carry

    @property
    def in_flight(self) -> int:
        """Count the calls that are being made, those that wait for a slot too."""
        return len(self._carrying) - len(self._late)

    def breakers(self) -> Mapping[str, Breaker]:
        """Give the breakers that are not at rest, by endpoint."""
        return self._breakers.states()

    async def open(self) -> None:
        await self._secrets.refresh()
        await self._breakers.open()

    def carry(self, owed: Owed, request: Request) -> None:
        """Make a call, beside whatever else goes on."""
        if owed.token in self._carrying:
            return
        task = asyncio.get_running_loop().create_task(self._carry(owed, request))
        self._carrying[owed.token] = task
        task.add_done_callback(lambda _: self._carrying.pop(owed.token, None))

    async def take_over(self, owed: Owed) -> None:
        """Bring a call to its end that a stopped process left: repeat it where that is safe, else say that its outcome is unknown."""
        if owed.token in self._carrying:
            return
        if owed.body is not None:
            self.carry(owed, kept(owed.body))
            return
        detail = "The server stopped between sending the request and storing the answer."
        await self._converse.receive(
            owed.uuid, FulfillmentFailed(self._clock(), owed.token, Reason.OUTCOME_UNKNOWN, detail)
        )

    def repeat(self, owed: Owed) -> bool:
        """Ask once more while a call is still owed, with its id and its body; False while that is already done.

        What comes first counts. A repeat brings an answer or nothing: the attempt before it is still under way, or is
        taken over when its hold runs out, and it says what becomes of the call. CallNotRepeatable.
        """
        if owed.body is None:
            raise CallNotRepeatable()
        again = f"{owed.token} again"
        if again in self._carrying:
            return False
        task = asyncio.get_running_loop().create_task(
            self._repeat(replace(owed, holder=self._lease.holder), kept(owed.body))
        )
        self._carrying[again] = task
        task.add_done_callback(lambda _: self._carrying.pop(again, None))
        return True

    async def drain(self, seconds: float) -> None:
        """Wait for the calls in flight; those that take longer are left to `take_over`. Nobody waits for a late one."""
        for token in self._late:
            self._carrying[token].cancel()
        tasks = {*self._carrying.values(), *self._settling}
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in self._carrying.values():
            task.cancel()

    async def _carry(self, owed: Owed, request: Request) -> None:
        tracing.current.set(tracing.trace_id(request.traceparent))
        try:
            event = await self._ask(owed, request)
        except Exception:
            log.exception("fulfillment.unsettled", token=owed.token)
            return
        finally:
            late = owed.token in self._late
            self._late.discard(owed.token)
        passed("answer.read")
        if not late:
            await self._settle(owed, event)
        elif isinstance(event, FulfillmentReturned):
            log.info("fulfillment.late", token=owed.token, took_ms=event.took_ms)
            await self._settle(owed, event)  # its token is stale by now: it is recorded and changes nothing

    async def _repeat(self, owed: Owed, request: Request) -> None:
        tracing.current.set(tracing.trace_id(request.traceparent))
        try:
            event = await self._ask(owed, request, listen=False)
        except Exception:
            log.exception("fulfillment.not_repeated", token=owed.token)
            return
        if isinstance(event, FulfillmentReturned):
            await self._settle(owed, event)
        else:
            log.info("fulfillment.repeat_failed", token=owed.token, reason=event.reason)

    async def _settle(self, owed: Owed, event: FulfillmentReturned | FulfillmentFailed) -> None:
        """Bring in what came of a call. While the database is away, what the endpoint answered is kept, and tried again:
        the token makes sure that it counts once.
        """
        until = monotonic() + KEEP_ANSWER_S
        while True:
            try:
                await self._converse.receive(owed.uuid, event)
                return
            except Refusal as refusal:
                # Nothing is lost: the call stays owed in the store, and the sweep takes it over when its hold runs out.
                log.warning("fulfillment.unsettled", token=owed.token, code=refusal.code)
                if not isinstance(refusal, HostError) or monotonic() > until:
                    return
            except Exception:
                log.exception("fulfillment.unsettled", token=owed.token)
                return
            await asyncio.sleep(AGAIN_S)

    async def _ask(
        self, owed: Owed, request: Request, *, listen: bool = True
    ) -> FulfillmentReturned | FulfillmentFailed:
        """Make the call of an owed one. `listen`: past its deadline, for an answer that is only recorded."""
        pinned = await self._bots.pinned(owed.bot, owed.version)
        action = action_of(pinned.bot, owed.node, owed.action)
        endpoint = endpoint_of(pinned.bot, action)
        if action is None or endpoint is None or request.problem:
            return self._failed(owed, Reason.DISABLED, request.problem)
        key = f"{owed.bot}/{action.endpoint}"
        if not await self._breakers.allows(key):
            return self._failed(owed, Reason.CIRCUIT_OPEN, "The endpoint failed too often and is left alone for now.")
        await self._secrets.refresh(self._clock())
        try:
            call = call_of(
                owed.token, key, action, endpoint, request, self._secrets, lambda: self._lease.holds(owed.holder)
            )
        except Refusal as problem:
            log.error("fulfillment.disabled", endpoint=key, problem=str(problem))
            return self._failed(owed, Reason.DISABLED, str(problem))
        on: Callable[[Failed], None] | None = (lambda overdue: self._go_on(owed, key, overdue)) if listen else None
        outcome = await traced(self._client, call, "fulfillment", request.traceparent, on)
        if owed.token not in self._late:
            await self._breakers.note(key, outcome)
        return self._event(owed, outcome)

    def _go_on(self, owed: Owed, endpoint: str, overdue: Failed) -> None:
        """Let the visitor go on at the deadline, while the answer is still listened for."""

        async def settle() -> None:
            await self._breakers.note(endpoint, overdue)
            await self._settle(owed, self._event(owed, overdue))

        self._late.add(owed.token)
        task = asyncio.get_running_loop().create_task(settle())
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    def _event(self, owed: Owed, outcome: Answered | Failed) -> FulfillmentReturned | FulfillmentFailed:
        if isinstance(outcome, Answered):
            pairs = tuple(Given(pair.name, pair.data) for pair in outcome.pairs)
            return FulfillmentReturned(self._clock(), owed.token, pairs, outcome.took_ms)
        return FulfillmentFailed(self._clock(), owed.token, outcome.reason, outcome.detail, outcome.took_ms)

    def _failed(self, owed: Owed, reason: Reason, detail: str) -> FulfillmentFailed:
        return FulfillmentFailed(self._clock(), owed.token, reason, detail)


def call_of(
    its: str,
    key: str,
    action: Asking,
    endpoint: Endpoint,
    request: Request,
    secrets: Secrets,
    may_send: Callable[[], bool] | None = None,
) -> Call:
    """Give the call of an action, secrets inserted; a Refusal when one is missing. `key`: whose slots it takes."""
    return Call(
        id=its,
        endpoint=key,
        method=action.method if isinstance(action, CustomRequest) else "POST",
        url=request.url,
        headers=tuple((name, secrets.insert(value)) for name, value in endpoint.headers.items()),
        body=request.body,
        deadline_ms=milliseconds(endpoint.deadline),
        mapping=tuple(action.mapping.items()) if isinstance(action, CustomRequest) else None,
        signing_secrets=tuple(secrets.value(name) for name in endpoint.signing),
        may_send=may_send,
    )

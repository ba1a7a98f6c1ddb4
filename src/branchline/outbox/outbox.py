"""Claims what is owed, attempts it, and keeps what came of it.

A claim is a lease: whoever holds it attempts the delivery, and a process that dies with it loses it when it runs out.
Then the delivery is attempted again, with the same id and the same body: a target gets each delivery at least once,
and tells repeats by the id. Each target has slots of its own, so a slow one holds up no other.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from branchline import tracing
from branchline.errors import Refusal
from branchline.faults import passed
from branchline.fulfillment.breaker import FIRST_PAUSE_MS, LAST_PAUSE_MS, THRESHOLD
from branchline.fulfillment.call import Answered, Call, Failed
from branchline.fulfillment.client import DEADLINE_MAX_MS, Client
from branchline.fulfillment.reasons import Reason, asked, unavailable
from branchline.fulfillment.traced import traced
from branchline.outbox.ladder import HOUR_MS, wait_ms
from branchline.outbox.owed import body
from branchline.store.port import Store
from branchline.store.tables import Statement
from branchline.store.tables import deliveries as owing
from branchline.store.tables import targets as known
from branchline.store.tables.deliveries import Attempt, Delivery
from branchline.store.tables.targets import Target

EVERY_S = 1.0
"""How often the store is asked for what is owed: it is the only timer, so a restart loses nothing."""
LEASE_MS = DEADLINE_MAX_MS + 30_000
"""How long a claim holds: the longest call, and time to keep what came of it."""
FAILING_MS = 5 * 24 * HOUR_MS
"""A target that has done nothing but fail for so long is disabled."""
REST_MAX_MS = HOUR_MS
"""The longest time for which one answer's Retry-After holds back all that is owed to a target."""
GONE = 410
"""The status with which a target says that it is gone for good (RFC 9110 §15.5.11)."""
DETAIL_LIMIT = 500
"""Characters of an attempt's detail."""
ERASED = "erased"
"""The reason of a delivery whose interaction is there no more."""

Request = Callable[[Target, str, bytes], Awaitable[Call]]
"""Makes the call that brings a body to a target under an id; a Refusal when a secret is missing."""

log = structlog.get_logger()


class Outbox:
    """The deliveries of this process. `holder` names it; `per_target` and `in_all` bound what is in flight.

    A target with nothing in flight may always have one, whatever the others hold.
    """

    def __init__(
        self,
        store: Store,
        client: Client,
        request: Request,
        clock: Callable[[], int],
        holder: Callable[[], str],
        *,
        per_target: int = 8,
        in_all: int = 64,
    ) -> None:
        self._store = store
        self._client = client
        self._request = request
        self._clock = clock
        self._holder = holder
        self._per_target = per_target
        self._in_all = in_all
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight: Counter[str] = Counter()
        self._freed = asyncio.Event()

    async def run(self) -> None:
        """Deliver until cancelled. A failing store is waited for: what is owed stays owed."""
        while True:
            self._freed.clear()
            try:
                await self.once()
            except Refusal as refusal:
                log.warning("outbox.failed", code=refusal.code)
                await asyncio.sleep(EVERY_S)
            except Exception:
                log.exception("outbox.failed")
                await asyncio.sleep(EVERY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._freed.wait()

    async def once(self) -> int:
        """Claim what is due and begin to attempt it; gives how many."""
        begun = 0
        due = await known.due_targets(self._store.tables, self._clock())
        for target in sorted(due, key=lambda one: self._in_flight[one.id]):
            room = self._room(target)
            if room > 0:
                for delivery in await self._claim(target, room):
                    self._begin(target, delivery)
                    begun += 1
        return begun

    async def settled(self, seconds: float | None = None) -> None:
        """Wait for the attempts in flight, as long as that."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)

    async def drain(self, seconds: float) -> None:
        """Finish what is in flight; leave what takes longer to whoever is there next, at once."""
        await self.settled(seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self.release()
        except Refusal as refusal:
            log.warning("outbox.not_released", code=refusal.code)  # then the leases run out

    async def release(self) -> None:
        """Let go of all that this process holds."""
        await self._store.tables.write(owing.release(self._holder()))

    def _room(self, target: Target) -> int:
        held = self._in_flight[target.id]
        if target.pause_ms:
            return 0 if held else 1
        free = self._in_all - self._in_flight.total()
        return min(self._per_target - held, max(free, 0 if held else 1))

    async def _claim(self, target: Target, room: int) -> list[Delivery]:
        now = self._clock()
        tables = self._store.tables
        if target.pause_ms:
            [won] = await tables.write(known.probe(target.id, now, now + FIRST_PAUSE_MS))
            if not won:
                return []
        [rows] = await tables.write(owing.claim(target.id, self._holder(), now, now + LEASE_MS, room))
        return [owing.delivery(row) for row in rows]

    def _begin(self, target: Target, delivery: Delivery) -> None:
        self._in_flight[target.id] += 1
        task = asyncio.get_running_loop().create_task(self._deliver(target, delivery))
        self._tasks.add(task)

        def over(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self._in_flight[target.id] -= 1
            if not self._in_flight[target.id]:
                del self._in_flight[target.id]
            self._freed.set()

        task.add_done_callback(over)

    async def _deliver(self, target: Target, delivery: Delivery) -> None:
        try:
            found = await body(self._store, delivery)
            if found is None:
                await self._forget(delivery)
                return
            outcome = await self._call(target, delivery, *found)
            passed("delivery.sent")
            await self._keep(target, delivery, outcome)
        except Refusal as refusal:
            # Nothing is lost: the delivery stays owed in the store, and is claimed again when its lease runs out.
            log.warning("delivery.unsettled", delivery=delivery.id, code=refusal.code)
        except Exception:
            log.exception("delivery.unsettled", delivery=delivery.id)

    async def _call(self, target: Target, delivery: Delivery, content: bytes, parent: str) -> Answered | Failed:
        tracing.current.set(tracing.trace_id(parent))
        try:
            call = await self._request(target, delivery.id, content)
        except Refusal as problem:
            return Failed(Reason.DISABLED, str(problem), None, 0, 0)
        return await traced(self._client, call, "delivery", parent)

    async def _keep(self, target: Target, delivery: Delivery, outcome: Answered | Failed) -> None:
        now = self._clock()
        disabling = _disabling(target, outcome, now)
        kept, *_, disabled = await self._store.tables.write(
            _settled(delivery, outcome, now),
            owing.note(delivery, _attempt(delivery, outcome, now)),
            *_told(target, outcome, now),
            *disabling,
        )
        name = f"{target.bot}/{target.name}"
        if not kept:
            log.warning("delivery.held_by_another", delivery=delivery.id, attempt=delivery.fence)
        elif isinstance(outcome, Failed):
            log.info("delivery.failed", delivery=delivery.id, target=name, reason=outcome.reason, status=outcome.status)
        if disabling and disabled and isinstance(outcome, Failed):
            log.warning("target.disabled", target=name, why=disabled[0][0], last=outcome.detail)

    async def _forget(self, delivery: Delivery) -> None:
        """Give up a delivery whose interaction was erased."""
        now = self._clock()
        gone = owing.settle(
            delivery, state="dead", failed=delivery.failed, next_at=now, reason=ERASED, status=None, now=now
        )
        await self._store.tables.write(gone)


def _settled(delivery: Delivery, outcome: Answered | Failed, now: int) -> Statement:
    """Keep where the delivery stands after an attempt."""
    if isinstance(outcome, Answered):
        status = outcome.status
        return owing.settle(
            delivery, state="delivered", failed=delivery.failed, next_at=now, reason="", status=status, now=now
        )
    reason, failed = outcome.reason.value, delivery.failed + 1
    if outcome.status == GONE:
        # The target is disabled now. What is owed to it waits, and none of it dies of that.
        wait: int | None = 0
        failed = delivery.failed
    else:
        wait = wait_ms(delivery.id, failed, outcome.retry_after_ms)
    return owing.settle(
        delivery,
        state="dead" if wait is None else "owed",
        failed=failed,
        next_at=now + (wait or 0),
        reason=reason,
        status=outcome.status,
        now=now,
    )


def _attempt(delivery: Delivery, outcome: Answered | Failed, now: int) -> Attempt:
    if isinstance(outcome, Answered):
        return Attempt(delivery.fence, now, outcome.took_ms, "", outcome.status, "")
    detail = outcome.detail[:DETAIL_LIMIT]
    return Attempt(delivery.fence, now, outcome.took_ms, outcome.reason.value, outcome.status, detail)


def _told(target: Target, outcome: Answered | Failed, now: int) -> tuple[Statement, ...]:
    """Keep what an outcome says about the target itself."""
    if isinstance(outcome, Answered):
        return (known.succeeded(target.id),)
    rest = min(outcome.retry_after_ms or 0, REST_MAX_MS) if outcome.status in {429, 503} else 0
    resting = (known.rest(target.id, now + rest),) if rest else ()
    if asked(outcome.reason) and not unavailable(outcome.reason):
        return (known.refused(target.id, now), *resting)
    counted = known.unavailable(
        target.id,
        now,
        probe=target.pause_ms > 0,
        threshold=THRESHOLD,
        first_pause=FIRST_PAUSE_MS,
        last_pause=LAST_PAUSE_MS,
    )
    return (*counted, *resting)


def _disabling(target: Target, outcome: Answered | Failed, now: int) -> tuple[Statement, ...]:
    """Call a target no more that is gone, or that has done nothing but fail for days."""
    if isinstance(outcome, Answered):
        return ()
    if outcome.status == GONE:
        return (known.disable(target.id, "gone", now),)
    if target.failing_since is not None and target.failing_since <= now - FAILING_MS:
        return (known.disable_failing(target.id, now - FAILING_MS, now),)
    return ()

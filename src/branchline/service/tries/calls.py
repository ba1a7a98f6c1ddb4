"""Who answers when a try asks an endpoint: the endpoint itself, what it answered last, or the author."""

import asyncio
from typing import Annotated, Literal

import msgspec
import structlog
from msgspec import Meta, Struct

from branchline.errors import CallerError, Refusal
from branchline.fulfillment.call import Answered, Failed
from branchline.fulfillment.client import Client
from branchline.fulfillment.reasons import Reason
from branchline.interaction.events import FulfillmentFailed, FulfillmentReturned, Given
from branchline.interaction.record import DATA_LIMIT, NAME_LIMIT
from branchline.service.asking import Request, action_of, endpoint_of
from branchline.service.carriers import call_of
from branchline.service.clock import Clock
from branchline.service.converse import Converse
from branchline.service.secrets import Secrets
from branchline.service.tries.kept import KeptTries
from branchline.store.port import Owed, Store
from branchline.store.tables import tries as table
from branchline.store.tables.tries import RecordedRow

REASONS = tuple(reason.value for reason in Reason)

log = structlog.get_logger()


class AnswerUnrecorded(CallerError):
    """Nothing was recorded yet for the endpoint {endpoint!r}. Let it answer once, or type an answer by hand."""

    code = "answer.unrecorded"
    status = 422


class AnswerInvalid(CallerError):
    """The answer of {endpoint!r} cannot be used: {problem}"""

    code = "answer.invalid"
    status = 422


class Pair(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
    data: Annotated[str, Meta(max_length=DATA_LIMIT)]


class AnswerMode(Struct, frozen=True, omit_defaults=True):
    """How an endpoint answers in a try: it is asked itself (`real`), it answers what it answered last (`recorded`), or
    what is typed here (`typed`): pairs, or the reason why it fails.
    """

    mode: Literal["real", "recorded", "typed"] = "real"
    pairs: Annotated[tuple[Pair, ...], Meta(max_length=1_000)] = ()
    failed: Annotated[str, Meta(max_length=50)] = ""


class Recorded(Struct, frozen=True, omit_defaults=True):
    """What an endpoint answered last: pairs, or the reason why it failed."""

    pairs: tuple[Pair, ...] = ()
    failed: str = ""
    detail: str = ""
    took_ms: int = 0


Answers = dict[str, AnswerMode]
answers_of = msgspec.json.Decoder(Answers).decode
_recorded = msgspec.json.Decoder(Recorded).decode
_encode = msgspec.json.Encoder().encode


class TryCalls:
    """Makes the calls of tries, one after the other for each. No breaker hears of them, and they take no visitor's slot."""

    def __init__(
        self, store: Store, kept: KeptTries, converse: Converse, client: Client, secrets: Secrets, clock: Clock
    ) -> None:
        self._tables = store.tables
        self._kept = kept
        self._converse = converse
        self._client = client
        self._secrets = secrets
        self._clock = clock
        self._carrying: set[asyncio.Task[None]] = set()
        converse.owe = self.carry

    def carry(self, owed: Owed, request: Request) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(owed, request))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def close(self) -> None:
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    async def recorded(self, bot: str) -> dict[str, tuple[int, Recorded]]:
        """Give what each endpoint of a bot answered last, and when."""
        return {row.endpoint: (row.at, _recorded(row.answer)) for row in await table.recorded(self._tables, bot)}

    async def record(self, bot: str, endpoint: str, outcome: Answered | Failed) -> None:
        """Keep what an endpoint answered."""
        if isinstance(outcome, Answered):
            pairs = tuple(Pair(pair.name, pair.data) for pair in outcome.pairs)
            kept = Recorded(pairs, took_ms=outcome.took_ms)
        else:
            kept = Recorded((), outcome.reason, outcome.detail, outcome.took_ms)
        await self._tables.write(table.recording(bot, RecordedRow(endpoint, self._clock(), _encode(kept).decode())))

    async def check(self, bot: str, answers: Answers, endpoints: frozenset[str]) -> None:
        """Refuse answers that cannot be given: AnswerInvalid, AnswerUnrecorded."""
        recorded = await self.recorded(bot)
        for endpoint, mode in answers.items():
            if endpoint not in endpoints:
                known = ", ".join(sorted(endpoints)) or "none"
                raise AnswerInvalid(endpoint=endpoint[:100], problem=f"the draft has no such endpoint; it has {known}.")
            if mode.mode == "recorded" and endpoint not in recorded:
                raise AnswerUnrecorded(endpoint=endpoint)
            if mode.failed and mode.failed not in REASONS:
                raise AnswerInvalid(endpoint=endpoint, problem=f"there is no reason {mode.failed!r}.")

    async def _carry(self, owed: Owed, request: Request) -> None:
        try:
            event = await self._ask(owed, request)
            await self._converse.receive(owed.uuid, event)
        except Exception:
            log.exception("try.unsettled", token=owed.token)

    async def _ask(self, owed: Owed, request: Request) -> FulfillmentReturned | FulfillmentFailed:
        pinned = await self._kept.pinned(owed.bot, owed.version)
        row = await table.by_id(self._tables, owed.interaction_id)
        action = action_of(pinned.bot, owed.node, owed.action)
        endpoint = endpoint_of(pinned.bot, action)
        if row is None or action is None or endpoint is None:
            return FulfillmentFailed(self._clock(), owed.token, Reason.DISABLED, request.problem)
        mode = answers_of(row.answers).get(action.endpoint, AnswerMode())
        if mode.mode == "typed":
            return self._event(owed, Recorded(mode.pairs, mode.failed, "Typed by hand." if mode.failed else ""))
        if mode.mode == "recorded":
            known = (await self.recorded(owed.bot)).get(action.endpoint)
            if known is not None:
                return self._event(owed, known[1])
        if request.problem:
            return FulfillmentFailed(self._clock(), owed.token, Reason.DISABLED, request.problem)
        await self._secrets.refresh(self._clock())
        try:
            key = f"try/{owed.bot}/{action.endpoint}"
            call = call_of(owed.token, key, action, endpoint, request, self._secrets)
        except Refusal as problem:
            return FulfillmentFailed(self._clock(), owed.token, Reason.DISABLED, str(problem))
        outcome = await self._client.call(call)
        await self.record(owed.bot, action.endpoint, outcome)
        if isinstance(outcome, Failed):
            return FulfillmentFailed(self._clock(), owed.token, outcome.reason, outcome.detail, outcome.took_ms)
        pairs = tuple(Given(pair.name, pair.data) for pair in outcome.pairs)
        return FulfillmentReturned(self._clock(), owed.token, pairs, outcome.took_ms)

    def _event(self, owed: Owed, answer: Recorded) -> FulfillmentReturned | FulfillmentFailed:
        if answer.failed:
            return FulfillmentFailed(self._clock(), owed.token, answer.failed, answer.detail, answer.took_ms)
        pairs = tuple(Given(pair.name, pair.data) for pair in answer.pairs)
        return FulfillmentReturned(self._clock(), owed.token, pairs, answer.took_ms)

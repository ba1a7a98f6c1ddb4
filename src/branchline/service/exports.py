"""The CRM export (contract §6): the targets of bots, and the deliveries that are owed to them."""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from branchline.errors import CallerError
from branchline.fulfillment import headers as header_check
from branchline.fulfillment import urls
from branchline.fulfillment.addresses import NOTHING_OPENED, Opened
from branchline.fulfillment.call import Answered, Call, Failed
from branchline.fulfillment.client import DEADLINE_MAX_MS, Client
from branchline.fulfillment.reasons import sentence
from branchline.fulfillment.signature import SECRETS_LIMIT
from branchline.insert import template
from branchline.interaction.document import RELATIONSHIPS
from branchline.outbox.owed import BLOCKS
from branchline.service.clock import Clock
from branchline.service.identity import new_id
from branchline.service.refusals import BotUnknown
from branchline.service.secrets import Secrets
from branchline.store.port import Duplicate, Store
from branchline.store.tables import Unmatched, deliveries, targets
from branchline.store.tables.deliveries import LAST, Attempt, Delivery, Search, State
from branchline.store.tables.targets import Condition, Target

TARGETS_LIMIT = 20
"""Targets of one bot: each of them costs a row with every interaction."""
TEST_BODY = b'{"test":"data"}'
"""What is posted to a target before it is saved [vendor]."""
REMOVED = "removed"
"""The reason of deliveries that were given up because their target was removed."""

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SECRET_HEADER = re.compile(r"authorization|token|secret|password|api[-_]?key", re.IGNORECASE)
_SECRET = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}", re.ASCII)


class TargetUnknown(CallerError):
    """The bot {bot!r} has no target {name!r}. `branchline target list` shows those that there are."""

    code = "target.unknown"
    status = 404


class TargetInvalid(CallerError):
    """The target was not saved: {problem}"""

    code = "target.invalid"
    status = 422


class TargetUnreachable(CallerError):
    """The target was not saved, because the test that was posted to {url} failed ({reason}). {detail} {advice}"""

    code = "target.unreachable"
    status = 422


class TargetOwed(CallerError):
    """{count} deliveries are still owed to {name!r}. Enable it and wait until they are delivered, or remove it with --discard, which gives them up."""

    code = "target.owed"
    status = 409


class DeliveryUnknown(CallerError):
    """There is no delivery {delivery!r} that can be sent, or its target was removed. `branchline delivery list` shows them."""

    code = "delivery.unknown"
    status = 404


class Wanted(Struct, frozen=True, kw_only=True):
    """A target as its owner writes it. `headers` may insert `{{ secret.name }}`; `signing`: names of secrets."""

    bot: str
    name: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    signing: tuple[str, ...] = ()
    condition: Condition = "handled"
    blocks: tuple[str, ...] = BLOCKS


class Standing(Struct, frozen=True):
    """A target, and what is owed to it: how many deliveries, since when the oldest waits, and how many were given up."""

    target: Target
    owed: int
    oldest: int | None
    dead: int


class Exports:
    """Targets and deliveries, for the command line and the console. `opened`: where calls may go inside."""

    def __init__(
        self, store: Store, client: Client, secrets: Secrets, clock: Clock, opened: Opened = NOTHING_OPENED
    ) -> None:
        self._store = store
        self._client = client
        self._secrets = secrets
        self._clock = clock
        self._opened = opened

    # targets

    async def save(self, wanted: Wanted) -> Target:
        """Add a target, or change the one that the bot has under this name, after a test post that it accepts.

        The failures of one that is changed are forgotten, since it is there; one that is disabled stays so. Raises BotUnknown, TargetInvalid, TargetUnreachable; then nothing is changed.
        """
        if await self._store.version(wanted.bot) is None:
            raise BotUnknown(bot=wanted.bot)
        problem = _problem(wanted, self._opened)
        if problem is not None:
            raise TargetInvalid(problem=problem)
        now = self._clock()
        its = [one for one in await targets.all_targets(self._store.tables) if one.bot == wanted.bot]
        before = next((one for one in its if one.name == wanted.name), None)
        if before is None and len(its) >= TARGETS_LIMIT:
            raise TargetInvalid(
                problem=f"{wanted.bot!r} has {len(its)} targets already; at most {TARGETS_LIMIT} may be. Remove one."
            )
        made = Target(
            id=new_id(),
            bot=wanted.bot,
            name=wanted.name,
            url=wanted.url,
            headers=wanted.headers,
            signing=wanted.signing,
            condition=wanted.condition,
            blocks=wanted.blocks,
            since=now,
            created_at=now,
            updated_at=now,
        )
        outcome = await self._try(made)
        if isinstance(outcome, Failed):
            raise TargetUnreachable(
                url=wanted.url, reason=outcome.reason, detail=outcome.detail, advice=sentence(outcome.reason)
            )
        statement = targets.insert(made) if before is None else targets.change(replace(made, id=before.id))
        try:
            await self._store.tables.write(statement.or_nothing() if before is not None else statement)
        except (Duplicate, Unmatched):
            problem = f"somebody else saved or removed {wanted.name!r} at the same moment. Look, and save it again."
            raise TargetInvalid(problem=problem) from None
        return await self.target(wanted.bot, wanted.name)

    async def test(self, bot: str, name: str) -> Answered | Failed:
        """Post the test to a target; gives what came of it."""
        return await self._try(await self.target(bot, name))

    async def standings(self, bot: str | None = None) -> list[Standing]:
        """Give the targets of a bot, or of all, with what is owed to them."""
        tables = self._store.tables
        owed, dead = await deliveries.backlog(tables), await deliveries.dead(tables)
        found = [one for one in await targets.all_targets(tables) if bot is None or one.bot == bot]
        return [_standing(one, owed.get(one.id), dead.get(one.id, 0)) for one in found]

    async def target(self, bot: str, name: str) -> Target:
        found = await self._maybe(bot, name)
        if found is None:
            raise TargetUnknown(bot=bot, name=name)
        return found

    async def enable(self, bot: str, name: str) -> Target:
        """Deliver to a target again: all that is owed to it is due, from the first rung of the ladder."""
        now, found = self._clock(), await self.target(bot, name)
        await self._store.tables.write(targets.enable(found.id, now), deliveries.hurry(found.id, now))
        return await self.target(bot, name)

    async def disable(self, bot: str, name: str) -> Target:
        """Deliver nothing to a target until it is enabled; what is owed to it waits."""
        found = await self.target(bot, name)
        await self._store.tables.write(targets.disable(found.id, "owner", self._clock()))
        return await self.target(bot, name)

    async def remove(self, bot: str, name: str, *, discard: bool = False) -> int:
        """Remove a target; with `discard` what is owed to it is given up, else TargetOwed. Gives how many those were."""
        found = await self.target(bot, name)
        owed, _ = (await deliveries.backlog(self._store.tables)).get(found.id, (0, 0))
        if owed and not discard:
            raise TargetOwed(count=owed, name=name)
        now = self._clock()
        await self._store.tables.write(targets.remove(found.id, now), deliveries.give_up(found.id, REMOVED, now))
        return owed

    # deliveries

    async def deliveries(self, asked: Search) -> list[Delivery]:
        """Give deliveries, newest first."""
        return await deliveries.search(self._store.tables, asked)

    async def delivery(self, delivery_id: str) -> tuple[Delivery, list[Attempt]]:
        """Give a delivery with its attempts, first to last."""
        found = await deliveries.one(self._store.tables, delivery_id)
        if found is None:
            raise DeliveryUnknown(delivery=delivery_id)
        return found, await deliveries.attempts(self._store.tables, found)

    async def replay(self, delivery_id: str) -> None:
        """Send a delivery again, whatever became of it, with the same id and from the first rung of the ladder."""
        [rows] = await self._store.tables.write(deliveries.replay_one(delivery_id, self._clock()))
        if not rows:
            raise DeliveryUnknown(delivery=delivery_id)

    async def replay_all(self, target: Target, state: State = "dead", first: int = 0, last: int = LAST) -> int:
        """Send again what a target was owed from `first` until before `last` and stands in a state; gives how many."""
        [rows] = await self._store.tables.write(deliveries.replay(target.id, state, first, last, self._clock()))
        return len(rows)

    # calls

    async def request(self, target: Target, call_id: str, body: bytes) -> Call:
        """Make the call that brings a body to a target; a Refusal when a secret is missing."""
        await self._secrets.refresh(self._clock())
        return Call(
            id=call_id,
            endpoint=f"target/{target.id}",
            method="POST",
            url=target.url,
            headers=tuple((name, self._secrets.insert(value)) for name, value in target.headers),
            body=body,
            deadline_ms=DEADLINE_MAX_MS,
            mapping=(),
            signing_secrets=tuple(self._secrets.value(name) for name in target.signing),
        )

    async def _try(self, target: Target) -> Answered | Failed:
        return await self._client.call(await self.request(target, f"test.{new_id()}", TEST_BODY))

    async def _maybe(self, bot: str, name: str) -> Target | None:
        found = await targets.all_targets(self._store.tables)
        return next((one for one in found if (one.bot, one.name) == (bot, name)), None)


def written_out(wanted: Wanted) -> tuple[str, ...]:
    """Name the headers that look like secrets and stand there as they are."""
    return tuple(name for name, value in wanted.headers if "{{" not in value and _SECRET_HEADER.search(name))


def _standing(target: Target, owed: tuple[int, int] | None, dead: int) -> Standing:
    count, oldest = owed or (0, None)
    return Standing(target, count, oldest, dead)


def _problem(wanted: Wanted, opened: Opened) -> str | None:
    """Say what is wrong with a target before anything is called; None if nothing is."""
    if not _NAME.fullmatch(wanted.name):
        return f"its name {wanted.name[:80]!r} must be lower-case letters, digits and hyphens, at most 63."
    if len(wanted.signing) > SECRETS_LIMIT or not all(_SECRET.fullmatch(name) for name in wanted.signing):
        return f"signing takes the names of at most {SECRETS_LIMIT} secrets, never a secret itself."
    unknown = next((block for block in wanted.blocks if block not in RELATIONSHIPS), None)
    if unknown is not None:
        return f"there is no block {unknown!r}; there are {', '.join(RELATIONSHIPS)}."
    wrong = urls.problem(wanted.url, opened) or _header_problem(wanted.headers)
    return wrong[:1].lower() + wrong[1:] if wrong else None


def _header_problem(headers: Sequence[tuple[str, str]]) -> str | None:
    filled = []
    for name, value in headers:
        made = template(value)
        if made.problems or not all(
            one.startswith("secret.") and _SECRET.fullmatch(one.removeprefix("secret.")) for one in made.names
        ):
            return f"Header {name!r} may insert secrets only: {{{{ secret.name }}}}."
        filled.append((name, made.fill(lambda _: "secret")))
    wrong = header_check.problems(filled)
    return " ".join(wrong) if wrong else None

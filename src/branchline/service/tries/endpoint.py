"""Test this endpoint: one real call of an action of a stored draft, with everything about it told.

Only through the guard, like every call. What is secret is masked: in headers, and in what is copied.
"""

import shlex
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from branchline.actions.asking import Asking
from branchline.actions.fulfill import Fulfill
from branchline.bot.model import Endpoint
from branchline.errors import CallerError, Refusal
from branchline.fulfillment.call import SEEN_LIMIT, Answered, Call, Failed, Watch
from branchline.fulfillment.client import Client
from branchline.fulfillment.reasons import Reason, sentence
from branchline.insert import template
from branchline.interaction.effects import FulfillmentRequested
from branchline.interaction.events import Given
from branchline.interaction.record import Datum, Fulfillment, Interaction, Position
from branchline.service.access.audit import Act, Audit
from branchline.service.access.sign_ins import SignedIn, Visit
from branchline.service.asking import Asker
from branchline.service.bots import Pinned
from branchline.service.carriers import call_of
from branchline.service.clock import Clock
from branchline.service.drafts import Drafts
from branchline.service.identity import new_uuid
from branchline.service.secrets import Secrets
from branchline.service.tries.calls import TryCalls
from branchline.service.tries.tries import readable
from branchline.store.port import TurnRecord

MASK = "••••••"
MASKED_FROM = 4
"""Characters of a secret from which on it is masked in an answer; a shorter one would mask half of it."""
BODY_SHOWN = 256 * 1024
"""Characters of the request's body that are shown."""


class EndpointUntestable(CallerError):
    """There is nothing to test there: {problem}"""

    code = "endpoint.untestable"
    status = 422


class Header(Struct, frozen=True):
    name: str
    value: str


class Sent(Struct, frozen=True):
    """The request as it went out, or would have gone out. Secrets are masked."""

    method: str
    url: str
    headers: tuple[Header, ...]
    body: str
    body_bytes: int
    curl: str


class Came(Struct, frozen=True):
    """The answer as it came; of a long one the beginning."""

    status: int
    headers: tuple[Header, ...]
    body: str
    body_bytes: int
    cut: bool


class Would(Struct, frozen=True):
    """What the answer would store: old (None: not set) to new."""

    name: str
    before: str | None
    after: str


class EndpointTested(Struct, frozen=True):
    """What came of a test. `reason` is empty when the endpoint answered as it must; `words` says what happened and what to
    do, `detail` what it was exactly; `sent` whether the endpoint may have got the request; `goes_to` the node that the bot
    would go to when this happens, if it is another.
    """

    endpoint: str
    ok: bool
    reason: str
    words: str
    detail: str
    sent: bool
    took_ms: int
    attempts: int
    request: Sent
    answer: Came | None
    data: tuple[Would, ...]
    missing: tuple[str, ...]
    goes_to: str


class EndpointTest:
    """Makes the calls."""

    def __init__(
        self,
        drafts: Drafts,
        asker: Asker,
        calls: TryCalls,
        client: Client,
        secrets: Secrets,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._drafts = drafts
        self._asker = asker
        self._calls = calls
        self._client = client
        self._secrets = secrets
        self._audit = audit
        self._clock = clock

    async def test(
        self, who: SignedIn, bot: str, node: str, action: int, items: Sequence[Given], visit: Visit
    ) -> EndpointTested:
        """Ask the endpoint of an action of the stored draft, as the bot would with this data; EndpointUntestable."""
        drawn = await readable((await self._drafts.open(bot)).document)
        asking, endpoint = _found(drawn.nodes.get(node), node, action, drawn.endpoints)
        now = self._clock()
        uuid = new_uuid(now)
        token = f"{uuid}.1"
        data = {one.name: Datum(one.data, one.label, "api") for one in items}
        interaction = Interaction(
            id=1,
            uuid=uuid,
            bot=bot,
            version=0,
            created_at=now,
            updated_at=now,
            locale=drawn.locale,
            turn=0,
            at=(Position(node, action),),
            awaiting=Fulfillment(token),
            data=data,
        )
        requested = FulfillmentRequested(token, node, action)
        _, request = await self._asker.owed(
            Pinned(drawn, 0, {}), interaction, requested, TurnRecord(1, 1, now, 1, "", "")
        )
        watch = Watch()
        problem = request.problem
        outcome: Answered | Failed
        call: Call | None = None
        await self._secrets.refresh()
        try:
            call = call_of(token, f"test/{bot}/{asking.endpoint}", asking, endpoint, request, self._secrets)
        except Refusal as refusal:
            problem = str(refusal)
        if problem or call is None:
            outcome = Failed(Reason.DISABLED, problem, None, 0, 0)
        else:
            outcome = await self._client.call(replace(call, watch=watch))
            await self._calls.record(bot, asking.endpoint, outcome)
        reason = outcome.reason if isinstance(outcome, Failed) else None
        details = {"node": node, "action": action, "reason": reason.value if reason else "ok"}
        await self._audit.write(
            Act(
                now,
                who.person.email,
                "endpoint.test",
                f"{bot}/{asking.endpoint}",
                address=visit.address,
                details=details,
            )
        )
        method = call.method if call is not None else "POST"
        would = tuple(
            Would(pair.name, data[pair.name].data if pair.name in data else None, pair.data)
            for pair in (outcome.pairs if isinstance(outcome, Answered) else ())
        )
        gives = asking.gives if isinstance(asking, Fulfill) and isinstance(outcome, Answered) else ()
        names = {one.name for one in would}
        return EndpointTested(
            endpoint=asking.endpoint,
            ok=reason is None,
            reason=reason.value if reason else "",
            words=sentence(reason) if reason else _well(would),
            detail=outcome.detail if isinstance(outcome, Failed) else "",
            sent=outcome.sent if isinstance(outcome, Failed) else True,
            took_ms=outcome.took_ms,
            attempts=outcome.attempts,
            request=_sent(method, watch.url or request.url or endpoint.url, watch, endpoint, request.body),
            answer=_came(watch, self._values(endpoint)),
            data=would,
            missing=tuple(name for name in gives if name not in names),
            goes_to=(asking.failed or "") if reason else "",
        )

    def _values(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Give the secrets that the request held, so that an endpoint that repeats them does not show them."""
        names = {name for text in endpoint.headers.values() for name in template(text).names}
        found = [name.removeprefix("secret.") for name in names] + list(endpoint.signing)
        values = []
        for name in found:
            with suppress(Refusal):
                values.append(self._secrets.value(name))
        return tuple(sorted(values, key=len, reverse=True))


def _found(node: Any, name: str, index: int, endpoints: dict[str, Endpoint]) -> tuple[Asking, Endpoint]:
    if node is None:
        raise EndpointUntestable(problem=f"the draft has no node {name[:100]!r}.", pointer="/node")
    action = node.actions[index] if index < len(node.actions) else None
    if not isinstance(action, Asking):
        raise EndpointUntestable(
            problem=f"node {name!r} has no action {index + 1} that asks an endpoint.", pointer="/action"
        )
    endpoint = endpoints.get(action.endpoint)
    if endpoint is None:
        raise EndpointUntestable(problem=f"the draft has no endpoint {action.endpoint!r}.", pointer="/action")
    return action, endpoint


def _well(would: Sequence[Would]) -> str:
    if not would:
        return "The endpoint answered as it must, and gave no data."
    return (
        f"The endpoint answered as it must: {len(would)} piece{'' if len(would) == 1 else 's'} of data would be stored."
    )


def _sent(method: str, url: str, watch: Watch, endpoint: Endpoint, body: bytes) -> Sent:
    own = {name.lower(): value for name, value in endpoint.headers.items()}
    sent = watch.headers or tuple(endpoint.headers.items())
    masked = tuple(
        Header(name, _filled(own[name.lower()], lambda _: MASK) if name.lower() in own else value)
        for name, value in sent
    )
    parts = ["curl", "--request", method, _double(url)]
    for name, value in sent:
        written = own.get(name.lower())
        shown = value if written is None else _filled(written, lambda secret: f"\x00{_shell_name(secret)}\x00")
        parts += ["--header", _double(f"{name}: {shown}")]
    if body:
        parts += ["--data-raw", shlex.quote(body.decode())]
    text = body.decode()
    return Sent(method, url, masked, text[:BODY_SHOWN], len(body), " ".join(parts))


def _filled(text: str, secret: Callable[[str], str]) -> str:
    return template(text).fill(lambda name: secret(name.removeprefix("secret."))) if "{{" in text else text


def _shell_name(secret: str) -> str:
    return "".join(char if char.isalnum() and char.isascii() else "_" for char in secret.upper())


def _double(text: str) -> str:
    """Quote a word for a shell. Where a secret goes stands its name between two NUL: a variable of the shell."""
    if "\x00" not in text:
        return shlex.quote(text)
    quoted = []
    for index, part in enumerate(text.split("\x00")):
        if index % 2:
            quoted.append(f'"${{{part}}}"')
        elif part:
            quoted.append(shlex.quote(part))
    return "".join(quoted)


def _came(watch: Watch, secrets: Sequence[str]) -> Came | None:
    if watch.status is None:
        return None
    headers = tuple(Header(name, _masked(value, secrets)) for name, value in watch.answer_headers)
    size = len(watch.answer)
    body = _masked(watch.answer.decode("utf-8", "replace"), secrets)
    return Came(watch.status, headers, body, size, size >= SEEN_LIMIT)


def _masked(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        if len(secret) >= MASKED_FROM:
            text = text.replace(secret, MASK)
    return text

"""What an interaction asked of endpoints, and what came of it: told from its turns as they were traced."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from branchline.bot.model import Bot
from branchline.interaction import effects as did
from branchline.interaction import events as came
from branchline.interaction import transcript
from branchline.interaction.transcript import Trace
from branchline.service.asking import action_of
from branchline.service.wording import about
from branchline.store.port import TurnRecord


class LateAnswer(Struct, frozen=True):
    """An answer that came when the interaction had gone on without it; it changed nothing."""

    at: int
    ok: bool
    reason: str
    detail: str
    took_ms: int


class CallMade(Struct, frozen=True):
    """A call that a turn asked for. `status` is `waiting` until something came of it; `turn`: the turn that asked."""

    token: str
    turn: int
    node: str
    action: int
    endpoint: str
    asked_at: int
    status: Literal["waiting", "ok", "failed"]
    settled_at: int | None = None
    reason: str = ""
    sentence: str = ""
    detail: str = ""
    took_ms: int = 0
    pairs: int = 0
    late: tuple[LateAnswer, ...] = ()


def calls(bot: Bot, turns: Iterable[TurnRecord]) -> list[CallMade]:
    """Give the calls of an interaction, in the order in which they were asked for."""
    found: dict[str, CallMade] = {}
    for turn in turns:
        trace = transcript.trace(turn.trace)
        event = trace.event
        for effect in trace.effects:
            match effect:
                case did.FulfillmentRequested(token=token, node=node, action=index):
                    action = action_of(bot, node, index)
                    endpoint = action.endpoint if action is not None else ""
                    found[token] = CallMade(token, turn.number, node, index, endpoint, turn.at, "waiting")
                case did.FulfillmentEnded(token=token) if token in found:
                    found[token] = replace(
                        found[token],
                        status=effect.status,
                        settled_at=turn.at,
                        reason=effect.reason,
                        sentence=about(effect.reason),
                        detail=effect.detail,
                        took_ms=effect.took_ms,
                        pairs=len(event.pairs) if isinstance(event, came.FulfillmentReturned) else 0,
                    )
        if _is_late(trace) and isinstance(event, came.FulfillmentReturned | came.FulfillmentFailed):
            call = found.get(event.token)
            if call is not None:
                failed = isinstance(event, came.FulfillmentFailed)
                reason, detail = (event.reason, event.detail) if isinstance(event, came.FulfillmentFailed) else ("", "")
                late = LateAnswer(turn.at, not failed, reason, detail, event.took_ms)
                found[event.token] = replace(call, late=(*call.late, late))
    return list(found.values())


def _is_late(trace: Trace) -> bool:
    first = trace.effects[0] if trace.effects else None
    return isinstance(first, did.Ignored) and first.reason == "stale"

"""What fulfill and custom request share: stop at the call, say the waiting message, go on with what came of it."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from branchline.actions.action import REST, Action, Jump, Problem, Way, template_problems
from branchline.actions.working import Working
from branchline.interaction.effects import FulfillmentEnded, FulfillmentRequested
from branchline.interaction.events import FulfillmentFailed, FulfillmentReturned
from branchline.interaction.record import NAME_LIMIT
from branchline.issue import Path

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]


class Asking(Action, frozen=True):
    """An action that asks an endpoint. The answer comes back as an event with the token fixed here."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=100, description="One of the bot's `endpoints`.")]
    waiting: Annotated[str, Meta(max_length=4_000, description="What to say while the endpoint is asked.")] = ""
    failed: Annotated[str, Meta(description="The node to go to when the endpoint could not be asked.")] | None = None

    def run(self, turn: Working) -> Way:
        token = turn.await_fulfillment()
        if token is not None:
            if self.waiting:
                turn.say(self.waiting)
            here = turn.at[-1]
            turn.emit(FulfillmentRequested(token, here.node, here.action))
        return REST

    def resume(self, turn: Working, event: FulfillmentReturned | FulfillmentFailed) -> Way:
        """Take what came of the call; `None` goes on with the next action."""
        if isinstance(event, FulfillmentReturned):
            turn.fulfillment_status, turn.fulfillment_reason = "ok", ""
            turn.emit(FulfillmentEnded(event.token, "ok", took_ms=event.took_ms))
            for pair in event.pairs:
                turn.set(pair.name, pair.data, pair.label, "fulfillment")
            return None
        turn.fulfillment_status, turn.fulfillment_reason = "failed", event.reason
        turn.emit(FulfillmentEnded(event.token, "failed", event.reason, event.detail, event.took_ms))
        return None if self.failed is None else Jump(self.failed)

    def endpoint_name(self) -> str:
        return self.endpoint

    def targets(self) -> Iterator[tuple[Path, str]]:
        if self.failed is not None:
            yield ("failed",), self.failed

    def texts(self) -> Iterator[tuple[Path, str]]:
        if self.waiting:
            yield ("waiting",), self.waiting

    def check(self) -> Iterator[Problem]:
        yield from template_problems(("waiting",), self.waiting)
        if self.failed is None:
            yield Problem(
                "failure.unrouted",
                "There is no way out for when the endpoint cannot be asked. Add `failed: <node>`, or the visitor goes on without its data.",
                (),
                warning=True,
            )

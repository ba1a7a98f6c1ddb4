"""What a turn did, in order. The shell acts on some effects; the transcript keeps them all."""

from typing import Literal

from msgspec import Struct

from branchline.interaction.events import FileRef
from branchline.interaction.record import EndedBy, Source, Suggestion


class Effect(Struct, frozen=True, omit_defaults=True, tag_field="effect"):
    """One thing a turn did."""


class NodeEntered(Effect, frozen=True, omit_defaults=True):
    node: str


class MessageSent(Effect, frozen=True, omit_defaults=True):
    """A message for the visitor, Markdown subset; `typing_ms` is the pause to show before it."""

    text: str
    sender: Literal["bot", "system", "customer"] = "bot"
    typing_ms: int = 0
    message_id: str | None = None


class FileSent(Effect, frozen=True, omit_defaults=True):
    file: FileRef
    sender: Literal["bot", "customer"] = "bot"
    message_id: str | None = None


class SuggestionsOffered(Effect, frozen=True, omit_defaults=True):
    suggestions: tuple[Suggestion, ...]


class DataSet(Effect, frozen=True, omit_defaults=True):
    """Data changed from `before` to `after` (None: not set)."""

    name: str
    before: str | None
    after: str | None
    source: Source = "bot"


class Tagged(Effect, frozen=True, omit_defaults=True):
    tag: str


class ReplyRefused(Effect, frozen=True, omit_defaults=True):
    """A reply did not fit the capture; `problem` is its code, `tries` counts from 1."""

    problem: str
    tries: int


class RouteChosen(Effect, frozen=True, omit_defaults=True):
    """`case` counts from 0; None is "otherwise". `saw` holds each operand as it was compared."""

    node: str
    case: int | None
    target: str
    saw: dict[str, str | None] = {}


class FulfillmentRequested(Effect, frozen=True, omit_defaults=True):
    """The shell owes the call of this action; `token` is its id, fixed before the first byte leaves."""

    token: str
    node: str
    action: int


class FulfillmentEnded(Effect, frozen=True, omit_defaults=True):
    token: str
    status: Literal["ok", "failed"]
    reason: str = ""
    detail: str = ""
    took_ms: int = 0


class TimeoutSet(Effect, frozen=True, omit_defaults=True):
    """The node stops waiting at `at` (milliseconds since the Unix epoch)."""

    at: int


class WarningRaised(Effect, frozen=True, omit_defaults=True):
    """Something an author should know, such as inserted data that was missing."""

    code: str
    detail: str = ""


class Ignored(Effect, frozen=True, omit_defaults=True):
    """The event changed nothing; `reason` says why."""

    reason: Literal["stale", "ended", "finalized", "early", "asking", "started", "cleaned"]


class Ended(Effect, frozen=True, omit_defaults=True):
    by: EndedBy


class Finalized(Effect, frozen=True, omit_defaults=True):
    pass


class Failed(Effect, frozen=True, omit_defaults=True):
    """The bot would have run away, or points into nothing: the interaction ends, saying so."""

    code: str
    detail: str = ""


class FeedbackReceived(Effect, frozen=True, omit_defaults=True):
    rating: int


AnyEffect = (
    NodeEntered
    | MessageSent
    | FileSent
    | SuggestionsOffered
    | DataSet
    | Tagged
    | ReplyRefused
    | RouteChosen
    | FulfillmentRequested
    | FulfillmentEnded
    | TimeoutSet
    | WarningRaised
    | Ignored
    | Ended
    | Finalized
    | Failed
    | FeedbackReceived
)

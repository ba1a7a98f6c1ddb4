"""The record of one interaction: all that the engine needs to go on with it.

It does not hold the transcript and not the bot: its size, and so the cost of a turn, depends on neither.
Times are milliseconds since the Unix epoch, UTC.
"""

from typing import Literal

from msgspec import Struct

NAME_LIMIT = 191
"""Characters of an interaction data name (contract §2)."""
DATA_LIMIT = 510
"""Characters of an interaction data value (contract §2)."""
TEXT_LIMIT = 4_000
"""Characters of one message, in either direction (contract §5)."""

Source = Literal["bot", "reply", "page", "signed", "api", "fulfillment"]


class Datum(Struct, frozen=True, omit_defaults=True):
    """One piece of interaction data. Values are text and stay text; `label` defaults to the name."""

    data: str
    label: str = ""
    source: Source = "bot"

    @property
    def unverified(self) -> bool:
        """Whether it came from the visitor's page without a signature (contract §2)."""
        return self.source == "page"


class Position(Struct, frozen=True, omit_defaults=True):
    """Where a bot stands: a node, and the action to run next (past the last: the exit)."""

    node: str
    action: int = 0


class Suggestion(Struct, frozen=True, omit_defaults=True):
    """A reply offered as a button: what it shows, and what counts as the reply when it is chosen."""

    label: str
    value: str


class Nothing(Struct, frozen=True, tag_field="kind", tag="nothing"):
    """The interaction awaits nothing: it has ended, or has not started."""


class Reply(Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="reply"):
    """The interaction awaits the visitor's reply; `until` is when the node stops waiting, if it does."""

    token: str
    suggestions: tuple[Suggestion, ...] = ()
    tries: int = 0
    until: int | None = None


class Fulfillment(Struct, frozen=True, tag_field="kind", tag="fulfillment"):
    """The interaction awaits an endpoint's answer; `token` is the id of the fulfillment."""

    token: str


Awaiting = Nothing | Reply | Fulfillment


class Feedback(Struct, frozen=True, omit_defaults=True):
    """What the visitor thought: a rating from 1 to 5 and a comment."""

    rating: int
    comment: str = ""


EndedBy = Literal["bot", "visitor", "inactivity", "failure"]


class Interaction(Struct, frozen=True, omit_defaults=True):
    """One visitor's conversation. `turn` counts its events; it guards every write."""

    id: int
    uuid: str
    bot: str
    version: int
    created_at: int
    channel: str = "Web"
    locale: str = "en"
    start_url: str = ""
    end_url: str = ""
    turn: int = 0
    entries: int = 0
    at: tuple[Position, ...] = ()
    awaiting: Awaiting = Nothing()
    data: dict[str, Datum] = {}
    tags: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    """Nodes that waited for a reply before, newest last: where the word for "back" leads."""
    reply: str = ""
    fulfillment_status: Literal["", "ok", "failed"] = ""
    fulfillment_reason: str = ""
    asked: int = 0
    """Fulfillments since the visitor last said something: a circle of calls is a bot that runs away."""
    feedback: Feedback | None = None
    updated_at: int = 0
    idle_at: int | None = None
    """When the visitor's silence ends the interaction, if nothing happens before."""
    ended_at: int | None = None
    ended_by: EndedBy | None = None
    finalize_at: int | None = None
    finalized_at: int | None = None
    traceparent: str = ""
    """Of the last request that brought one: what happens because of it belongs to its trace."""
    cleaned_at: int | None = None
    """When its personal content was taken out."""

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    @property
    def due_at(self) -> int | None:
        """The earliest time at which something happens by itself."""
        if isinstance(self.awaiting, Fulfillment):
            return None  # the call that is owed has its own deadline
        until = self.awaiting.until if isinstance(self.awaiting, Reply) else None
        times = [at for at in (until, self.idle_at, self.finalize_at) if at is not None]
        return min(times) if times else None

    @property
    def quick_ref(self) -> str:
        return quick_ref(self.id)


# 387_420_489 is odd and not a multiple of 5, so this is a bijection of the numbers below a million: neighbours look
# unrelated on the phone, and a reference leads back to its ids without an index.
_STRIDE, _OFFSET, _SPACE = 387_420_489, 271_829, 1_000_000
_UNSTRIDE = pow(_STRIDE, -1, _SPACE)


def quick_ref(interaction_id: int) -> str:
    """Six digits to read out on the phone. Repeats after a million interactions; not a secret."""
    return f"{(interaction_id * _STRIDE + _OFFSET) % _SPACE:06d}"


def ids_of_quick_ref(ref: str, highest_id: int) -> list[int]:
    """Every interaction id up to `highest_id` that has this quick reference, newest first."""
    if len(ref) != 6 or not ref.isascii() or not ref.isdigit():
        return []
    first = (int(ref) - _OFFSET) * _UNSTRIDE % _SPACE
    return [n for n in range(first, highest_id + 1, _SPACE) if n > 0][::-1]

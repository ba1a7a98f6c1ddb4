"""What can happen to an interaction. Every event brings its own time; the engine knows no other clock."""

from typing import Literal

from msgspec import Struct

from branchline.interaction.record import Feedback


class Traced(Struct, frozen=True, kw_only=True):
    """`traceparent`: that of the request that brought it, if it had a valid one (W3C Trace Context)."""

    traceparent: str = ""


class Event(Traced, frozen=True, omit_defaults=True, tag_field="event"):
    """`at`: milliseconds since the Unix epoch, UTC."""

    at: int


class Given(Struct, frozen=True, omit_defaults=True):
    """One item of data on its way into the interaction."""

    name: str
    data: str
    label: str = ""


class Started(Event, frozen=True, omit_defaults=True):
    """The visitor opened the conversation, with the data the page gave; `signed`: data whose signature was verified."""

    items: tuple[Given, ...] = ()
    signed: tuple[Given, ...] = ()


class FileRef(Struct, frozen=True, omit_defaults=True):
    """A stored file: `id` is its public, unguessable name; `size` in bytes."""

    id: str
    name: str
    media_type: str
    size: int


class Replied(Event, frozen=True, omit_defaults=True):
    """The visitor wrote, chose a suggestion (`value` is what it stands for) or sent a file."""

    message_id: str
    text: str
    value: str | None = None
    file: FileRef | None = None


class FulfillmentReturned(Event, frozen=True, omit_defaults=True):
    """The endpoint answered with pairs; `token` says which fulfillment."""

    token: str
    pairs: tuple[Given, ...] = ()
    took_ms: int = 0


class FulfillmentFailed(Event, frozen=True, omit_defaults=True):
    """The endpoint could not be asked; `reason` is one of the closed list of contract §3."""

    token: str
    reason: str
    detail: str = ""
    took_ms: int = 0


class DataGiven(Event, frozen=True, omit_defaults=True):
    """Data came from the page or through the API, beside the conversation; `signed`: its signature was verified."""

    items: tuple[Given, ...] = ()
    source: Literal["page", "api"] = "page"
    signed: tuple[Given, ...] = ()


class FeedbackGiven(Event, frozen=True, omit_defaults=True):
    """The visitor rated the conversation."""

    feedback: Feedback


class TimedOut(Event, frozen=True, omit_defaults=True):
    """A deadline of the interaction may have passed; the engine looks which."""


class Closed(Event, frozen=True, omit_defaults=True):
    """The visitor left."""

    by: Literal["visitor"] = "visitor"
    end_url: str = ""


CleanedBy = Literal["retention", "erasure"]


class Cleaned(Event, frozen=True, omit_defaults=True):
    """The personal content was taken out: because the bot's retention says so, or because it was to be erased."""

    by: CleanedBy


AnyEvent = Started | Replied | FulfillmentReturned | FulfillmentFailed | DataGiven | FeedbackGiven | TimedOut | Closed

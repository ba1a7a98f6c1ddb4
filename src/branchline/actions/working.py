"""The turn being worked out: the one place where an interaction changes, and every change leaves an effect.

Made from a frozen record, filled by actions and exits, frozen again by `done`. Nothing outside a turn sees it.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256

from msgspec.structs import replace

from branchline.insert import template
from branchline.interaction.effects import (
    AnyEffect,
    DataSet,
    Ended,
    Failed,
    FileSent,
    MessageSent,
    SuggestionsOffered,
    Tagged,
    TimeoutSet,
    WarningRaised,
)
from branchline.interaction.events import FileRef
from branchline.interaction.record import (
    DATA_LIMIT,
    NAME_LIMIT,
    TEXT_LIMIT,
    Awaiting,
    Datum,
    EndedBy,
    Fulfillment,
    Interaction,
    Nothing,
    Position,
    Reply,
    Source,
    Suggestion,
)

DATA_ENTRIES_LIMIT = 1_000
"""Names of data in one interaction: it bounds the size of the record, and so the cost of a turn."""
TAGS_LIMIT = 50
ASKED_LIMIT = 50
"""Fulfillments that may follow one another without a word of the visitor."""


class Working:
    """One turn of one interaction, at one moment (`now`, milliseconds since the Unix epoch)."""

    def __init__(self, interaction: Interaction, now: int, files: Mapping[str, FileRef]) -> None:
        self.before = interaction
        self.files = files
        self.now = now
        self.turn = interaction.turn + 1
        self.effects: list[AnyEffect] = []
        self.at = list(interaction.at)
        self.awaiting: Awaiting = interaction.awaiting
        self.data = interaction.data
        self.tags = interaction.tags
        self.back = interaction.back
        self.reply = interaction.reply
        self.fulfillment_status = interaction.fulfillment_status
        self.fulfillment_reason = interaction.fulfillment_reason
        self.asked = interaction.asked
        self.feedback = interaction.feedback
        self.end_url = interaction.end_url
        self.idle_at = interaction.idle_at
        self.ended_at = interaction.ended_at
        self.ended_by = interaction.ended_by
        self.finalize_at = interaction.finalize_at
        self.finalized_at = interaction.finalized_at
        self.suggestions: tuple[Suggestion, ...] = ()
        self._own_data = False

    # reading

    @property
    def token(self) -> str:
        """The id of what this turn may ask for: one per turn, since a turn asks at most once."""
        return f"{self.before.uuid}.{self.turn}"

    @property
    def locale(self) -> str:
        return self.before.locale

    def value(self, name: str) -> str | None:
        datum = self.data.get(name)
        if datum is not None:
            return datum.data
        return self.reply if name == "reply" else None

    def insert(self, text: str, encode: Callable[[str], str] | None = None) -> str:
        """Fill a template from the data; what is missing is empty and leaves a warning."""
        return template(text).fill(self.value, self.locale, self._missing, encode)

    def share(self, key: str) -> float:
        """Give this interaction's random share for a key, 0 to below 100: the same whenever it is asked again."""
        seed = sha256(f"{self.before.uuid}/{key}".encode()).digest()
        return int.from_bytes(seed[:6]) * 100 / 2**48

    # changing

    def say(self, text: str, typing_ms: int = 0) -> None:
        """Send a message of the bot; an empty one is not sent, a longer one than the limit is cut with a warning."""
        said = self.insert(text)
        if not said.strip():
            self.warn("message.empty", "A message was empty after inserting data and was not sent.")
            return
        if len(said) > TEXT_LIMIT:
            self.warn("message.too_long", f"A message had {len(said)} characters; {TEXT_LIMIT} were sent.")
            said = said[: TEXT_LIMIT - 1] + "…"
        self.effects.append(MessageSent(said, typing_ms=typing_ms))

    def send_file(self, file: FileRef) -> None:
        self.effects.append(FileSent(file))

    def suggest(self, suggestions: tuple[Suggestion, ...]) -> None:
        self.suggestions += suggestions

    def set(self, name: str, data: str, label: str = "", source: Source = "bot") -> bool:
        """Set data; refuse, with a warning, what breaks a limit. Nothing is ever cut."""
        if not 1 <= len(name) <= NAME_LIMIT or len(data) > DATA_LIMIT or _unstorable(name) or _unstorable(data):
            self.warn(
                "data.refused", f"{name[:NAME_LIMIT]!r} was not set: {len(data)} characters, at most {DATA_LIMIT}."
            )
            return False
        before = self.data.get(name)
        if before is None and len(self.data) >= DATA_ENTRIES_LIMIT:
            self.warn("data.too_many", f"{name!r} was not set: there are {DATA_ENTRIES_LIMIT} names already.")
            return False
        self._own()
        self.data[name] = Datum(data, label or (before.label if before else ""), source)
        self.effects.append(DataSet(name, before.data if before else None, data, source))
        return True

    def clear(self, name: str) -> None:
        before = self.data.get(name)
        if before is not None:
            self._own()
            del self.data[name]
            self.effects.append(DataSet(name, before.data, None))

    def tag(self, tag: str) -> None:
        if tag and tag not in self.tags and len(self.tags) < TAGS_LIMIT:
            self.tags += (tag,)
            self.effects.append(Tagged(tag))

    def warn(self, code: str, detail: str) -> None:
        self.effects.append(WarningRaised(code, detail))

    def emit(self, effect: AnyEffect) -> None:
        self.effects.append(effect)

    def move(self, node: str, action: int = 0) -> None:
        """Stand at a node of the bot on top of the stack."""
        here = Position(node, action)
        if self.at:
            self.at[-1] = here
        else:
            self.at.append(here)

    def await_reply(self, until: int | None, tries: int = 0) -> None:
        if self.suggestions:
            self.effects.append(SuggestionsOffered(self.suggestions))
        if until is not None:
            self.effects.append(TimeoutSet(until))
        self.awaiting = Reply(self.token, self.suggestions, tries, until)

    def await_fulfillment(self) -> str | None:
        """Await an endpoint's answer; gives the call's id, or None when the bot has asked too often and was ended."""
        if self.asked >= ASKED_LIMIT:
            self.fail("bot.ran_away", f"The bot asked endpoints {self.asked} times without waiting for the visitor.")
            return None
        self.asked += 1
        self.awaiting = Fulfillment(self.token)
        return self.token

    def end(self, by: EndedBy) -> None:
        self.awaiting = Nothing()
        self.ended_at, self.ended_by, self.idle_at = self.now, by, None
        self.effects.append(Ended(by))

    def fail(self, code: str, detail: str) -> None:
        """End because the bot cannot go on, and say so to the visitor and to the author."""
        self.effects.append(Failed(code, detail))
        self.effects.append(
            MessageSent("Sorry, something is wrong with this chat. It had to stop here.", sender="system")
        )
        self.end("failure")

    def done(self) -> Interaction:
        """Freeze the turn into the interaction's next record."""
        return replace(
            self.before,
            turn=self.turn,
            at=tuple(self.at),
            awaiting=self.awaiting,
            data=self.data,
            tags=self.tags,
            back=self.back,
            reply=self.reply,
            fulfillment_status=self.fulfillment_status,
            fulfillment_reason=self.fulfillment_reason,
            asked=self.asked,
            feedback=self.feedback,
            end_url=self.end_url,
            updated_at=self._updated_at(),
            idle_at=self.idle_at,
            ended_at=self.ended_at,
            ended_by=self.ended_by,
            finalize_at=self.finalize_at,
            finalized_at=self.finalized_at,
        )

    def _updated_at(self) -> int:
        """What comes late to a finalized interaction is kept in the transcript and moves it no more."""
        before = self.before
        return before.updated_at if before.finalized_at is not None else max(self.now, before.updated_at)

    def _own(self) -> None:
        if not self._own_data:
            self.data = dict(self.data)
            self._own_data = True

    def _missing(self, name: str) -> None:
        self.warn("data.missing", f"{name!r} was inserted but is not set.")


def _unstorable(text: str) -> bool:
    """Say whether text holds what PostgreSQL cannot: U+0000 or a lone surrogate (contract §2)."""
    return "\x00" in text or (not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text))

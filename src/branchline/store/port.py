"""What every store does. SQLite, memory and PostgreSQL pass one suite (`tests/store/`) and differ in nothing else.

A turn is saved whole or not at all: the interaction, its transcript row, its data and the call it owes, guarded by the
turn that was read. When `save` returns True, the turn is on disk.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from branchline.interaction.events import CleanedBy
from branchline.interaction.record import Datum, Interaction
from branchline.store.tables import Statement, Tables

Alongside = Callable[[int], Sequence[Statement]]


def nothing_alongside(_number: int) -> Sequence[Statement]:
    return ()


class TurnRecord(Struct, frozen=True):
    """One turn as kept in the transcript.

    `entries`: what the visitor sees, one JSON object a line, numbered from `first_entry` without gaps, exactly the
    text that goes out. `trace`: JSON of the event and of every effect, all that a replay needs.
    `message_id`: the visitor's id for the message that caused the turn, unique in the interaction.
    """

    interaction_id: int
    number: int
    at: int
    first_entry: int
    entries: str
    trace: str
    message_id: str | None = None


class Owed(Struct, frozen=True):
    """A call owed to an endpoint, written in the transaction of the turn that asked for it.

    `token` is the fulfillment's id. `holder` is the process that will make the call and holds it until `held_until`;
    after that the outcome is unknown, unless `body` (kept when the endpoint is safe to repeat) allows to repeat it.
    """

    token: str
    interaction_id: int
    uuid: str
    bot: str
    version: int
    node: str
    action: int
    holder: str
    held_until: int
    body: bytes | None = None


class Change(Struct, frozen=True):
    """One turn to save. `interaction.turn` is the turn it makes: the store must hold the one before it.

    `token_hash` is given once, when the interaction is new (`interaction.turn == 1`). `data` holds what changed
    (None: cleared). `settles` is the token of the owed call that came to its end. `alongside` is run in the turn's own
    transaction, only when the turn before it is the stored one: what is owed because of a turn is never there without it.
    """

    interaction: Interaction
    turn: TurnRecord
    data: dict[str, Datum | None]
    token_hash: bytes | None = None
    owes: Owed | None = None
    settles: str | None = None
    alongside: tuple[Statement, ...] = ()


class Loaded(Struct, frozen=True):
    """An interaction as stored. `repeated`: the turn that the asked-for message id caused before, if it did."""

    interaction: Interaction
    token_hash: bytes
    repeated: TurnRecord | None = None


class Query(Struct, frozen=True):
    """A page of interactions, newest first. Times are milliseconds since the Unix epoch; `to` is exclusive.

    With `ended_from` or `ended_to` the order is by the time of the end, newest first. Every interaction has one
    status: `ended` is over and not yet finalized. `data`: names and values that it has, all of them. `text` finds
    interactions with one message that contains all the words (`store.words`; `word*` is a beginning); a text without
    words finds nothing. `size` is kept between 1 and 1,000. Cursors are opaque texts from `Page`, one at a time.
    """

    size: int = 25
    after: str | None = None
    before: str | None = None
    bot: str | None = None
    status: Literal["active", "ended", "finalized"] | None = None
    created_from: int | None = None
    created_to: int | None = None
    ended_from: int | None = None
    ended_to: int | None = None
    quick_ref: str | None = None
    data: tuple[tuple[str, str], ...] = ()
    text: str | None = None


class Page(Struct, frozen=True):
    """`after` leads to the next (older) page, `before` to the one before; None where there is none."""

    interactions: tuple[Interaction, ...]
    after: str | None = None
    before: str | None = None


class Version(Struct, frozen=True):
    """A published version of a bot: `definition` is the JSON of `bot.model.Bot`, `source` the author's file as it was."""

    bot: str
    number: int
    definition: bytes
    source: bytes
    published_at: int
    note: str = ""
    published_by: str = ""
    """The name of the person who published it; empty for the command line."""


class StoredFile(Struct, frozen=True):
    """A file of an interaction, or of a bot version (`path`: its name in the bot file). `id` is public, unguessable."""

    id: str
    name: str
    media_type: str
    size: int
    content: bytes
    created_at: int
    interaction_id: int | None = None
    bot: str | None = None
    version: int | None = None
    path: str | None = None


class Taken(Struct, frozen=True):
    """What a cleaning took out: `turns` emptied, `files`, pieces of `data` and `calls` owed deleted."""

    turns: int
    files: int
    data: int
    calls: int


class Backlog(Struct, frozen=True):
    """What should have happened by now. `overdue`: interactions whose deadline has passed (counted up to 10,000), the
    earliest at `overdue_since`; `owed`: calls owed, those with a hold that has run out since `unheld_since`;
    `unindexed`: turns whose words no search finds yet without reading them first.
    """

    overdue: int = 0
    overdue_since: int | None = None
    owed: int = 0
    unheld_since: int | None = None
    unindexed: int = 0


class Alive(Struct, frozen=True):
    """The processes that are alive, in a fixed order. `lapsed`: the one that asks had been taken for gone, or could have."""

    holders: tuple[str, ...]
    lapsed: bool = False


Share = tuple[int, int]
"""(k, n): of all interactions those whose id leaves k when it is divided by n."""
ALL: Share = (0, 1)


class BadCursor(ValueError):
    """A cursor that no page of this list gave."""


class Duplicate(ValueError):
    """Something that is unique is already stored: a message id in its interaction, a uuid, a token, a file id."""


class Interactions(Protocol):
    """As much of a store as a conversation needs, whatever it is kept in."""

    async def reserve_id(self) -> int: ...

    async def load(self, uuid: str, message_id: str | None = None) -> Loaded | None: ...

    async def save(self, change: Change) -> bool: ...

    async def postpone(self, interaction_id: int, turn: int, due_at: int | None) -> None: ...

    async def turns(self, interaction_id: int, after_entry: int = 0, limit: int | None = None) -> list[TurnRecord]: ...

    async def latest_turns(self, interaction_id: int, limit: int) -> list[TurnRecord]: ...

    async def put_file(self, file: StoredFile) -> None: ...

    async def file(self, file_id: str) -> StoredFile | None: ...

    @property
    def embedded(self) -> bool: ...

    def follow(self, hear: Callable[[str], None]) -> None: ...

    async def moved(self, turns: Mapping[str, int]) -> list[str]: ...


class Store(Protocol):
    """Times are milliseconds since the Unix epoch. Every method may be called at the same time as any other."""

    @property
    def tables(self) -> Tables:
        """What is kept beside the interactions: see `branchline.store.tables`."""

    async def open(self) -> None:
        """Open, create or migrate the database; HostError with a readable paragraph when that must not be."""

    async def close(self) -> None: ...

    # interactions

    async def reserve_id(self) -> int:
        """Give the next interaction id. Ids grow; gaps are allowed."""

    async def load(self, uuid: str, message_id: str | None = None) -> Loaded | None: ...

    async def load_by_id(self, interaction_id: int) -> Loaded | None: ...

    async def save(self, change: Change) -> bool:
        """Save a turn durably; False when the store no longer holds the turn before it (load and run again).

        Raises Duplicate (nothing is stored then), or HostError when the database cannot be written.
        """

    async def postpone(self, interaction_id: int, turn: int, due_at: int | None) -> None:
        """Set when the interaction is next due, without a turn; nothing when the turn has moved on."""

    async def turns(self, interaction_id: int, after_entry: int = 0, limit: int | None = None) -> list[TurnRecord]:
        """Give the turns with entries after the given number, oldest first (for 0 every turn, silent ones too)."""

    async def latest_turns(self, interaction_id: int, limit: int) -> list[TurnRecord]:
        """Give the newest turns, newest first."""

    async def due(self, now: int, limit: int, share: Share = ALL) -> list[str]:
        """Give the uuids of interactions in a share whose `due_at` has passed, earliest first.

        It may name one whose deadline has moved on since, or that has none any more: `postpone` puts that right.
        """

    async def page(self, query: Query) -> Page:
        """Give a page; its cost does not depend on how many interactions are stored. BadCursor for a bad cursor."""

    # cleaning

    async def uncleaned(self, bot: str, ended_before: int, limit: int) -> list[int]:
        """Give the ids of a bot's finalized interactions that ended before then and still have their content, oldest
        first."""

    async def clean(
        self, interaction_id: int, at: int, by: CleanedBy, alongside: Sequence[Statement] = ()
    ) -> Taken | None:
        """Take the personal content of an ended interaction out, for good (see `interaction.cleaning`): what was said
        and traced, its data, files, calls owed, words in the search index, message ids and the visitor's token. It is
        finalized and has one turn more. `alongside` runs in the same transaction.

        None, and nothing is changed, when there is no such interaction, it has not ended, or it was cleaned before.
        """

    async def compact(self) -> None:
        """Let nothing that was deleted stay on the disk, as far as the database can. It may take long; others go on."""

    # several processes

    @property
    def embedded(self) -> bool:
        """Whether one process has the store to itself for as long as it is open."""

    async def beat(self, holder: str, for_ms: int) -> Alive:
        """Say that the process `holder` is alive for so long from now on, by the database's clock.

        A process whose time has passed is taken for gone: the calls and deliveries that it holds are free at once. Only one
        that was alive itself all the time says so of others: after the database was away, all get a chance to renew.
        Beside an embedded store there is no other process, so whatever another name holds is free.
        """

    async def leave(self, holder: str) -> None:
        """Say that the process is gone, and let go of every call that it holds."""

    def follow(self, hear: Callable[[str], None]) -> None:
        """Call `hear` with the uuid of an interaction that another process moved on: a hint, which may be lost."""

    async def moved(self, turns: Mapping[str, int]) -> list[str]:
        """Give those of the interactions (by uuid) that have come further than the given turn."""

    # calls owed

    async def owed(self, now: int, holder: str, limit: int) -> list[Owed]:
        """Give calls whose hold has run out, earliest first, and hold them for `holder` for a minute."""

    async def owed_of(self, interaction_id: int) -> list[Owed]:
        """Give the calls that an interaction owes, held or not; nothing is changed."""

    async def release(self, holder: str) -> int:
        """Let go of every call held by `holder` (a process that is known to be gone); gives how many."""

    async def backlog(self, now: int) -> Backlog:
        """Give what should have happened by now, in bounded time."""

    # bots

    async def publish(
        self,
        bot: str,
        definition: bytes,
        source: bytes,
        at: int,
        note: str,
        files: Sequence[StoredFile],
        by: str = "",
        alongside: Alongside = nothing_alongside,
    ) -> int:
        """Store the next version with its files (their `version` is filled in); gives its number, from 1.

        `alongside` gives, for that number, statements of `store.tables` that run in the same transaction; what they
        raise is raised, and nothing is stored then.
        """

    async def version(self, bot: str, number: int | None = None) -> Version | None:
        """Give a version, or the newest one."""

    async def versions(self, bot: str | None = None) -> list[Version]:
        """Give the versions of a bot, newest first, with definition and source left empty: there may be hundreds. Without
        a bot, give the newest version of every bot, whole."""

    async def running(self, bot: str) -> dict[int, int]:
        """Give how many interactions of a bot are active on each version; the others have none."""

    async def version_files(self, bot: str, number: int) -> list[StoredFile]:
        """Give the files of a version; `content` is left empty."""

    # files

    async def put_file(self, file: StoredFile) -> None: ...

    async def file(self, file_id: str) -> StoredFile | None: ...

    async def files_of(self, interaction_id: int) -> list[StoredFile]:
        """Give the files of an interaction, oldest first; `content` is left empty."""

    # secrets, breakers

    async def set_secret(self, name: str, sealed: bytes) -> None: ...

    async def secrets(self) -> dict[str, bytes]: ...

    async def remove_secret(self, name: str) -> bool: ...

    async def breakers(self) -> dict[str, bytes]: ...

    async def set_breaker(self, endpoint: str, state: bytes) -> None: ...

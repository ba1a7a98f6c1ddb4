"""Connections to the server, and what their failures mean."""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import asyncpg

from branchline.errors import Refusal
from branchline.store.address import shown
from branchline.store.port import Duplicate
from branchline.store.problems import StoreAway, TextUnstorable

RETRY_S = 5
"""Seconds after which a caller may try again when the database cannot be used."""
CONNECT_S = 5
"""Seconds that making a connection may take."""
COMMAND_S = 10
"""Seconds that a statement of a turn may take: a server that is silent for so long counts as away."""
LONG_S = 60
"""Seconds for any other statement."""

_LOST = (
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what it raises on a connection that the server ended while it was idle
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    OSError,
    TimeoutError,
    asyncio.IncompleteReadError,
)
_PASSING = (
    *_LOST,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ReadOnlySQLTransactionError,
)

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

# Plans hold for any number of rows: every statement here has an index that fits it. Durability is never less than `on`.
_SET_UP = """
set plan_cache_mode = force_generic_plan;
set enable_seqscan = off;
set jit = off;
select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
"""


class _Kept(asyncpg.Connection):
    """A connection that goes back into its pool without a question to the server: nothing here changes its settings."""

    def get_reset_query(self) -> str:
        return ""


async def _set_up(connection: Connection) -> None:
    await connection.execute(_SET_UP)


async def connect(url: str) -> Connection:
    """Make a connection for turns. Raises what `explain` explains."""
    connection: Connection = await asyncpg.connect(url, timeout=CONNECT_S, command_timeout=COMMAND_S)
    try:
        await _set_up(connection)
    except BaseException:
        connection.terminate()
        raise
    return connection


def pool(url: str, size: int) -> "asyncpg.Pool[asyncpg.Record]":
    """Make a pool for everything else; its connections are made when they are needed."""
    return asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=CONNECT_S,
        command_timeout=LONG_S,
        connection_class=_Kept,
        init=_set_up,
    )


class Link:
    """One connection of its own, made again when it is lost."""

    def __init__(self, make: Callable[[], Coroutine[Any, Any, Connection]]) -> None:
        self._make = make
        self._connection: Connection | None = None
        self._making: asyncio.Task[Connection] | None = None

    async def get(self) -> Connection:
        """Give the connection. Raises what connecting raises."""
        if self._connection is not None and not self._connection.is_closed():
            return self._connection
        if self._making is None:
            self._making = asyncio.get_running_loop().create_task(self._make())
            self._making.add_done_callback(self._made)
        return await asyncio.shield(self._making)  # whoever leaves does not leave half a connection behind

    def _made(self, making: "asyncio.Task[Connection]") -> None:
        self._making = None
        if not making.cancelled() and making.exception() is None:
            self._connection = making.result()

    def drop(self) -> None:
        """Let go of a connection that is of no use any more."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def close(self) -> None:
        if self._making is not None:
            await asyncio.wait({self._making})
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.close(timeout=CONNECT_S)
            except _LOST:
                connection.terminate()


def lost(problem: Exception) -> bool:
    """Say whether the connection is gone, or of no use: what it was asked last may have been done, or not."""
    return isinstance(problem, _LOST) and not isinstance(problem, ValueError)  # asyncpg's own DataError is no loss


def again(problem: Exception) -> bool:
    """Say whether the server undid everything because of others (a deadlock): asked again, it works."""
    return isinstance(problem, asyncpg.TransactionRollbackError)


def stale(problem: Exception) -> bool:
    """Say whether a new connection may work where this one does not: a server that may only be read has handed over to
    another one, or the host has set it so for a while.
    """
    return isinstance(problem, asyncpg.ReadOnlySQLTransactionError)


_NUL = "\0"
_NEVER = "\ufffd-5b1f9c0e7d3a4b6e8f2a-no-text-that-is-stored-\ufffd"


def findable(value: Any) -> Any:
    """Give a value to look something up by. A text with U+0000 cannot be stored, and cannot even be asked for: then one
    that nothing has.
    """
    if isinstance(value, str) and _NUL in value:
        return value.replace(_NUL, _NEVER)
    return value


def explain(problem: BaseException, url: str) -> Refusal | None:
    """Give the refusal when the installation is at fault, or a text that cannot be kept; None when the statement is. No
    password stands in it.
    """
    if isinstance(problem, asyncpg.CharacterNotInRepertoireError):
        return TextUnstorable()
    if isinstance(problem, _PASSING) and not isinstance(problem, ValueError):
        return StoreAway(path=shown(url), problem=_why(problem), retry_after_s=RETRY_S)
    return None


def refused(problem: asyncpg.UniqueViolationError) -> Duplicate:
    """Give the port's error for a row that is there already."""
    return Duplicate(f"It is already stored: {problem.constraint_name}")


def _why(problem: BaseException) -> str:
    if isinstance(problem, TimeoutError) and not str(problem):
        return "the server does not answer"
    if isinstance(problem, OSError) and problem.errno is not None and problem.errno > 0:
        return os.strerror(problem.errno)
    return (str(problem).splitlines() or [type(problem).__name__])[0].rstrip(".") or type(problem).__name__

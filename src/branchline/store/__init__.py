"""Where interactions are kept: one port, several stores, one conformance suite for all."""

from pathlib import Path

from branchline.store.address import problem_of, shown
from branchline.store.memory import MemoryStore
from branchline.store.port import Store
from branchline.store.problems import StoreUnknown
from branchline.store.sqlite.store import SqliteStore


def open_store(url: str, *, exclusive: bool = True) -> Store:
    """Give the store that a database address names; `await store.open()` opens it.

    `sqlite:///FILE` (relative to the working folder; `sqlite:////FILE` is a full path), `postgresql://…` or `memory:`.
    `exclusive` is for the server; a passing command beside it says False. Raises StoreUnknown.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "memory":
        if rest:
            raise StoreUnknown(url=url, problem="nothing follows memory:")
        return MemoryStore()
    if scheme == "sqlite":
        if not rest.startswith("///") or len(rest) == 3:
            raise StoreUnknown(url=url, problem="the name of a file is missing")
        return SqliteStore(Path(rest[3:]), exclusive=exclusive)
    if scheme in {"postgresql", "postgres"}:
        problem = problem_of(url)
        if problem is not None:
            raise StoreUnknown(url=shown(url), problem=problem)
        from branchline.store.postgres.store import PostgresStore  # noqa: PLC0415 a server on SQLite never loads it

        return PostgresStore(url, serves=exclusive)
    raise StoreUnknown(url=shown(url), problem=f"there is no store {scheme!r}" if scheme else "it is empty")

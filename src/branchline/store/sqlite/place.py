"""Whether the file that is open is still the one at its path.

A database that was removed or replaced while a server has it open takes every write, and none of it is there after a restart: so
nothing may be acknowledged then.
"""

import os
from pathlib import Path

from branchline.store.problems import StoreUnavailable

RETRY_S = 5


class Place:
    """The database file and its write-ahead log, as they were when somebody looked first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = (os.fspath(path), f"{path}-wal")
        self._found: dict[str, tuple[int, int]] = {}

    def check(self) -> None:
        """Call it inside a transaction, before the commit. Raises StoreUnavailable."""
        for name in self._names:
            try:
                stat = os.stat(name)
            except OSError as problem:
                raise self._gone(name, problem.strerror or "it is not there") from None
            if self._found.setdefault(name, (stat.st_dev, stat.st_ino)) != (stat.st_dev, stat.st_ino):
                raise self._gone(name, "another file stands there")

    def _gone(self, name: str, why: str) -> StoreUnavailable:
        problem = f"{name} was removed or replaced while it was open ({why}); put it back, or stop the server first"
        return StoreUnavailable(path=self._path, problem=problem, retry_after_s=RETRY_S)

"""One server for one file: an advisory lock on a small file beside the database."""

import fcntl
import os
from pathlib import Path

from branchline.store.problems import StoreInUse


class Lock:
    """Held until `release`, or until the process is gone. The system lets go of it at a crash."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock. Raises StoreInUse when another process, or another store of this one, has it."""
        path = self._database.with_name(self._database.name + ".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 20).decode(errors="replace").strip()
            os.close(file)
            raise StoreInUse(path=self._database, process=f" (process {holder})" if holder else "") from None
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def held(self) -> bool:
        """Say whether a server has it, without taking it. Raises OSError."""
        try:
            file = os.open(self._database.with_name(self._database.name + ".lock"), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

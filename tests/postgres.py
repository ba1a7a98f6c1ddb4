"""The one PostgreSQL of a test run, and databases in it. Started when a test asks for it first."""

import atexit
import itertools
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache

from tools.postgres import Postgres, binaries, running

_numbers = itertools.count(1)
_clean: list[str] = []
"""Databases with our tables and nothing in them, ready to be used again."""

# Emptied, not made anew: that takes a tenth of the time. DELETE leaves small tables small.
_EMPTY = """
do $$
declare its record;
begin
  for its in select tablename from pg_tables where schemaname = 'public' and tablename <> 'branchline' loop
    execute format('delete from %I', its.tablename);
  end loop;
end $$
"""


@cache
def server() -> Postgres:
    """Give the server of this test run. What it says is durable is on disk: `fsync` is on."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(running())


@contextmanager
def database() -> Iterator[str]:
    """Give the name of a new, empty database."""
    name = f"test_{next(_numbers)}"
    server().create(name)
    try:
        yield name
    finally:
        server().drop(name)


class _Shell:
    """A psql that stays: starting one takes longer than what it is asked."""

    def __init__(self, name: str) -> None:
        # With ON_ERROR_STOP it ends when the server was stopped meanwhile; else it would connect again and go on with
        # the next statement.
        command = [str(binaries() / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", server().url(name)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self.close)

    def run(self, sql: str) -> bool:
        """Give whether it was run to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{sql};\n\\echo done\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return False
        return self._process.stdout.readline().strip() == "done"

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self._process.communicate()


_shells: dict[str, _Shell] = {}


@contextmanager
def emptied() -> Iterator[str]:
    """Give the name of a database that is empty, perhaps with our tables in it."""
    if _clean:
        name = _clean.pop()
    else:
        name = f"kept_{next(_numbers)}"
        server().create(name)
    try:
        yield name
    finally:
        if name not in _shells or not _shells[name].run(_EMPTY):
            _shells[name] = _Shell(name)
            assert _shells[name].run(_EMPTY)
        _clean.append(name)

"""A copy of a PostgreSQL database is made by PostgreSQL's own program; this only calls it."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from branchline.store.address import shown
from branchline.store.problems import BackupFailed


def command(url: str, target: Path) -> list[str]:
    """Give the command. The password does not stand in it: it goes in PGPASSWORD."""
    return ["pg_dump", "--format=custom", f"--file={target}", f"--dbname={_without_password(url)}"]


def backup(url: str, target: Path) -> int:
    """Dump the database to `target`, consistent while servers write; gives the size in bytes. Raises BackupFailed."""
    if shutil.which("pg_dump") is None:
        how = "PGPASSWORD=... " + " ".join(command(url, target))
        raise BackupFailed(path=shown(url), problem=f"pg_dump is not installed here. Where it is, run: {how}")
    made = target.with_name(target.name + ".new")
    made.unlink(missing_ok=True)
    made.touch(mode=0o600)
    try:
        _run(command(url, made), url)
        verify(url, made)
        made.replace(target)
    finally:
        made.unlink(missing_ok=True)
    return target.stat().st_size


def verify(url: str, copy: Path) -> int:
    """Let PostgreSQL's program read what is in a copy; gives its size in bytes. Raises BackupFailed."""
    _run(["pg_restore", "--list", str(copy)], url)
    return copy.stat().st_size


def _run(words: list[str], url: str) -> None:
    password = unquote(urlsplit(url).password or "")
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    try:
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 our own words
    except OSError as problem:
        raise BackupFailed(path=shown(url), problem=f"{words[0]} cannot be run: {problem.strerror}") from None
    if done.returncode != 0:
        raise BackupFailed(path=shown(url), problem=f"{words[0]} said: {done.stderr.strip()[:500]}")


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    account, at, place = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=account.partition(":")[0] + at + place))

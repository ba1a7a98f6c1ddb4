"""Passwords: what one must be (OWASP ASVS 5, 6.2), and argon2id, in threads and not too many at once.

There are no rules about kinds of characters and none about changing it now and then. What is refused is what is short,
guessed quickly, or made of the person's own name and address.
"""

import asyncio
import ctypes
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from branchline.errors import CallerError, HostError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 256
"""Characters of a password, counted in Unicode code points."""
AT_ONCE = 2
"""Passwords that are hashed at the same time: each takes a core and 19 MiB."""
WAITING = 64
"""Passwords that may wait for their turn; more are refused."""
GUESSABLE: Final = 3
"""The lowest of zxcvbn's scores (0 to 4) that is taken: more than 10^8 guesses."""
_JUDGED = 72
_M_MMAP_THRESHOLD = -3
"""Of glibc's malloc.h; other C libraries refuse it or have no `mallopt`."""
_OWN: Final = ("branchline", "chatbot", "interaction", "fulfillment")

T = TypeVar("T")


class PasswordWeak(CallerError):
    """This password cannot be used: {problem}. Take {shortest} characters or more that nobody would guess, such as several words that do not belong together."""

    code = "password.weak"
    status = 422


class PasswordsBusy(HostError):
    """Too many passwords are being checked at once. Try again in {retry_after_s} s."""

    code = "password.busy"
    status = 503


class Passwords:
    """Hashes and checks passwords without holding up the event loop."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str, about: Iterable[str] = ()) -> str:
        """Judge and hash a new password; PasswordWeak. `about`: words that belong to the person."""
        if len(password) < SHORTEST:
            raise _weak(f"it has {len(password)} characters")
        if len(password) > LONGEST:
            raise _weak(f"it has more than {LONGEST} characters")
        own = (*about, *_OWN)
        return await self._apart(lambda: _judged(password, own))

    async def matches(self, password: str, hashed: str) -> bool:
        """Say whether this is the password; takes as long for no hash at all, so that nobody learns who is known."""
        known = hashed or _of_nobody
        found = await self._apart(lambda: _verify(known() if callable(known) else known, password[: LONGEST + 1]))
        return found and bool(hashed)

    async def _apart(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise PasswordsBusy(retry_after_s=5)
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 - only where somebody signs in

    _give_back_large_blocks()
    # OWASP's figures for argon2id: 19 MiB, more than two passes
    return PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)


def _give_back_large_blocks() -> None:
    """Have the C library return large blocks to the system when they are freed. Left to itself it learns from the first
    one to keep them, and a server holds 40 MB after two people signed in.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 1024 * 1024)


@cache
def _of_nobody() -> str:
    return _hasher().hash("a password that is nobody's")


def _verify(hashed: str, password: str) -> bool:
    from argon2.exceptions import Argon2Error, InvalidHashError  # noqa: PLC0415 - see above

    try:
        return _hasher().verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


def _judged(password: str, own: Iterable[str]) -> str:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its word lists are large

    words = [
        word for text in own for word in {text, *text.replace("@", " ").replace(".", " ").split()} if len(word) > 2
    ]
    found = zxcvbn(password[:_JUDGED], user_inputs=words)
    if found["score"] < GUESSABLE and len(password) <= _JUDGED:
        warning = str(found["feedback"]["warning"]).rstrip(".")
        raise _weak(f"it is easily guessed{f' ({warning[0].lower()}{warning[1:]})' if warning else ''}")
    return _hasher().hash(password)


def _weak(problem: str) -> PasswordWeak:
    return PasswordWeak(problem=problem, shortest=SHORTEST, pointer="/password")

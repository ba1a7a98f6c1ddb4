"""Secrets of endpoints: `{{ secret.name }}` in headers, and signing secrets. They come from the environment
(`BRANCHLINE_SECRET_<NAME>`) or from a sealed table, never from a bot file, and leave only towards their endpoint."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from branchline.errors import CallerError, HostError
from branchline.insert import template
from branchline.store.port import Store

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

READ_EVERY_MS = 5_000
KEY_BYTES = 32
"""A key of Fernet: so many random bytes, in URL-safe base64."""
ENVIRONMENT_PREFIX = "BRANCHLINE_SECRET_"


class SecretKeyInvalid(HostError):
    """The secret key is not valid: {problem}. Give the one that sealed this database's secrets (setting `secret_key`)."""

    code = "secret_key.invalid"


class SecretMissing(HostError):
    """The secret {name!r} is not set. Set it with `branchline secret set {name}` or in {variable}."""

    code = "secret.missing"


class SecretUnknown(CallerError):
    """There is no secret {name!r} in the database. `branchline secret list` shows the names."""

    code = "secret.unknown"
    status = 404


class SecretEmpty(CallerError):
    """The secret {name!r} was not set: its value is empty. Type it, or send it to standard input."""

    code = "secret.empty"
    status = 422


class Secrets:
    """Reads secrets, the environment first."""

    def __init__(self, store: Store, key: str, environment: Mapping[str, str] | None = None) -> None:
        self._store = store
        self._environment = os.environ if environment is None else environment
        self._keys = [part.strip() for part in key.split(",") if part.strip()]
        if not all(_is_key(key) for key in self._keys):
            raise SecretKeyInvalid(problem="a key is 32 bytes in URL-safe base64")
        self._made: MultiFernet | None = None
        self._sealed: dict[str, bytes] = {}
        self._read_at = 0

    async def refresh(self, now: int | None = None) -> None:
        """Read the sealed table again, so that a secret set by another process is seen; with `now` (milliseconds), only
        when the last reading is older than a few seconds."""
        if now is not None and self._read_at <= now < self._read_at + READ_EVERY_MS:
            return
        self._read_at = now or 0
        self._sealed = await self._store.secrets()

    def value(self, name: str) -> str:
        """Give a secret; SecretMissing when it is set nowhere."""
        variable = _variable(name)
        found = self._environment.get(variable)
        if found is not None:
            return found
        sealed = self._sealed.get(name)
        if sealed is None:
            raise SecretMissing(name=name, variable=variable)
        return self._open(sealed)

    def insert(self, text: str) -> str:
        """Fill the `{{ secret.name }}` of a header value."""
        if "{{" not in text:
            return text
        return template(text).fill(lambda name: self.value(name.removeprefix("secret.")))

    def given(self, name: str) -> bool:
        """Say whether a secret comes from the environment, which wins over the database."""
        return _variable(name) in self._environment

    async def kept(self) -> list[str]:
        """Name the secrets in the database."""
        return sorted(await self._store.secrets())

    async def set(self, name: str, value: str) -> None:
        await self._store.set_secret(name, self._box().encrypt(value.encode()))

    def _open(self, sealed: bytes) -> str:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 see _box

        try:
            return self._box().decrypt(sealed).decode()
        except InvalidToken:
            raise SecretKeyInvalid(problem="it did not seal this secret") from None

    def _box(self) -> "MultiFernet":
        # Imported here: the library takes 6 MB, and most servers have no sealed secret.
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

        if self._made is None:
            if not self._keys:
                raise SecretKeyInvalid(problem="there is none")
            self._made = MultiFernet([Fernet(key.encode()) for key in self._keys])
        return self._made


def _variable(name: str) -> str:
    return ENVIRONMENT_PREFIX + name.upper().replace("-", "_").replace(".", "_")


def _is_key(text: str) -> bool:
    try:
        return len(urlsafe_b64decode(text.encode())) == KEY_BYTES
    except ValueError:
        return False


def key_beside(database: Path) -> str:
    """Give the key kept in a file beside an embedded database, readable by its user alone; made when missing."""
    path = database.with_name(database.name + ".key")
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        key = urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
        return key

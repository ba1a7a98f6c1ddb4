"""API keys of the core API: shown once, kept hashed, each with the scopes that it was given."""

from collections.abc import Iterable, Mapping
from hmac import compare_digest
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from branchline.errors import CallerError
from branchline.service.clock import Clock
from branchline.service.identity import hash_of, new_token
from branchline.store.port import Store
from branchline.store.tables import Statement, Unmatched, keys
from branchline.store.tables.keys import KeyRow

PREFIX = "blk"
EVERY: Final = "*"

SCOPES: Final[Mapping[str, str]] = {
    "interactions:read": "Read interactions: their transcripts, data and files.",
    "data:write": "Give interactions data.",
}
"""What a key may be allowed to do, each with a sentence. A key with `*` may do everything, also what comes later."""


class KeyInvalid(CallerError):
    """The API key is missing, unknown or revoked. Send `Authorization: Bearer blk_...`; make one with `branchline api-key create`."""

    code = "api_key.invalid"
    status = 401


class KeyScope(CallerError):
    """The API key lacks the scope {scope}; it has {scopes}. Use a key that has it, or make one."""

    code = "api_key.scope"
    status = 403


class ScopeUnknown(CallerError):
    """There is no scope {scope!r}. Known: {known}."""

    code = "scope.unknown"
    status = 422


class KeyUnknown(CallerError):
    """There is no API key {key} that works. `branchline api-key list` shows them."""

    code = "api_key.unknown"
    status = 404


class Made(Struct, frozen=True):
    """A key that is to be stored; `text` is shown this once."""

    row: KeyRow
    text: str
    statement: Statement


class Keys:
    """API keys: `blk_<id>_<secret>`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def make(self, name: str, scopes: Iterable[str] = (EVERY,), by: str = "") -> Made:
        """Make a key for its caller to store; ScopeUnknown."""
        wanted = tuple(dict.fromkeys(scopes))
        for scope in wanted:
            if scope not in SCOPES and scope != EVERY:
                raise ScopeUnknown(scope=scope, known=", ".join(SCOPES))
        secret = new_token()
        key_id = new_token()[:12].replace("_", "x").replace("-", "y")
        row = KeyRow(key_id, name, hash_of(secret), self._clock(), None, " ".join(wanted), by)
        return Made(row, f"{PREFIX}_{row.id}_{secret}", keys.adding(row))

    async def create(self, name: str, scopes: Iterable[str] = (EVERY,)) -> tuple[KeyRow, str]:
        """Make a key and store it; gives it with its text."""
        made = self.make(name, scopes)
        await self._store.tables.write(made.statement)
        return made.row, made.text

    async def check(self, text: str, scope: str = "") -> KeyRow:
        """Give the key whose text this is; KeyInvalid for any other text, KeyScope when it may not do that."""
        prefix, _, rest = text.partition("_")
        key_id, _, secret = rest.partition("_")
        key = await keys.key(self._store.tables, key_id) if prefix == PREFIX and secret and key_id.isascii() else None
        if key is None or not compare_digest(key.secret_hash, hash_of(secret)) or key.revoked_at is not None:
            raise KeyInvalid()
        allowed = key.scopes.split()
        if scope and scope not in allowed and EVERY not in allowed:
            raise KeyScope(scope=scope, scopes=", ".join(allowed) or "none")
        return key

    async def all(self) -> list[KeyRow]:
        """Give all keys, also those that were revoked, oldest first."""
        return await keys.keys(self._store.tables)

    async def named(self, key_id: str) -> KeyRow:
        """Give a key that works; KeyUnknown."""
        key = await keys.key(self._store.tables, key_id)
        if key is None or key.revoked_at is not None:
            raise KeyUnknown(key=key_id[:40])
        return key

    async def revoke(self, key_id: str) -> KeyRow:
        """Make a key stop working; KeyUnknown."""
        key, now = await self.named(key_id), self._clock()
        try:
            await self._store.tables.write(keys.revoking(key_id, now))
        except Unmatched:
            raise KeyUnknown(key=key_id) from None
        return replace(key, revoked_at=now)

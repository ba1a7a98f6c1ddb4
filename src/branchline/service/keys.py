"""API keys of the core API: made on the command line, shown once, kept hashed."""

from hmac import compare_digest

from branchline.errors import CallerError
from branchline.service.clock import Clock
from branchline.service.identity import hash_of, new_token
from branchline.store.port import ApiKey, Store

PREFIX = "blk"


class KeyInvalid(CallerError):
    """The API key is missing, unknown or revoked. Send `Authorization: Bearer blk_...`; make one with `branchline api-key create`."""

    code = "api_key.invalid"
    status = 401


class Keys:
    """API keys: `blk_<id>_<secret>`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def create(self, name: str) -> tuple[ApiKey, str]:
        """Make a key; gives it with its text, which is shown this once."""
        secret = new_token()
        key = ApiKey(new_token()[:12].replace("_", "x").replace("-", "y"), name, hash_of(secret), self._clock())
        await self._store.add_key(key)
        return key, f"{PREFIX}_{key.id}_{secret}"

    async def check(self, text: str) -> ApiKey:
        """Give the key whose text this is; KeyInvalid for any other text."""
        prefix, _, rest = text.partition("_")
        key_id, _, secret = rest.partition("_")
        key = await self._store.key(key_id) if prefix == PREFIX and secret else None
        if key is None or not compare_digest(key.secret_hash, hash_of(secret)) or key.revoked_at is not None:
            raise KeyInvalid()
        return key

    async def revoke(self, key_id: str) -> bool:
        return await self._store.revoke_key(key_id, self._clock())

"""Random identities: public ids of interactions and files, visitors' tokens, API keys."""

from hashlib import sha256
from secrets import token_bytes, token_urlsafe
from uuid import UUID


def new_uuid(now: int) -> str:
    """Make a UUID version 7 (RFC 9562): ordered by time, so that the unique index grows at its end."""
    number = (now & (2**48 - 1)) << 80 | int.from_bytes(token_bytes(10))
    number = number & ~(0xF << 76) | (0x7 << 76)
    number = number & ~(0x3 << 62) | (0x2 << 62)
    return str(UUID(int=number))


def new_token() -> str:
    """Make a secret of 192 bits. It is shown once; only its hash is kept."""
    return token_urlsafe(24)


def new_id() -> str:
    """Make a short public id of 48 bits, for things of which a host has few: twelve hexadecimal digits."""
    return token_bytes(6).hex()


def new_long_token() -> str:
    """Make a secret of 256 bits, for sign-ins."""
    return token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Hash a secret for keeping. Plain SHA-256 is right here: the secret is random, there is nothing to guess."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()

"""Signed data (contract §2): a compact ES256 JWS (RFC 7515) over a JSON list of `{"label" or "name", "data", "type"}`."""

import msgspec
from msgspec import Struct

from branchline.bot.model import Bot
from branchline.errors import CallerError
from branchline.interaction.events import Given
from branchline.interaction.record import DATA_LIMIT, NAME_LIMIT


class SignedDataInvalid(CallerError):
    """The signed data was refused: {problem}. Nothing of it was stored."""

    code = "signed_data.invalid"
    status = 422


class _Item(Struct, frozen=True):
    data: str
    name: str = ""
    label: str = ""
    type: str = "string"


_items = msgspec.json.Decoder(tuple[_Item, ...])


def signed_items(bot: Bot, text: str) -> tuple[Given, ...]:
    """Verify and read signed data; SignedDataInvalid when the signature, the shape or a length is wrong."""
    if not text:
        return ()
    if bot.signed_data is None:
        raise SignedDataInvalid(problem="this bot has no public key to verify it with", pointer="/signed_data")
    # Imported here: most servers never verify anything, and the library weighs as much memory as a whole store.
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import ECKey  # noqa: PLC0415

    try:
        verified = jws.deserialize_compact(text, ECKey.import_key(bot.signed_data.public_key), algorithms=["ES256"])
        items = _items.decode(verified.payload)
    except JoseError as problem:
        raise SignedDataInvalid(problem=f"its signature does not hold ({problem})", pointer="/signed_data") from None
    except (ValueError, msgspec.MsgspecError) as problem:
        raise SignedDataInvalid(problem=f"it cannot be read ({problem})", pointer="/signed_data") from None
    return tuple(_given(item) for item in items)


def _given(item: _Item) -> Given:
    name = item.name or item.label
    if not 1 <= len(name) <= NAME_LIMIT or len(item.label) > NAME_LIMIT:
        raise SignedDataInvalid(problem=f"a name has {len(name)} characters, 1 to {NAME_LIMIT} are allowed")
    if len(item.data) > DATA_LIMIT or "\x00" in item.data + name + item.label:
        raise SignedDataInvalid(problem=f"{name!r} is longer than {DATA_LIMIT} characters or holds U+0000")
    return Given(name, item.data, item.label)

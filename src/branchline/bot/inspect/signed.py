"""Can the page's signed data be verified with the bot's public key?"""

from branchline.bot.found import Found
from branchline.bot.model import Bot


def look(bot: Bot, found: Found) -> None:
    if bot.signed_data is None:
        return
    path = ("signed_data", "public_key")
    if "PRIVATE KEY" in bot.signed_data.public_key:
        found.error(
            "signed_data.key",
            "The signing key of the page's data is private. Write the public key here, and make a new pair: this one is "
            "known to whoever reads the file.",
            path,
        )
    elif not _is_p256(bot.signed_data.public_key):
        found.error(
            "signed_data.key",
            "The key of signed data is not a public key on the curve P-256 in PEM. "
            "Write the text between, and with, the lines -----BEGIN PUBLIC KEY----- and -----END PUBLIC KEY-----.",
            path,
        )


def _is_p256(pem: str) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - few bots have signed data
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)

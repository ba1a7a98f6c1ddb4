"""Texts of a form: any text, one that an expression matches, an e-mail address, a telephone number."""

import unicodedata

from branchline.captures.kinds import Normalise, Pattern, Phone, Text
from branchline.captures.results import Context, Refused, Taken
from branchline.expressions import matches_whole
from branchline.interaction.record import DATA_LIMIT
from branchline.locales import region


def normalised(text: str, how: Normalise) -> str:
    """Normalise a text; doing it twice is the same as doing it once."""
    match how:
        case "none":
            return text
        case "trim":
            return text.strip()
        case "upper":
            return text.upper().strip()
        case "lower":
            return text.lower().strip()
        case "digits":
            return "".join(char for char in ascii_digits(text) if "0" <= char <= "9")


def ascii_digits(text: str) -> str:
    """Write the decimal digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(char if (digit := unicodedata.decimal(char, None)) is None else str(digit) for char in text)


def take_text(capture: Text, said: str) -> Taken | Refused:
    data = normalised(said, capture.normalise)
    if len(data) < capture.min:
        if not data:
            return Refused("empty", "Please write an answer.")
        return Refused("too_short", f"That is too short. Please use at least {capture.min} characters.")
    if len(data) > capture.max:
        return Refused("too_long", f"That is too long. Please use at most {capture.max} characters.")
    return Taken(data)


def take_pattern(capture: Pattern, said: str) -> Taken | Refused:
    data = normalised(said, capture.normalise)
    if len(data) > DATA_LIMIT:
        return Refused("too_long", f"That is too long. Please use at most {DATA_LIMIT} characters.")
    if not matches_whole(capture.pattern, data):
        return Refused("does_not_match", "That does not look right. Please check it and try again.")
    return Taken(data)


def take_email(said: str) -> Taken | Refused:
    # imported late: a server whose bots never ask for an address does not load it
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    refused = Refused(
        "not_an_email", "That does not look like an e-mail address. Please write one such as name@example.com."
    )
    said = said.strip()
    if len(said) > DATA_LIMIT:
        return refused
    try:
        return Taken(validate_email(said, check_deliverability=False).normalized)
    except EmailNotValidError:
        return refused


def take_phone(capture: Phone, said: str, context: Context) -> Taken | Refused:
    # imported late: its tables of all countries are large
    import phonenumbers  # noqa: PLC0415

    refused = Refused(
        "not_a_phone_number",
        "That does not look like a telephone number. Please write it with the country code, such as +44.",
    )
    country = (capture.region or region(context.locale) or "").upper()
    try:
        found = phonenumbers.parse(
            said.strip()[:DATA_LIMIT], country if country in phonenumbers.SUPPORTED_REGIONS else None
        )
        if not phonenumbers.is_valid_number(found):
            return refused
        return Taken(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))
    except phonenumbers.NumberParseException:
        return refused

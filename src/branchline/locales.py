"""What differs from language to language: months, separators, the order of dates, words for yes, no and today.

Kept small on purpose: English, German, French, Spanish and Arabic; any other language is written as English is.
"""

from msgspec import Struct
from msgspec.structs import replace


class Locale(Struct, frozen=True):
    """How one language writes things. `months` are the long and then the short names; words are casefolded."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    medium_date: str
    long_date: str
    short_date: str
    month_first: bool
    group: str
    point: str
    yes: tuple[str, ...]
    """Words for yes; the first, capitalised, is the button."""
    no: tuple[str, ...]
    today: tuple[str, ...]
    tomorrow: tuple[str, ...]
    yesterday: tuple[str, ...]
    conjunction: str
    """The word for "and" between the last two of a list."""
    digits: str = "0123456789"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH = Locale(
    _words("January February March April May June July August September October November December"),
    _words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    "{day} {short_month} {year}",
    "{day} {month} {year}",
    "{day:02}/{number:02}/{year}",
    False,
    ",",
    ".",
    ("yes", "y", "yeah", "yep", "yup", "sure", "ok", "okay", "yes please", "of course", "correct", "true"),
    ("no", "n", "nope", "nah", "no thanks", "no thank you", "not really", "false"),
    ("today",),
    ("tomorrow",),
    ("yesterday",),
    "and",
)
_AMERICAN = replace(
    _ENGLISH,
    medium_date="{short_month} {day}, {year}",
    long_date="{month} {day}, {year}",
    short_date="{number}/{day}/{year}",
    month_first=True,
)
_GERMAN = Locale(
    _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    _words("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
    "{day:02}.{number:02}.{year}",
    "{day}. {month} {year}",
    "{day:02}.{number:02}.{year}",
    False,
    ".",
    ",",
    ("ja", "j", "jo", "jep", "klar", "gerne", "ja bitte", "natürlich", "stimmt", "richtig"),
    ("nein", "n", "nee", "nö", "nein danke"),
    ("heute",),
    ("morgen",),
    ("gestern",),
    "und",
)
_FRENCH = Locale(
    _words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    _words("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
    "{day} {short_month} {year}",
    "{day} {month} {year}",
    "{day:02}/{number:02}/{year}",
    False,
    "\u202f",
    ",",
    ("oui", "o", "ouais", "d'accord", "bien sûr", "oui merci", "exact"),
    ("non", "n", "non merci"),
    ("aujourd'hui", "aujourd’hui"),
    ("demain",),
    ("hier",),
    "et",
)
_SPANISH = Locale(
    _words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    _words("ene feb mar abr may jun jul ago sept oct nov dic"),
    "{day} {short_month} {year}",
    "{day} de {month} de {year}",
    "{day:02}/{number:02}/{year}",
    False,
    ".",
    ",",
    ("sí", "si", "s", "claro", "vale", "sí por favor", "por supuesto", "correcto"),
    ("no", "n", "no gracias"),
    ("hoy",),
    ("mañana",),
    ("ayer",),
    "y",
)
_ARABIC_MONTHS = _words("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر")
_ARABIC = Locale(
    _ARABIC_MONTHS,
    _ARABIC_MONTHS,
    "{day} {month} {year}",
    "{day} {month} {year}",
    "{day:02}/{number:02}/{year}",
    False,
    "٬",
    "٫",
    ("نعم", "ن", "أجل", "ايوه", "أيوه", "اكيد", "أكيد", "تمام", "صحيح"),
    ("لا", "كلا", "لا شكرا"),
    ("اليوم",),
    ("غدا", "غدًا", "بكرة"),
    ("أمس", "امس"),
    "و",
    "٠١٢٣٤٥٦٧٨٩",
)
_LANGUAGES = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH, "ar": _ARABIC}
_REGIONS = {
    "en-us": _AMERICAN,
    "en-ph": _AMERICAN,
    "de-ch": replace(_GERMAN, group="’", point="."),
    "de-li": replace(_GERMAN, group="’", point="."),
    "ar-ae": replace(_ARABIC, group=",", point=".", digits=_ENGLISH.digits),
    **{f"es-{at}": replace(_SPANISH, group=",", point=".") for at in _words("419 do gt hn mx ni pa pe pr sv us")},
    **{f"ar-{at}": replace(_ARABIC, group=".", point=",", digits=_ENGLISH.digits) for at in _words("dz ly ma tn")},
}
"""Where a country writes otherwise than most of its language's."""


def locale(tag: str) -> Locale:
    """Give the conventions of a language tag such as `de` or `en-GB`; English for a language that is not known."""
    tag = tag.lower().replace("_", "-")
    return _REGIONS.get(tag) or _LANGUAGES.get(tag.partition("-")[0]) or _ENGLISH


def language(tag: str) -> str:
    """Give the language of a tag: `de` of `de-AT`."""
    return tag.lower().replace("_", "-").partition("-")[0]


def region(tag: str) -> str | None:
    """Give the country of a language tag: `GB` of `en-GB`; None when it names none."""
    for part in tag.replace("_", "-").split("-")[1:]:
        if len(part) == 2 and part.isascii() and part.isalpha():
            return part.upper()
    return None

"""The words of a text, for searching: the same for every store.

Case, width and the accents of Latin, Greek and Cyrillic do not count; punctuation separates. Scripts without spaces
(Han, Kana, Thai and their neighbours) give one word a character, so that a part of a sentence is found as a phrase.
"""

import unicodedata
from collections.abc import Sequence

import msgspec
from msgspec import Struct

_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # Kana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


class _Table(dict[int, str]):
    """What becomes of a character, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if any(first <= code <= last for first, last in _UNSPACED) and unicodedata.category(character)[0] in "LN":
            made = f" {character} "
        else:
            made = character if unicodedata.category(character)[0] in "LMN" else " "
        self[code] = made
        return made


_table = _Table()


class _Entry(Struct):
    """What searching wants of an entry."""

    kind: str = ""
    text: str = ""


_entries = msgspec.json.Decoder(_Entry).decode_lines


def texts(entries: str) -> list[str]:
    """Give the texts of the messages among a turn's entries (one JSON object a line)."""
    return [entry.text for entry in _entries(entries) if entry.kind == "message"]


def words(text: str) -> list[str]:
    """Give the words of a text, folded, in order. Words hold no white space and of ASCII only a-z and 0-9."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", text).translate(_ACCENTS))
    return text.casefold().translate(_table).split()


class Needle(Struct, frozen=True):
    """Words to be found one after the other; `prefix`: the last one may be the beginning of a longer word."""

    words: tuple[str, ...]
    prefix: bool = False


def needles(text: str) -> list[Needle]:
    """Read what someone searches for: each part between spaces is a needle, one that ends with * is a beginning.

    A text without any word gives no needle, and finds nothing.
    """
    found = []
    for part in text.split():
        parts = tuple(words(part))
        if parts:
            found.append(Needle(parts, part.endswith("*")))
    return found


def contains(haystack: Sequence[str], needle: Needle) -> bool:
    """Say whether a text with these words holds the needle."""
    size = len(needle.words)
    *whole, last = needle.words
    for start in range(len(haystack) - size + 1):
        its_last = haystack[start + size - 1]
        if (its_last.startswith(last) if needle.prefix else its_last == last) and list(
            haystack[start : start + size - 1]
        ) == whole:
            return True
    return False

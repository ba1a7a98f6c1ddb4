"""Choices: yes or no, one of, several of, a rating. By label, by value, by another word, or by number in the list."""

import re
from functools import lru_cache

from branchline.captures.kinds import Choice, OneOf, Rating, SeveralOf, YesNo
from branchline.captures.results import Context, Refused, Taken
from branchline.captures.texts import ascii_digits
from branchline.locales import locale
from branchline.values import fold

_END_MARKS = " .!?…,;:"
_SEPARATORS = re.compile(r"[,;\n،؛]|(?<!\S)(?:&|\+)(?!\S)")


def _key(said: str) -> str:
    """Give a word as choices are compared: "Yes!" is "yes", and the digits of every script are 0 to 9."""
    return fold(ascii_digits(said)).strip(_END_MARKS)


def take_yes_no(capture: YesNo, said: str, context: Context) -> Taken | Refused:
    """Take yes or no: the author's words come first, then those of the visitor's language, then English."""
    exact, key = fold(said), _key(said)
    own, english = locale(context.locale), locale("en")
    for yes, no in ((capture.yes, capture.no), (("yes",), ("no",)), (own.yes, own.no), (english.yes, english.no)):
        for data, words in (("yes", yes), ("no", no)):
            if any(fold(word) in (exact, key) for word in words):
                return Taken(data)
    return Refused("not_yes_or_no", "Please answer yes or no.")


@lru_cache(maxsize=2_000)
def _words(choices: tuple[Choice, ...]) -> dict[str, Choice]:
    """Give the choice for each word. Values come before labels, labels before other words, and these before numbers."""
    found: dict[str, Choice] = {}
    for words in (
        [(choice.data, choice) for choice in choices],
        [(choice.label, choice) for choice in choices],
        [(also, choice) for choice in choices for also in choice.also],
    ):
        for word, choice in words:
            found.setdefault(fold(word), choice)
    for word, choice in list(found.items()):
        found.setdefault(_key(word), choice)
    # "2" means the second choice, unless numbers are themselves what is chosen
    if not any(word.isdigit() for word in found):
        for number, choice in enumerate(choices, 1):
            found[str(number)] = choice
    return found


def find(choices: tuple[Choice, ...], said: str) -> Choice | None:
    """Give the choice that a reply means; None when it means none."""
    words = _words(choices)
    return words.get(fold(said)) or words.get(_key(said))


def take_one_of(capture: OneOf, said: str) -> Taken | Refused:
    choice = find(capture.choices, said)
    if choice is None:
        return Refused("not_a_choice", f"Please choose one of: {_listed(capture.choices)}.")
    return Taken(choice.data, choice)


def take_several_of(capture: SeveralOf, said: str, context: Context) -> Taken | Refused:
    """Take several choices, written with commas, semicolons, line breaks or "and" between."""
    chosen: set[int] = set()
    numbers = {id(choice): number for number, choice in enumerate(capture.choices)}
    for piece in _pieces(capture.choices, said, context.locale):
        choice = find(capture.choices, piece)
        if choice is None:
            return Refused("not_a_choice", f"Please choose from: {_listed(capture.choices)}.")
        chosen.add(numbers[id(choice)])
    if len(chosen) < capture.min:
        return Refused("too_few", f"Please choose at least {capture.min}.")
    if capture.max is not None and len(chosen) > capture.max:
        return Refused("too_many", f"Please choose at most {capture.max}.")
    return Taken(", ".join(capture.choices[number].data for number in sorted(chosen)))


def _pieces(choices: tuple[Choice, ...], said: str, language: str) -> list[str]:
    """Split a reply. The word "and" splits only what is not a choice as it stands: "salt and pepper" may be one."""
    if find(choices, said) is not None:
        return [said]
    conjunctions = {locale(language).conjunction, "and"}
    pieces: list[str] = []
    for part in _SEPARATORS.split(said):
        if not part.strip():
            continue
        if find(choices, part) is not None:
            pieces.append(part)
            continue
        words: list[str] = []
        for word in part.split():
            if word.casefold() in conjunctions:
                pieces.append(" ".join(words))
                words = []
            else:
                words.append(word)
        pieces.append(" ".join(words))
    return [piece for piece in pieces if piece]


def take_rating(capture: Rating, said: str) -> Taken | Refused:
    """Take a whole number, alone or as in "4/5"."""
    key = _key(said).removesuffix(f"/{capture.max}").strip()
    if key.isdigit() and key.isascii() and len(key) <= 2 and capture.min <= int(key) <= capture.max:
        return Taken(str(int(key)))
    return Refused("not_a_choice", f"Please write a number from {capture.min} to {capture.max}.")


def _listed(choices: tuple[Choice, ...]) -> str:
    shown = ", ".join(choice.label for choice in choices[:20])
    return shown if len(choices) <= 20 else f"{shown}, …"

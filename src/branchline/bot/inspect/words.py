"""Does each word that works anywhere do exactly one thing?"""

from branchline.bot.found import Found
from branchline.bot.model import Bot
from branchline.bot.places import shown


def look(bot: Bot, found: Found) -> None:
    said: dict[str, int] = {}
    for index, word in enumerate(bot.words):
        if (word.action is None) == (word.go_to is None):
            has = "neither" if word.action is None else "both"
            found.error(
                "word.ways",
                f"The word {shown(word.words[0])} has {has} of action and go_to. Give it exactly one of them.",
                ("words", index),
            )
        for at, text in enumerate(word.words):
            folded = text.strip().casefold()
            earlier = said.setdefault(folded, index)
            if not folded:
                found.error(
                    "word.empty", "A word has no letters. Write it, or remove it.", ("words", index, "words", at)
                )
            elif earlier != index:
                found.warning(
                    "word.repeated",
                    f"The word {shown(text)} already belongs to entry {earlier + 1} of words, which wins. Remove one.",
                    ("words", index, "words", at),
                )

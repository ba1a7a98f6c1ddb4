"""Does the form before the chat ask for each thing once?"""

from branchline.bot.found import Found
from branchline.bot.model import Bot
from branchline.bot.places import shown


def look(bot: Bot, found: Found) -> None:
    if bot.widget is None:
        return
    names: set[str] = set()
    for index, field in enumerate(bot.widget.fields):
        if field.name in names:
            found.error(
                "widget.repeated_field",
                f"The form before the chat asks for {shown(field.name)} twice. Remove one of the fields.",
                ("widget", "fields", index, "name"),
            )
        names.add(field.name)

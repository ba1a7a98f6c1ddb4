"""Does the form before the chat ask for each thing once, and can the company's colour be read?"""

from branchline.bot.contrast import GROUNDS, READABLE, contrast, readable
from branchline.bot.found import Found
from branchline.bot.model import Bot, Widget
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
    if bot.widget.accent:
        _accent(bot.widget, found)


def _accent(widget: Widget, found: Found) -> None:
    theme = "dark" if widget.theme == "dark" else "light"
    reached = contrast(widget.accent, GROUNDS[theme])
    if reached < READABLE:
        found.warning(
            "widget.accent",
            f"The accent {widget.accent} has a contrast of {reached:.1f}:1 on the {theme} panel, and text needs "
            f"{READABLE}:1. Links are drawn in {readable(widget.accent, theme)}: write that to have one colour everywhere.",
            ("widget", "accent"),
        )

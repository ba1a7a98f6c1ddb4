"""Every page of the reference, by its file name."""

from tools.reference.admin import admin_api
from tools.reference.bot_file import actions, bot_file, captures, exits, operators
from tools.reference.codes import errors, issues, reasons
from tools.reference.commands import command_line, settings


def pages() -> dict[str, str]:
    """Give the text of every page."""
    return {
        "bot-file.md": bot_file(),
        "actions.md": actions(),
        "exits.md": exits(),
        "captures.md": captures(),
        "operators.md": operators(),
        "reasons.md": reasons(),
        "issues.md": issues(),
        "errors.md": errors(),
        "settings.md": settings(),
        "command-line.md": command_line(),
        "admin-api.md": admin_api(),
    }

"""The issues of a bot that has the right shape: one file per kind of question, each linear in the size of the bot."""

from branchline.bot.found import Found
from branchline.bot.inspect.data import look as look_at_data
from branchline.bot.inspect.endpoints import look as look_at_endpoints
from branchline.bot.inspect.loops import look as look_at_loops
from branchline.bot.inspect.parts import HasFile, look_for_files
from branchline.bot.inspect.parts import look as look_at_parts
from branchline.bot.inspect.routes import look as look_at_routes
from branchline.bot.inspect.signed import look as look_at_signed_data
from branchline.bot.inspect.targets import look as look_at_targets
from branchline.bot.inspect.widget import look as look_at_widget
from branchline.bot.inspect.words import look as look_at_words
from branchline.bot.model import Bot
from branchline.issue import Issue

__all__ = ["HasFile", "inspect"]

_LOOKS = (
    look_at_targets,
    look_at_parts,
    look_at_routes,
    look_at_words,
    look_at_endpoints,
    look_at_loops,
    look_at_data,
    look_at_signed_data,
    look_at_widget,
)


def inspect(bot: Bot, has_file: HasFile | None = None) -> tuple[Issue, ...]:
    """Give every error and warning of a bot, with paths and without lines.

    `has_file` says whether a file that the bot sends exists, by its path relative to the bot file; None when that is
    not known.
    """
    found = Found()
    for look in _LOOKS:
        look(bot, found)
    if has_file is not None:
        look_for_files(bot, has_file, found)
    return tuple(found.issues)

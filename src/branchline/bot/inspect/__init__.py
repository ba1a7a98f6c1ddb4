"""The issues of a bot that has the right shape: one file per kind of question, each linear in the size of the bot."""

from collections.abc import Collection

from branchline.bot.found import Found
from branchline.bot.inspect.data import look as look_at_data
from branchline.bot.inspect.endpoints import look as look_at_endpoints
from branchline.bot.inspect.loops import look as look_at_loops
from branchline.bot.inspect.parts import look as look_at_parts
from branchline.bot.inspect.parts import look_for_files
from branchline.bot.inspect.routes import look as look_at_routes
from branchline.bot.inspect.signed import look as look_at_signed_data
from branchline.bot.inspect.targets import look as look_at_targets
from branchline.bot.inspect.words import look as look_at_words
from branchline.bot.model import Bot
from branchline.issue import Issue

_LOOKS = (
    look_at_targets,
    look_at_parts,
    look_at_routes,
    look_at_words,
    look_at_endpoints,
    look_at_loops,
    look_at_data,
    look_at_signed_data,
)


def inspect(bot: Bot, files: Collection[str] | None = None) -> tuple[Issue, ...]:
    """Give every error and warning of a bot, with paths and without lines.

    `files`: the paths, relative to the bot file, of the files that exist beside it; None when that is not known.
    """
    found = Found()
    for look in _LOOKS:
        look(bot, found)
    if files is not None:
        look_for_files(bot, files, found)
    return tuple(found.issues)

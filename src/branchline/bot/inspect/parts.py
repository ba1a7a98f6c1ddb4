"""What actions, exits, hours and the bot's own settings say of themselves."""

from collections.abc import Callable

from branchline.actions.action import Problem, template_problems
from branchline.actions.send_file import SendFile
from branchline.bot.found import Found
from branchline.bot.model import Bot
from branchline.bot.places import shown
from branchline.hours import problems as hours_problems
from branchline.issue import Path
from branchline.timezones import zone

HasFile = Callable[[str], bool]
"""Says whether a file exists, by its path relative to the bot file."""


def look(bot: Bot, found: Found) -> None:
    for name, node in bot.nodes.items():
        for index, action in enumerate(node.actions):
            for problem in action.check():
                _add(problem, name, ("nodes", name, "actions", index), found)
        for problem in node.exit.check():
            _add(problem, name, ("nodes", name, "exit"), found)
    if zone(bot.timezone) is None:
        found.error(
            "timezone.unknown",
            f"There is no time zone {shown(bot.timezone)}. Write an IANA name such as 'Europe/London'.",
            ("timezone",),
        )
    if bot.hours is not None:
        for path, sentence in hours_problems(bot.hours):
            found.error("hours.invalid", sentence, ("hours", *path))
    if bot.inactivity is not None:
        for problem in template_problems(("say",), bot.inactivity.say):
            found.error(problem.code, problem.message, ("inactivity", *problem.path))


def look_for_files(bot: Bot, has_file: HasFile, found: Found) -> None:
    """Find files that are sent and do not stand beside the bot file."""
    for name, node in bot.nodes.items():
        for index, action in enumerate(node.actions):
            if isinstance(action, SendFile) and not has_file(action.path):
                found.error(
                    "file.missing",
                    f"Node {shown(name)} sends the file {shown(action.path)}, which does not exist. Put it beside the bot file.",
                    ("nodes", name, "actions", index, "path"),
                )


def _add(problem: Problem, node: str, base: Path, found: Found) -> None:
    add = found.warning if problem.warning else found.error
    add(problem.code, f"Node {shown(node)}: {problem.message}", (*base, *problem.path))

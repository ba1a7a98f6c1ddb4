"""Can every case of a route be taken?"""

from branchline.bot.exits import Route
from branchline.bot.found import Found
from branchline.bot.model import Bot
from branchline.bot.places import shown
from branchline.conditions import Condition


def look(bot: Bot, found: Found) -> None:
    for name, node in bot.nodes.items():
        if not isinstance(node.exit, Route):
            continue
        first: dict[Condition, int] = {}
        for index, case in enumerate(node.exit.cases):
            earlier = first.setdefault(case.when, index)
            if earlier != index:
                found.warning(
                    "route.repeated_case",
                    f"Node {shown(name)}: case {index + 1} is never taken, because case {earlier + 1} has the same "
                    "condition. Change the condition or remove the case.",
                    ("nodes", name, "exit", "cases", index),
                )

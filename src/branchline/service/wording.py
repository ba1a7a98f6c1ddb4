"""How people are told of nodes, conditions and reasons."""

from branchline.bot.model import Bot
from branchline.conditions import Condition
from branchline.fulfillment.reasons import Reason, sentence


def shown_node(bot: Bot, node: str) -> str:
    """Name a node as authors know it."""
    known = bot.nodes.get(node)
    return known.label or node if known is not None else node


def in_words(condition: Condition) -> str:
    """Write a condition as a sentence would."""
    if condition.operand is None:
        group, joint = (condition.all, " and ") if condition.all is not None else (condition.any or (), " or ")
        return joint.join(f"({in_words(one)})" if one.operand is None else in_words(one) for one in group)
    argument = condition.argument
    given = ", ".join(map(_argument, argument)) if isinstance(argument, tuple) else _argument(argument)
    operand = condition.operand.removeprefix("data.")
    return " ".join(part for part in (operand, (condition.operator or "").replace("_", " "), given) if part)


def _argument(argument: object) -> str:
    if isinstance(argument, bool):
        return "true" if argument else "false"
    return "" if argument is None else str(argument)


def about(reason: str) -> str:
    try:
        return sentence(Reason(reason))
    except ValueError:
        return ""


def count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"

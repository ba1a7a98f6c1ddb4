"""What an interaction awaits, as visitors' programs see it (contract §5)."""

from typing import Any

import msgspec

from branchline.bot.exits import WaitForReply
from branchline.bot.model import Bot
from branchline.captures import Context, describe
from branchline.interaction.record import Fulfillment, Interaction, Reply


def awaiting(bot: Bot, interaction: Interaction) -> dict[str, Any]:
    """Give `{"kind": "reply", "input": {...}, "suggestions": [...]}`, `{"kind": "fulfillment"}` or `{"kind": "nothing"}`.

    `input` says which field to draw: its kind and limits.
    """
    match interaction.awaiting:
        case Reply(suggestions=suggestions):
            node = bot.nodes.get(interaction.at[-1].node) if interaction.at else None
            wait = node.exit if node is not None else None
            capture = wait.capture if isinstance(wait, WaitForReply) else None
            context = Context(interaction.updated_at, interaction.locale, bot.timezone)
            field: dict[str, Any] = {"kind": "any"} if capture is None else describe(capture, context)
            return {"kind": "reply", "input": field, "suggestions": msgspec.to_builtins(suggestions)}
        case Fulfillment():
            return {"kind": "fulfillment"}
    return {"kind": "nothing"}

"""Bots made in tests, written as an author would write them."""

from typing import Any

import msgspec

from branchline.bot.model import Bot
from branchline.engine import Turn, advance
from branchline.interaction.effects import FileSent, MessageSent
from branchline.interaction.events import Replied, Started
from branchline.interaction.record import Interaction

NOW = 1_790_000_000_000
UUID = "01912345-6789-7abc-8def-0123456789ab"


def bot(nodes: dict[str, Any], **more: Any) -> Bot:
    """Make a bot that starts at its first node."""
    drawn = {"branchline": 1, "bot": "made", "start": next(iter(nodes)), "nodes": nodes, **more}
    return msgspec.convert(drawn, Bot)


def say(text: str, **more: Any) -> dict[str, Any]:
    return {"do": "send_message", "text": text, **more}


def wait(go_to: str, **more: Any) -> dict[str, Any]:
    return {"do": "wait_for_reply", "go_to": go_to, **more}


def go(node: str) -> dict[str, Any]:
    return {"do": "go_to", "node": node}


END: dict[str, Any] = {"do": "end"}


def fresh(**more: Any) -> Interaction:
    return Interaction(id=1, uuid=UUID, bot="made", version=1, created_at=NOW, updated_at=NOW, **more)


def start(drawn: Bot, **more: Any) -> Turn:
    return advance(drawn, fresh(**more), Started(NOW))


def reply(drawn: Bot, interaction: Interaction, text: str, at: int = NOW + 1_000) -> Turn:
    return advance(drawn, interaction, Replied(at, f"m{interaction.turn}", text))


def said(turn: Turn) -> list[str]:
    """Give what the bot said in a turn."""
    return [effect.text for effect in turn.effects if isinstance(effect, MessageSent) and effect.sender != "customer"]


def sent(turn: Turn) -> list[str]:
    return [effect.file.name for effect in turn.effects if isinstance(effect, FileSent)]

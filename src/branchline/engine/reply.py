"""A visitor's message: record it, look for a word that works anywhere, capture, choose the way."""

from branchline.actions.working import Working
from branchline.bot.exits import WaitForReply
from branchline.bot.model import Bot, Word
from branchline.captures import Context, Refused, take
from branchline.engine.walk import ask, walk
from branchline.interaction.effects import FileSent, Ignored, MessageSent, ReplyRefused
from branchline.interaction.events import Replied
from branchline.interaction.record import Awaiting, Reply

BACK_LIMIT = 20
"""How many questions the word for "back" can go back."""


def replied(bot: Bot, turn: Working, event: Replied) -> None:
    """Take a message. While an endpoint is asked it is recorded and does not count as a reply (contract §3)."""
    awaiting = turn.awaiting
    if event.file is not None:
        turn.emit(FileSent(event.file, sender="customer", message_id=event.message_id))
    else:
        text = _chosen(awaiting, event.value) or event.text
        turn.emit(MessageSent(text, sender="customer", message_id=event.message_id))
    if not isinstance(awaiting, Reply):
        turn.emit(Ignored("asking"))
        return
    turn.asked = 0
    here = turn.at[-1].node
    node = bot.nodes.get(here)
    wait = node.exit if node is not None else None
    if not isinstance(wait, WaitForReply):
        turn.fail("exit.unknown", f"Node {here!r} does not wait for a reply.")
        return
    word = word_said(bot, awaiting, event)
    if word is not None:
        _follow(bot, turn, word)
    else:
        _capture(bot, turn, wait, awaiting, event)


def _capture(bot: Bot, turn: Working, wait: WaitForReply, awaiting: Reply, event: Replied) -> None:
    target = wait.go_to
    if wait.capture is None:
        turn.reply = event.value or event.text
    else:
        context = Context(turn.now, turn.locale, bot.timezone)
        taken = take(wait.capture, event.text, event.value, event.file, context)
        if isinstance(taken, Refused):
            _refuse(bot, turn, wait, awaiting, taken)
            return
        turn.reply = taken.data
        turn.set(wait.capture.name, taken.data, wait.capture.label, "reply")
        if taken.choice is not None and taken.choice.go_to is not None:
            target = taken.choice.go_to
    turn.back = (*turn.back, turn.at[-1].node)[-BACK_LIMIT:]
    walk(bot, turn, target)


def _refuse(bot: Bot, turn: Working, wait: WaitForReply, awaiting: Reply, refused: Refused) -> None:
    tries = awaiting.tries + 1
    turn.emit(ReplyRefused(refused.problem, tries))
    if tries >= wait.tries and wait.failed is not None:
        walk(bot, turn, wait.failed)
        return
    turn.say(wait.retry or refused.hint)
    turn.suggest(awaiting.suggestions)
    ask(turn, wait, tries)


def _chosen(awaiting: Awaiting, value: str | None) -> str | None:
    """Give what the chosen button shows, if it is one of those just offered."""
    if value is None or not isinstance(awaiting, Reply):
        return None
    return next((one.label for one in awaiting.suggestions if one.value == value), None)


def word_said(bot: Bot, awaiting: Reply, event: Replied) -> Word | None:
    """Find the word that was said, unless it is one of the replies just offered."""
    if not bot.words or event.file is not None or event.value is not None:
        return None
    said = event.text.strip().casefold()
    if any(said == suggestion.label.casefold() for suggestion in awaiting.suggestions):
        return None
    for word in bot.words:
        if any(said == text.casefold() for text in word.words):
            return word
    return None


def _follow(bot: Bot, turn: Working, word: Word) -> None:
    if word.action == "restart":
        turn.back, turn.reply = (), ""
        turn.fulfillment_status, turn.fulfillment_reason = "", ""
        for name in [name for name, datum in turn.data.items() if datum.source in {"bot", "reply", "fulfillment"}]:
            turn.clear(name)
        walk(bot, turn, bot.start)
    elif word.action == "back":
        *rest, last = turn.back or (turn.at[-1].node,)
        turn.back = tuple(rest)
        walk(bot, turn, last)
    else:
        walk(bot, turn, word.go_to or bot.start)

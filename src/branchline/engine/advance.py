"""The turn: one event, and all the bot does about it.

    advance(bot, interaction, event) -> Turn(interaction, effects)

No input raises: an event that does not fit changes nothing and says so with `Ignored`; a bot that points into nothing
or would run away ends the interaction with `Failed`. The engine awaits nothing itself: it stops, saying what it wants,
and the answer comes back later as an event with the token it gave.
"""

from collections.abc import Mapping

from msgspec import Struct

from branchline.actions.asking import Asking
from branchline.actions.working import Working
from branchline.bot.exits import WaitForReply
from branchline.bot.model import Bot
from branchline.duration import milliseconds
from branchline.engine.reply import replied
from branchline.engine.walk import FINALIZE_AFTER_MS, go_on, walk
from branchline.interaction.effects import AnyEffect, FeedbackReceived, Finalized, Ignored
from branchline.interaction.events import (
    AnyEvent,
    Closed,
    DataGiven,
    FeedbackGiven,
    FileRef,
    FulfillmentFailed,
    FulfillmentReturned,
    Given,
    Replied,
    Started,
    TimedOut,
)
from branchline.interaction.record import Fulfillment, Interaction, Reply, Source

SILENCE_MS = 24 * 3_600_000
"""Silence of the visitor after which an interaction ends whose bot sets no limit: none stays open for ever."""

_NO_FILES: Mapping[str, FileRef] = {}


class Turn(Struct, frozen=True):
    """One event's outcome: the interaction's next record, and what happened, in order."""

    interaction: Interaction
    effects: tuple[AnyEffect, ...]


def advance(bot: Bot, interaction: Interaction, event: AnyEvent, files: Mapping[str, FileRef] = _NO_FILES) -> Turn:
    """Move an interaction on by one event. `files`: the files published with the bot, by their path in it."""
    turn = Working(interaction, event.at, files)
    ignored = _ignored(interaction, event)
    if ignored is not None:
        turn.emit(ignored)
        return Turn(turn.done(), tuple(turn.effects))
    was_open = interaction.ended_at is None
    match event:
        case Started(items=items, signed=signed):
            _give(bot, turn, items, "page")
            _give(bot, turn, signed, "signed")
            walk(bot, turn, bot.start)
        case Replied():
            replied(bot, turn, event)
        case FulfillmentReturned() | FulfillmentFailed():
            _resume(bot, turn, event)
        case DataGiven(items=items, source=source, signed=signed):
            _give(bot, turn, items, source)
            _give(bot, turn, signed, "signed")
        case FeedbackGiven(feedback=feedback):
            turn.feedback = feedback
            turn.emit(FeedbackReceived(feedback.rating))
        case TimedOut():
            _time_out(bot, turn)
        case Closed(end_url=end_url):
            turn.end_url = end_url or turn.end_url
            turn.end("visitor")
    if turn.ended_at is not None:
        if was_open:
            turn.finalize_at = turn.now + FINALIZE_AFTER_MS
    elif isinstance(event, Started | Replied):
        turn.idle_at = turn.now + (milliseconds(bot.inactivity.after) if bot.inactivity is not None else SILENCE_MS)
    return Turn(turn.done(), tuple(turn.effects))


def _ignored(interaction: Interaction, event: AnyEvent) -> Ignored | None:
    """Say why an event changes nothing, if it does not."""
    match event:
        case Started():
            return Ignored("started") if interaction.turn else None
        case FulfillmentReturned(token=token) | FulfillmentFailed(token=token):
            if interaction.cleaned_at is not None:
                return Ignored("cleaned")
            awaiting = interaction.awaiting
            fits = isinstance(awaiting, Fulfillment) and awaiting.token == token
            return None if fits else Ignored("stale")
        case DataGiven() | FeedbackGiven():
            return Ignored("finalized") if interaction.finalized_at is not None else None
        case TimedOut(at=now):
            due = interaction.due_at
            return Ignored("early") if due is None or now < due else None
        case Replied() | Closed():
            if interaction.finalized_at is not None:
                return Ignored("finalized")
            return Ignored("ended") if interaction.ended else None


def _give(bot: Bot, turn: Working, items: tuple[Given, ...], source: Source) -> None:
    """Set given data. Where a bot wants it signed, unsigned values of the page are dropped, but for those it allows."""
    for item in items:
        if source == "page" and not _may_be_unsigned(bot, item.name):
            turn.warn("data.unsigned", f"{item.name!r} came without a signature and was dropped.")
        else:
            turn.set(item.name, item.data, item.label, source)


def _may_be_unsigned(bot: Bot, name: str) -> bool:
    """Say whether the page may give this name as it likes: what a visitor writes into the bot's form is never signed."""
    if bot.signed_data is None or name in bot.signed_data.allow:
        return True
    return bot.widget is not None and any(field.name == name for field in bot.widget.fields)


def _resume(bot: Bot, turn: Working, event: FulfillmentReturned | FulfillmentFailed) -> None:
    here = turn.at[-1]
    node = bot.nodes.get(here.node)
    action = node.actions[here.action] if node is not None and here.action < len(node.actions) else None
    if not isinstance(action, Asking):
        turn.fail("action.unknown", f"Node {here.node!r} has no action {here.action + 1} that asks an endpoint.")
        return
    go_on(bot, turn, action.resume(turn, event))


def _time_out(bot: Bot, turn: Working) -> None:
    if turn.finalize_at is not None and turn.finalize_at <= turn.now:
        turn.finalize_at, turn.finalized_at = None, turn.now
        turn.emit(Finalized())
        return
    awaiting = turn.awaiting
    if isinstance(awaiting, Reply) and awaiting.until is not None and awaiting.until <= turn.now:
        node = bot.nodes.get(turn.at[-1].node)
        if node is not None and isinstance(node.exit, WaitForReply) and node.exit.no_reply is not None:
            walk(bot, turn, node.exit.no_reply.go_to)
        else:
            turn.await_reply(None, awaiting.tries)
        return
    if bot.inactivity is not None and bot.inactivity.say:
        turn.say(bot.inactivity.say)
    turn.end("inactivity")

"""What a route can look at: the operands of conditions, as text."""

from datetime import datetime

from branchline.actions.working import Working
from branchline.bot.model import Bot
from branchline.hours import is_open
from branchline.timezones import local

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Look:
    """The operands at one moment of a turn. `seen` keeps each one that was looked at, for the transcript."""

    def __init__(self, bot: Bot, turn: Working, node: str) -> None:
        self.now = turn.now
        self.timezone = bot.timezone
        self.seen: dict[str, str | None] = {}
        self._bot = bot
        self._turn = turn
        self._node = node

    def insert(self, text: str) -> str:
        return self._turn.insert(text)

    def value(self, operand: str) -> str | None:
        value = self.seen[operand] = self._find(operand)
        return value

    def _find(self, operand: str) -> str | None:
        turn = self._turn
        if operand.startswith("data."):
            datum = turn.data.get(operand[5:])
            return None if datum is None else datum.data
        match operand:
            case "reply":
                return turn.reply or None
            case "fulfillment.status":
                return turn.fulfillment_status or None
            case "fulfillment.reason":
                return turn.fulfillment_reason or None
            case "channel":
                return turn.before.channel
            case "locale":
                return turn.before.locale
            case "page":
                return turn.before.start_url or None
            case "time":
                return f"{self._local():%H:%M}"
            case "weekday":
                return _WEEKDAYS[self._local().weekday()]
            case "hours":
                hours = self._bot.hours
                return "open" if hours is None or is_open(hours, self.now, self.timezone) else "closed"
            case "random":
                return f"{turn.share(self._node):.6f}"
        return None

    def _local(self) -> datetime:
        return local(self.now, self.timezone)

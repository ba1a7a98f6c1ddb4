"""What callers hear when the shell says no."""

from branchline.errors import CallerError, HostError


class BotUnknown(CallerError):
    """There is no published bot {bot!r}. Check the name, or publish it with `branchline publish`."""

    code = "bot.unknown"
    status = 404


class InteractionUnknown(CallerError):
    """There is no such interaction. Check the id, or start a new one."""

    code = "interaction.unknown"
    status = 404


class TokenInvalid(CallerError):
    """The visitor's token does not belong to this interaction. Send the token that came with it, or start a new one."""

    code = "token.invalid"
    status = 401


class TokenExpired(CallerError):
    """The visitor's token has expired after {days} days without a message. Start a new interaction."""

    code = "token.expired"
    status = 401


class InteractionEnded(CallerError):
    """The interaction ended at {ended_at}. Start a new one to go on talking."""

    code = "interaction.ended"
    status = 409


class InteractionFinalized(CallerError):
    """The interaction was finalized at {finalized_at} and takes no more data."""

    code = "interaction.finalized"
    status = 409


class MessageConflict(CallerError):
    """Message id {message_id!r} was used before with another text. Give every message its own id."""

    code = "message.conflict"
    status = 422


class DataInvalid(CallerError):
    """{problem}"""

    code = "data.invalid"
    status = 422


class InteractionBusy(HostError):
    """The interaction is being moved on by too many callers at once. Send the message again with the same id."""

    code = "interaction.busy"
    status = 503

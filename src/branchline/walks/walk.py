"""A walk as it stands in its file: what a visitor says, what the endpoints answer, and what the bot must do.

    branchline_walks: 1
    bot: order-desk
    walks:
      a shipped order:
        turns:
          - messages: [What is your order number?]
          - say: BR-10427
            answers: [{endpoint: orders, pairs: {status: SHIPPED}}]
            messages: [It is on its way.]
            nodes: [look_up, shipped]
            data: {status: SHIPPED}

The first turn is the beginning: nobody has said anything. What is left out is not looked at.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from branchline.bot.exits import NodeId
from branchline.bot.model import Slug
from branchline.interaction.record import DATA_LIMIT, NAME_LIMIT, TEXT_LIMIT

FORMAT = 1
TURNS_LIMIT = 500
WALKS_LIMIT = 500

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
Value = Annotated[str, Meta(max_length=DATA_LIMIT)]
Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]
WalkName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f/]*$(?!\n)",
        description="A name without slashes and line breaks.",
    ),
]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of the parts of a walk."""


class WalkAnswer(Part, frozen=True):
    """What an endpoint answers when it is asked: pairs, or the reason why it could not be asked."""

    endpoint: Annotated[str, Meta(max_length=100, description="The endpoint that is asked; any if it is left out.")] = (
        ""
    )
    pairs: Annotated[dict[Name, Value], Meta(max_length=1_000, description="What it answers.")] = {}
    failed: Annotated[str, Meta(max_length=50, description="The reason, such as timeout, when it fails.")] = ""


class WalkFile(Part, frozen=True):
    """A file that the visitor sends; only what the bot sees of it."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    media_type: Annotated[str, Meta(max_length=130)] = "application/octet-stream"
    size: Annotated[int, Meta(ge=0, le=2**40)] = 1


class WalkTurn(Part, frozen=True):
    """One turn: what happens (nothing in the first), and what must come of it."""

    say: Annotated[Text | None, Meta(description="The visitor writes.")] = None
    choose: Annotated[Text | None, Meta(description="The visitor chooses a button, by what it stands for.")] = None
    file: Annotated[WalkFile | None, Meta(description="The visitor sends a file.")] = None
    silence: Annotated[bool, Meta(description="The visitor says nothing until the bot goes on by itself.")] = False
    given: Annotated[dict[Name, Value], Meta(max_length=100, description="Data comes from outside.")] = {}
    answers: Annotated[
        tuple[WalkAnswer, ...], Meta(max_length=50, description="What endpoints answer in this turn, in order.")
    ] = ()
    messages: (
        Annotated[tuple[Text, ...], Meta(max_length=1_000, description="The bot must say exactly this.")] | None
    ) = None
    nodes: (
        Annotated[tuple[NodeId, ...], Meta(max_length=1_000, description="It must go through these nodes.")] | None
    ) = None
    data: Annotated[
        dict[Name, Value | None], Meta(max_length=1_000, description="This data must be there then (empty: not set).")
    ] = {}
    ended: Annotated[bool | None, Meta(description="Whether the conversation must be over then.")] = None


class Walk(Part, frozen=True):
    """One conversation. `seed` and `at` decide what is random or depends on the time, so that it is the same every time."""

    turns: Annotated[tuple[WalkTurn, ...], Meta(min_length=1, max_length=TURNS_LIMIT, description="In order.")]
    start: Annotated[NodeId | None, Meta(description="The node where it begins; the bot's own start if left out.")] = (
        None
    )
    data: Annotated[
        dict[Name, Value], Meta(max_length=1_000, description="Data that is there from the beginning.")
    ] = {}
    at: Annotated[str, Meta(max_length=30, description="When it begins, UTC: 2026-11-24T10:00:00Z.")] = (
        "2026-01-05T10:00:00Z"
    )
    seed: Annotated[str, Meta(min_length=1, max_length=100, description="Decides the operand `random`.")] = "walk"
    locale: Annotated[str, Meta(max_length=35, description="The visitor's language, if it is not the bot's.")] = ""
    start_url: Annotated[str, Meta(max_length=2_000, description="The page where the chat stands.")] = ""


class Walks(Part, frozen=True):
    """The walks of a bot, each by a name of your own."""

    branchline_walks: Annotated[Literal[1], Meta(description="The format version of this file.")]
    bot: Slug
    walks: Annotated[dict[WalkName, Walk], Meta(max_length=WALKS_LIMIT, description="Each by a name of your own.")]

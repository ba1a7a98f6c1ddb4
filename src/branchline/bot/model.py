"""The bot as the author drew it: what stands in a bot file, and what a version keeps, unchanged.

These classes are the single source of the file format: the JSON Schema, the check's errors and the reference in the
documentation are all made from them.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from branchline.actions.table import AnyAction
from branchline.bot.exits import AnyExit, NodeId, Target
from branchline.duration import Duration
from branchline.hours import Hours
from branchline.interaction.record import NAME_LIMIT

FORMAT = 1
"""The format version written at the head of a bot file."""

Slug = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$(?!\n)", description="Lower-case letters, digits and hyphens."),
]
Name = Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of the parts of a bot."""


class Node(Part, frozen=True):
    """A place in the conversation: ordered actions, then one exit. The label is never shown to visitors."""

    exit: AnyExit
    label: Annotated[str, Meta(max_length=200, description="A name for authors; visitors never see it.")] = ""
    actions: Annotated[tuple[AnyAction, ...], Meta(max_length=100, description="What is done here, in order.")] = ()


class Endpoint(Part, frozen=True):
    """A system of the company that the bot may ask. Secrets are named, never written: `{{ secret.name }}`."""

    url: Annotated[str, Meta(min_length=1, max_length=2_000, description="Where calls go: https://…")]
    headers: Annotated[
        dict[str, str], Meta(max_length=10, description="Sent with every call; {{ secret.name }} inserts a secret.")
    ] = {}
    deadline: Annotated[Duration, Meta(description="Total time for one call, 1 s to 30 s.")] = "10 s"
    signing: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...],
        Meta(max_length=2, description="Names of the signing secrets; two while one replaces the other."),
    ] = ()
    safe_to_repeat: Annotated[
        bool, Meta(description="The endpoint gives one effect per Idempotency-Key, so a call may be repeated.")
    ] = False
    disabled: Annotated[bool, Meta(description="Make no calls: every one fails with the reason `disabled`.")] = False


class Inactivity(Part, frozen=True):
    """When a silent conversation ends by itself."""

    after: Duration
    say: Annotated[str, Meta(max_length=4_000, description="The last message.")] = ""


class Word(Part, frozen=True):
    """Words that work anywhere in the bot: they restart, go back one question, or lead to a node."""

    words: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...],
        Meta(min_length=1, max_length=50, description="What a visitor writes; case does not matter."),
    ]
    action: Annotated[
        Literal["restart", "back"] | None,
        Meta(description="Begin again, or go back to the question before. Instead of `go_to`."),
    ] = None
    go_to: Annotated[Target | None, Meta(description="The node to go to. Instead of `action`.")] = None


class DataField(Part, frozen=True):
    """What is known about a piece of data before it is set. The type says how it is compared; it stays text."""

    label: Annotated[str, Meta(max_length=NAME_LIMIT, description="A name for people.")] = ""
    type: Annotated[
        Literal["text", "number", "date", "list"], Meta(description="How it is compared; it is kept as text.")
    ] = "text"
    from_page: Annotated[bool, Meta(description="The page may give it when the chat starts.")] = False


Days = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3} ?d$(?!\n)", description="A number of days.", examples=["90 d"])]


class SignedData(Part, frozen=True):
    """Data of the page must be signed by the company (contract §2): a compact ES256 JWS over a list of items."""

    public_key: Annotated[str, Meta(min_length=1, max_length=2_000, description="The public key, PEM (P-256).")]
    allow: Annotated[
        tuple[Name, ...], Meta(max_length=1_000, description="Names that the page may give unsigned.")
    ] = ()


class FormField(Part, frozen=True):
    """A field of the form before the chat. What a visitor writes there is kept as data, marked as unverified."""

    name: Name
    """The name of the data that it is kept as. It is taken unsigned, even when `signed_data` is set."""
    label: Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT, description="What stands above the field.")]
    kind: Annotated[
        Literal["text", "name", "email", "phone", "number", "date"],
        Meta(description="What is written there: it chooses keyboard, autocomplete and the check."),
    ] = "text"
    required: Annotated[bool, Meta(description="The chat does not begin without it.")] = False


class Widget(Part, frozen=True):
    """How the chat looks on websites, and what it says before the first message. The newest version's counts."""

    accent: Annotated[
        str,
        Meta(pattern=r"^(#[0-9a-fA-F]{6})?$(?!\n)", description="The company's colour, such as #0b6e85."),
    ] = ""
    theme: Annotated[Literal["auto", "light", "dark"], Meta(description="`auto` follows the visitor's device.")] = (
        "auto"
    )
    position: Annotated[Literal["right", "left"], Meta(description="The side of the page.")] = "right"
    greeting: Annotated[
        str, Meta(max_length=1_000, description="Stands above the conversation; the same Markdown as in messages.")
    ] = ""
    away: Annotated[str, Meta(max_length=1_000, description="Stands there instead outside of the opening hours.")] = ""
    consent: Annotated[
        str, Meta(max_length=2_000, description="What a visitor agrees to before anything is sent; the same Markdown.")
    ] = ""
    privacy_url: Annotated[
        str,
        Meta(
            max_length=2_000,
            pattern=r"^(https?://[!-~]+)?$(?!\n)",
            description="Where the privacy notice stands; linked before the first message and in the menu.",
        ),
    ] = ""
    fields: Annotated[tuple[FormField, ...], Meta(max_length=10, description="A form before the first message.")] = ()
    files: Annotated[
        bool, Meta(description="Visitors may send files at any time; otherwise only when the bot asks for one.")
    ] = True
    rating: Annotated[bool, Meta(description="Ask at the end how the chat was.")] = True
    origins: Annotated[
        tuple[
            Annotated[
                str,
                Meta(
                    max_length=300,
                    pattern=r"^https?://(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?$(?!\n)",
                    description="https://shop.example, or https://*.shop.example.",
                ),
            ],
            ...,
        ],
        Meta(max_length=100, description="The sites that may show the chat; every site when there are none."),
    ] = ()


Place = Annotated[
    tuple[Annotated[int, Meta(ge=-1_000_000, le=1_000_000)], ...],
    Meta(min_length=2, max_length=2, description="Two whole numbers: across and down."),
]


class Note(Part, frozen=True):
    """A note on the canvas, for authors."""

    text: Annotated[str, Meta(max_length=4_000, description="What it says.")]
    at: Annotated[Place, Meta(description="Where its upper left corner is: `[x, y]`.")]
    size: Annotated[Place | None, Meta(description="Its width and height.")] = None


class Canvas(Part, frozen=True):
    """Where the builder shows what. Conversations do not depend on it."""

    nodes: Annotated[
        dict[NodeId, Place],
        Meta(max_length=10_000, description="The place of each node: `[x, y]`; others are laid out."),
    ] = {}
    notes: Annotated[tuple[Note, ...], Meta(max_length=1_000, description="Notes for authors.")] = ()


class Bot(Part, frozen=True):
    """A decision tree."""

    branchline: Annotated[Literal[1], Meta(description="The format version of this file.")]
    bot: Slug
    start: Annotated[NodeId, Meta(description="The node where every conversation begins.")]
    nodes: Annotated[
        dict[NodeId, Node], Meta(min_length=1, max_length=10_000, description="The nodes, each by a name of your own.")
    ]
    name: Annotated[str, Meta(max_length=200, description="The bot's name for people.")] = ""
    locale: Annotated[
        str,
        Meta(
            pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)",
            description="The language of the bot, such as en or de-AT.",
        ),
    ] = "en"
    timezone: Annotated[str, Meta(max_length=64, description="An IANA name such as Europe/London.")] = "UTC"
    hours: Annotated[Hours | None, Meta(description="Opening hours, for the operand `hours`.")] = None
    data: Annotated[
        dict[Name, DataField], Meta(max_length=1_000, description="Data that is known before anything sets it.")
    ] = {}
    endpoints: Annotated[
        dict[Annotated[str, Meta(min_length=1, max_length=100)], Endpoint],
        Meta(max_length=100, description="The systems that the bot may ask, each by a name of your own."),
    ] = {}
    words: Annotated[tuple[Word, ...], Meta(max_length=50, description="Words that work anywhere in the bot.")] = ()
    retention: Annotated[
        Days | None,
        Meta(
            description="How long after its end an interaction keeps what was said, its data and its files. The newest "
            "version's counts."
        ),
    ] = None
    inactivity: Annotated[Inactivity | None, Meta(description="When a silent conversation ends by itself.")] = None
    signed_data: Annotated[
        SignedData | None, Meta(description="Take data of the page only when the company signed it.")
    ] = None
    widget: Annotated[Widget | None, Meta(description="How the chat looks on websites.")] = None
    canvas: Annotated[Canvas | None, Meta(description="Where the builder shows what; written by it.")] = None

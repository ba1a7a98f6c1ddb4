"""The bodies of the chat API and the texts of its answers."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from branchline.interaction.events import Given
from branchline.interaction.record import DATA_LIMIT, NAME_LIMIT, TEXT_LIMIT, Interaction
from branchline.service.awaiting import awaiting
from branchline.service.bots import Pinned
from branchline.service.refusals import DataInvalid

URL_LIMIT = 2_000
ITEMS_LIMIT = 100


class Item(Struct, frozen=True):
    """A piece of data from the page: `label` instead of `name` is taken too (contract §2)."""

    data: Annotated[str, Meta(max_length=DATA_LIMIT)]
    name: Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)] | None = None
    label: Annotated[str, Meta(max_length=NAME_LIMIT)] = ""


SignedText = Annotated[str, Meta(max_length=12_000)]
Items = Annotated[tuple[Item, ...], Meta(max_length=ITEMS_LIMIT)]


class StartBody(Struct, frozen=True):
    start_url: Annotated[str, Meta(max_length=URL_LIMIT)] = ""
    locale: Annotated[str, Meta(max_length=35, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")] = ""
    data: Items = ()
    signed_data: SignedText = ""


class MessageBody(Struct, frozen=True):
    """A message, or the `value` of a suggestion that was chosen. `id`: the client's own, new for every message."""

    id: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
    text: Annotated[str, Meta(max_length=TEXT_LIMIT)] | None = None
    suggestion: Annotated[str, Meta(max_length=TEXT_LIMIT)] | None = None


class DataBody(Struct, frozen=True):
    data: Items = ()
    signed_data: SignedText = ""


class EndBody(Struct, frozen=True):
    end_url: Annotated[str, Meta(max_length=URL_LIMIT)] = ""


class FeedbackBody(Struct, frozen=True):
    rating: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=TEXT_LIMIT)] = ""


start_body = msgspec.json.Decoder(StartBody)
message_body = msgspec.json.Decoder(MessageBody)
data_body = msgspec.json.Decoder(DataBody)
end_body = msgspec.json.Decoder(EndBody)
feedback_body = msgspec.json.Decoder(FeedbackBody)
encode = msgspec.json.Encoder().encode


def given(items: Sequence[Item]) -> tuple[Given, ...]:
    """Turn the page's items into data; DataInvalid for an item without a name or with characters no store can hold."""
    made = []
    for index, item in enumerate(items):
        name = item.name or item.label
        if not name:
            raise DataInvalid(problem=f"Item {index} has no name. Give it a `name`.", pointer=f"/data/{index}/name")
        storable(name, f"/data/{index}/name")
        made.append(Given(name, storable(item.data, f"/data/{index}/data"), item.label))
    return tuple(made)


def storable(text: str, pointer: str) -> str:
    """Refuse U+0000, which PostgreSQL cannot hold; lone surrogates do not pass the JSON decoder."""
    if "\x00" in text:
        raise DataInvalid(problem="The text holds the character U+0000. Remove it.", pointer=pointer)
    return text


def state(lines: Sequence[str], pinned: Pinned, interaction: Interaction) -> bytes:
    """Write `{"entries", "awaiting", "cursor"}`: `cursor` is the number of the last entry there is."""
    waits = encode(awaiting(pinned.bot, interaction)).decode()
    return f'{{"entries":[{",".join(lines)}],"awaiting":{waits},"cursor":{interaction.entries}}}'.encode()


def opened(lines: Sequence[str], pinned: Pinned, interaction: Interaction, token: str) -> bytes:
    """Write the answer to a start: the interaction with its token, then the state."""
    head: dict[str, Any] = {"uuid": interaction.uuid, "token": token, "quick_ref": interaction.quick_ref}
    return b'{"interaction":' + encode(head) + b"," + state(lines, pinned, interaction)[1:]

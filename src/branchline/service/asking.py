"""From a fulfillment that a turn asked for to the call that is owed: which endpoint, which body, until when."""

from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from branchline import tracing
from branchline.actions.asking import Asking
from branchline.actions.custom_request import CustomRequest
from branchline.bot.model import Bot, Endpoint
from branchline.duration import milliseconds
from branchline.fulfillment.urls import BadUrl, build_url
from branchline.interaction.document import BODY_BUDGET, FULFILLMENT_INCLUDE, document
from branchline.interaction.effects import FulfillmentRequested
from branchline.interaction.record import Interaction
from branchline.service.bots import Pinned
from branchline.service.custom import Filler, custom_body
from branchline.store.port import Interactions, Owed, TurnRecord

HOLD_MS = 10_000
"""How long past its deadline a call may be held before its outcome counts as unknown."""
TURNS_IN_BODY = 4_000
"""Turns of the transcript that are read for a body; a longer one would not fit its budget anyway."""


class Request(Struct, frozen=True, omit_defaults=True):
    """What a call sends, fixed with its turn: every attempt under its id is the same, whatever happens in between.

    `problem`: why there is nothing to send. `traceparent`: what the call belongs to.
    """

    url: str
    body: bytes
    problem: str = ""
    traceparent: str = ""


class Asker:
    """Writes down the calls that turns owe. `holder` names the process that makes them; `base`: this server's address."""

    def __init__(self, store: Interactions, holder: Callable[[], str], base: Callable[[], str]) -> None:
        self._store = store
        self._holder = holder
        self._base = base

    async def owed(
        self, pinned: Pinned, interaction: Interaction, asked: FulfillmentRequested, turn: TurnRecord
    ) -> tuple[Owed, Request]:
        """Give the call to save with its turn, and what it sends. The id is fixed before the first byte leaves."""
        action = action_of(pinned.bot, asked.node, asked.action)
        endpoint = endpoint_of(pinned.bot, action)
        if action is None or endpoint is None or endpoint.disabled:
            request = Request("", b"", "The endpoint is switched off or not part of the bot.")
        elif isinstance(action, CustomRequest):
            request = custom_request(action, endpoint, interaction)
        else:
            request = Request(endpoint.url, await self._document(interaction, asked.token, turn))
        request = replace(request, traceparent=tracing.parent(interaction.traceparent, interaction.uuid))
        deadline = milliseconds(endpoint.deadline) if endpoint is not None else 0
        return (
            Owed(
                token=asked.token,
                interaction_id=interaction.id,
                uuid=interaction.uuid,
                bot=interaction.bot,
                version=interaction.version,
                node=asked.node,
                action=asked.action,
                holder=self._holder(),
                held_until=turn.at + deadline + HOLD_MS,
                body=keep(request) if endpoint is not None and endpoint.safe_to_repeat else None,
            ),
            request,
        )

    async def _document(self, interaction: Interaction, token: str, turn: TurnRecord) -> bytes:
        earlier = await self._store.latest_turns(interaction.id, min(TURNS_IN_BODY, interaction.turn))
        rows = [(one.first_entry, one.entries) for one in reversed(earlier)]
        rows.append((turn.first_entry, turn.entries))
        return document(interaction, self._base(), FULFILLMENT_INCLUDE, rows, token, BODY_BUDGET)


def custom_request(action: CustomRequest, endpoint: Endpoint, interaction: Interaction) -> Request:
    """Fill a custom request. Data goes into its path and query percent-encoded, into the texts of its body, and
    nowhere else."""
    try:
        url = build_url(endpoint.url, action.path, action.query, Filler(interaction))
    except BadUrl as problem:
        return Request("", b"", str(problem))
    return Request(url, custom_body(action, interaction))


keep = msgspec.msgpack.Encoder().encode
"""Write a request for a repetition that is safe."""
kept = msgspec.msgpack.Decoder(Request).decode


def action_of(bot: Bot, node_id: str, index: int) -> Asking | None:
    """Find the action that asked."""
    node = bot.nodes.get(node_id)
    action = node.actions[index] if node is not None and index < len(node.actions) else None
    return action if isinstance(action, Asking) else None


def endpoint_of(bot: Bot, action: Asking | None) -> Endpoint | None:
    return None if action is None else bot.endpoints.get(action.endpoint)

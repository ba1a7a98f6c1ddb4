"""A custom request's parts, filled from the interaction's data (contract §3)."""

from collections.abc import Callable
from typing import Any

import msgspec

from branchline.actions.custom_request import CustomRequest
from branchline.insert import template
from branchline.interaction.record import Interaction

_encode = msgspec.json.Encoder().encode


def filler(interaction: Interaction) -> Callable[[str], str]:
    """Give the function that fills a template from an interaction's data."""

    def value(name: str) -> str | None:
        datum = interaction.data.get(name)
        return datum.data if datum is not None else (interaction.reply if name == "reply" else None)

    return lambda text: template(text).fill(value, interaction.locale)


def custom_body(action: CustomRequest, interaction: Interaction) -> bytes:
    """Give the JSON body; data goes into its texts only, so it cannot change the shape."""
    if action.body is None:
        return b""
    return _encode(_filled(action.body, filler(interaction)))


def _filled(value: Any, fill: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, dict):
        return {key: _filled(inner, fill) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(inner, fill) for inner in value]
    return value

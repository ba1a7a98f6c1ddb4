"""A custom request's parts, filled from the interaction's data (contract §3)."""

from collections.abc import Callable
from typing import Any

import msgspec

from branchline.actions.custom_request import CustomRequest
from branchline.insert import template
from branchline.interaction.record import Interaction

_encode = msgspec.json.Encoder().encode


class Filler:
    """Fills templates from an interaction's data; each inserted value goes through `encode` first, when given."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction

    def __call__(self, text: str, encode: Callable[[str], str] | None = None) -> str:
        return template(text).fill(self._value, self._interaction.locale, encode=encode)

    def _value(self, name: str) -> str | None:
        datum = self._interaction.data.get(name)
        return datum.data if datum is not None else (self._interaction.reply if name == "reply" else None)


def custom_body(action: CustomRequest, interaction: Interaction) -> bytes:
    """Give the JSON body; data goes into its texts only, so it cannot change the shape."""
    if action.body is None:
        return b""
    return _encode(_filled(action.body, Filler(interaction)))


def _filled(value: Any, fill: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, dict):
        return {key: _filled(inner, fill) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(inner, fill) for inner in value]
    return value

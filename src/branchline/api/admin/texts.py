"""Texts in bodies, each with its limit."""

from typing import Annotated, Any

from msgspec import Meta

NO_NULL = r"^[^\x00]*$(?!\n)"
"""U+0000 cannot be stored everywhere."""
Text = Annotated[str, Meta(max_length=300, pattern=NO_NULL)]
Short = Annotated[str, Meta(max_length=200, pattern=NO_NULL)]
Long = Annotated[str, Meta(max_length=2_000, pattern=NO_NULL)]
BotName = Annotated[str, Meta(max_length=63, pattern=NO_NULL)]
Revision = Annotated[int, Meta(ge=0, le=2**53)]
Document = dict[str, Any]
"""A bot file as JSON."""

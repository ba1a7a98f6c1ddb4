"""Captures: keep a reply as data. What a reply may be, whether it fits, and which buttons and field to show. Pure."""

from branchline.captures.check import problems
from branchline.captures.kinds import (
    AnyCapture,
    Capture,
    Choice,
    Date,
    Email,
    File,
    Number,
    OneOf,
    Pattern,
    Phone,
    Rating,
    SeveralOf,
    Text,
    YesNo,
)
from branchline.captures.results import Context, Refused, Taken
from branchline.captures.show import describe, suggestions
from branchline.captures.take import take

__all__ = [
    "AnyCapture",
    "Capture",
    "Choice",
    "Context",
    "Date",
    "Email",
    "File",
    "Number",
    "OneOf",
    "Pattern",
    "Phone",
    "Rating",
    "Refused",
    "SeveralOf",
    "Taken",
    "Text",
    "YesNo",
    "describe",
    "problems",
    "suggestions",
    "take",
]

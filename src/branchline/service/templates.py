"""Bots to begin with: real bot files that come with the package."""

from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct

from branchline.bot.parse import read

TEMPLATES: Final[tuple[tuple[str, str], ...]] = (
    ("order-status", "Asks for an order number, looks it up in your own system and says where the order is."),
    ("faq", "Answers the questions that come most often, and takes a message when the answer is not among them."),
    ("lead-form", "Asks who somebody is and what they need, one question at a time, and posts it to your system."),
    ("appointment", "Finds a day for an appointment, outside of opening hours too, and asks your system for it."),
    ("feedback", "Asks for a rating, asks what went wrong when it is low, and says thank you."),
)
"""The name of a file in `templates/`, and a sentence."""


class Template(Struct, frozen=True):
    """A bot to begin with."""

    id: str
    name: str
    summary: str
    document: dict[str, Any]


@cache
def read_templates(example: str = "") -> tuple[Template, ...]:
    """Read the templates. `example`: the address of the order service of the demo, which order status then asks."""
    return tuple(_read(name, summary, example) for name, summary in TEMPLATES)


def template_source(name: str) -> bytes:
    """Give the file of a template."""
    return (files("branchline") / "templates" / f"{name}.yaml").read_bytes()


def _read(name: str, summary: str, example: str) -> Template:
    document = read(template_source(name)).document
    if example and name == "order-status":
        for endpoint in document["endpoints"].values():
            endpoint["url"] = urlunsplit((*urlsplit(example)[:2], *urlsplit(endpoint["url"])[2:]))
    return Template(name, document["name"], summary, document)

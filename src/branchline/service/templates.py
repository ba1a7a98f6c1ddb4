"""Bots to begin with: real bot files that come with the package."""

from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct

from branchline.bot.parse import read
from branchline.errors import CallerError

TEMPLATES: Final[tuple[tuple[str, str], ...]] = (
    ("order-status", "Asks for an order number, looks it up in your own system and says where the order is."),
    ("faq", "Answers the questions that come most often, and takes a message when the answer is not among them."),
    ("lead-form", "Asks who somebody is and what they need, one question at a time, and posts it to your system."),
    ("appointment", "Finds a day for an appointment, outside of opening hours too, and asks your system for it."),
    ("feedback", "Asks for a rating, asks what went wrong when it is low, and says thank you."),
)
"""The name of a file in `templates/`, and a sentence."""


class TemplateUnknown(CallerError):
    """There is no template {template!r}."""

    code = "template.unknown"
    status = 404


_ANSWERS: Final[dict[str, dict[str, dict[str, str]]]] = {
    "order-status": {
        "orders": {
            "order_found": "yes",
            "fullname": "Mira Oakenfell",
            "status": "SHIPPED",
            "carrier": "Swift Parcel",
            "eta": "2030-05-14",
        }
    },
    "lead-form": {"crm": {}},
    "appointment": {"calendar": {"booked": "yes", "time": "10:30"}},
}
"""What an endpoint of a template answers while the template is played and no example service runs."""


class Template(Struct, frozen=True):
    """A bot to begin with. `answers`: what its endpoints answer while it is played, by name; those that are not here are
    asked.
    """

    id: str
    name: str
    summary: str
    document: dict[str, Any]
    answers: dict[str, dict[str, str]] = {}


@cache
def read_templates(example: str = "") -> tuple[Template, ...]:
    """Read the templates. `example`: the address of the order service of the demo, which order status then asks."""
    return tuple(_read(name, summary, example) for name, summary in TEMPLATES)


def template_source(name: str) -> bytes:
    """Give the file of a template."""
    return (files("branchline") / "templates" / f"{name}.yaml").read_bytes()


def _read(name: str, summary: str, example: str) -> Template:
    document = read(template_source(name)).document
    answers = _ANSWERS.get(name, {})
    if example and name == "order-status":
        answers = {}
        for endpoint in document["endpoints"].values():
            endpoint["url"] = urlunsplit((*urlsplit(example)[:2], *urlsplit(endpoint["url"])[2:]))
    return Template(name, document["name"], summary, document, answers)


def template(name: str, example: str = "") -> Template:
    """Give one by its id; TemplateUnknown."""
    found = next((one for one in read_templates(example) if one.id == name), None)
    if found is None:
        raise TemplateUnknown(template=name[:100])
    return found

"""What can go wrong, by its code: refusals, issues of a bot, reasons of a fulfillment."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import branchline
from branchline.bot.codes import CODES
from branchline.errors import AuthorError, CallerError, HostError, Refusal
from branchline.fulfillment.reasons import NOTHING_WAS_SENT, Reason, sentence, unavailable
from tools.reference.markdown import code, page, table

_FIELD = re.compile(r"\{(\w+)(?:![rs])?\}")


def refusals() -> list[type[Refusal]]:
    """Give every refusal of the product, by code."""
    for module in pkgutil.walk_packages(branchline.__path__, "branchline."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found = {cls for cls in _below(Refusal) if "code" in vars(cls)}
    return sorted(found, key=lambda cls: (cls.code, cls.__module__))


def errors() -> str:
    kinds = (
        ("The bot is wrong", "For its author. On the command line: exit code 1.", AuthorError),
        ("The call was wrong", "For whoever called. On the command line: exit code 1.", CallerError),
        ("The installation is at fault", "For whoever runs the server. On the command line: exit code 3.", HostError),
    )
    parts = []
    for title, whom, base in kinds:
        rows: dict[tuple[str, ...], None] = {}
        for cls in refusals():
            if issubclass(cls, base):
                text = " ".join((cls.__doc__ or "").split())
                said = "says what is wrong" if text.startswith("{") and text.endswith("}") else text
                rows[code(cls.code), str(cls.status), _named(said)] = None
        parts.append(f"## {title}\n\n{whom}\n\n" + table(["code", "status", "text"], rows))
    return page(
        "Errors",
        "The HTTP interfaces answer a refusal as a JSON:API error document,"
        ' `{"errors": [{"status", "code", "title", "detail", "source", "meta"}]}`; the command line prints its text. Codes are'
        " stable. *Words in italics* are filled in. Status 429 and most of 503 come with `Retry-After`.",
        *parts,
        "## Ours\n\nAnything else is our own fault: status 500, code `server.incident`. The answer holds an incident id,"
        " under which the server's log has the whole story.",
    )


def issues() -> str:
    return page(
        "Issues of a bot",
        "What `branchline check` can find. Errors keep a bot from being published, warnings do not. Codes are stable.",
        table(["code", "what it says"], [[code(name), text] for name, text in CODES.items()]),
    )


def reasons() -> str:
    rows = []
    for reason in Reason:
        sent = "no" if reason in NOTHING_WAS_SENT else "maybe"
        rows.append([code(reason), sentence(reason), sent, "yes" if unavailable(reason) else "no"])
    return page(
        "Reasons of a failed fulfillment",
        "Why an endpoint could not be asked: a closed list. A bot routes on it with the operand `fulfillment.reason`,"
        " beside `fulfillment.status`. *Sent*: whether the endpoint may have seen the request. *Counts as down*: five of"
        " these in a row make the breaker leave the endpoint alone for a while.",
        table(["reason", "what it means, and what to do", "sent", "counts as down"], rows),
    )


def _below(cls: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in cls.__subclasses__():
        if one.__module__.startswith("branchline."):
            yield one
            yield from _below(one)


def _named(template: str) -> str:
    """Show the fields of a message template as words."""
    spans = template.split("`")
    for index, span in enumerate(spans):
        inside_code = index % 2 == 1
        spans[index] = _FIELD.sub(
            lambda field: field[1].upper() if inside_code else f"*{field[1].replace('_', ' ')}*",  # noqa: B023
            span,
        )
    return "`".join(spans)

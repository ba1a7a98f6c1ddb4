"""Are the endpoints that are asked there, used, and such that calls can be made to them?"""

import re
from collections.abc import Iterator
from ipaddress import ip_network

from branchline.actions.custom_request import CustomRequest
from branchline.bot.found import Found
from branchline.bot.model import Bot, Endpoint
from branchline.bot.places import shown
from branchline.duration import milliseconds
from branchline.fulfillment import headers, urls
from branchline.fulfillment.addresses import NOTHING_OPENED, Opened
from branchline.fulfillment.mapping import check_mapping
from branchline.insert import template

DEADLINE_MS = (1_000, 30_000)
"""The shortest and the longest deadline of a call (contract §3)."""

_EVERYTHING_OPENED = Opened(networks=(ip_network("0.0.0.0/0"), ip_network("::/0")), http=True)
_SECRET_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}", re.ASCII)
_SECRET_HEADER = re.compile(r"authorization|token|secret|password|api[-_]?key", re.IGNORECASE)
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def look(bot: Bot, found: Found) -> None:
    used = _asked(bot, found)
    for name, endpoint in bot.endpoints.items():
        if name not in used:
            found.warning(
                "endpoint.unused",
                f"No action asks endpoint {shown(name)}. Ask it, or remove it.",
                ("endpoints", name),
            )
        _url(name, endpoint, found)
        _headers(name, endpoint, found)
        _signing(name, endpoint, found)
        shortest, longest = DEADLINE_MS
        if not shortest <= milliseconds(endpoint.deadline) <= longest:
            found.error(
                "endpoint.deadline",
                f"Endpoint {shown(name)} has a deadline of {endpoint.deadline}; 1 s to 30 s are allowed. Change it.",
                ("endpoints", name, "deadline"),
            )


def _asked(bot: Bot, found: Found) -> set[str]:
    """Check every action that asks an endpoint; give the names of the endpoints that are asked."""
    used: set[str] = set()
    for node_name, node in bot.nodes.items():
        for index, action in enumerate(node.actions):
            asked = action.endpoint_name()
            if asked is None:
                continue
            used.add(asked)
            path = ("nodes", node_name, "actions", index)
            if asked not in bot.endpoints:
                like = found.nearest(asked, bot.endpoints)
                advice = f"Did you mean {shown(like)}?" if like else "Add it under `endpoints`."
                found.error(
                    "endpoint.unknown",
                    f"Node {shown(node_name)} asks endpoint {shown(asked)}, which does not exist. {advice}",
                    (*path, "endpoint"),
                )
            if isinstance(action, CustomRequest):
                for data_name, sentence in check_mapping(action.mapping):
                    where = (*path, "mapping", data_name) if data_name else (*path, "mapping")
                    found.error(
                        "mapping.invalid",
                        f"Node {shown(node_name)}, {shown(data_name)}: {sentence.rstrip(' .:')}. Mend the expression.",
                        where,
                    )
    return used


def _url(name: str, endpoint: Endpoint, found: Found) -> None:
    path = ("endpoints", name, "url")
    wrong = urls.problem(endpoint.url, _EVERYTHING_OPENED)
    if wrong is not None:
        found.error("endpoint.url", f"Endpoint {shown(name)}: {wrong}", path)
        return
    closed = urls.problem(endpoint.url, NOTHING_OPENED)
    if closed is not None and urls.target(endpoint.url, _EVERYTHING_OPENED).host not in _THIS_MACHINE:
        found.warning(
            "endpoint.closed",
            f"Endpoint {shown(name)}: {closed} It can only be asked where the operator opens it.",
            path,
        )


def _headers(name: str, endpoint: Endpoint, found: Found) -> None:
    filled: list[tuple[str, str]] = []
    told: set[str] = set()
    for header, value in endpoint.headers.items():
        path = ("endpoints", name, "headers", header)
        for sentence in _insert_problems(value):
            found.error("header.insert", f"Endpoint {shown(name)}, header {shown(header)}: {sentence}", path)
        filled.append((header, template(value).fill(lambda _name: "secret")))
        for sentence in headers.problems(filled[-1:]):
            told.add(sentence)
            found.error("header.invalid", f"Endpoint {shown(name)}: {sentence}", path)
        if "{{" not in value and _SECRET_HEADER.search(header):
            found.warning(
                "header.secret",
                f"Endpoint {shown(name)}: header {shown(header)} looks like a secret, and stands in the bot file. "
                "Write {{ secret.name }} and set it with `branchline secret set name`.",
                path,
            )
    for sentence in headers.problems(filled):
        if sentence not in told:
            found.error("header.invalid", f"Endpoint {shown(name)}: {sentence}", ("endpoints", name, "headers"))


def _insert_problems(value: str) -> Iterator[str]:
    compiled = template(value)
    yield from compiled.problems
    for inserted in compiled.names:
        if not inserted.startswith("secret."):
            yield f"it inserts {shown(inserted)}; only secrets may be inserted here. Write {{{{ secret.name }}}}."
        elif _SECRET_NAME.fullmatch(inserted.removeprefix("secret.")) is None:
            yield (
                f"{shown(inserted)} is not the name of a secret. "
                "Use letters, digits, hyphens, dots and underscores, beginning with a letter."
            )


def _signing(name: str, endpoint: Endpoint, found: Found) -> None:
    for index, secret in enumerate(endpoint.signing):
        if secret.startswith("whsec_") or _SECRET_NAME.fullmatch(secret) is None:
            found.error(
                "signing.name",
                f"Endpoint {shown(name)}: signing wants the name of a secret, such as order_desk, never the secret. "
                "Set it with `branchline secret set`, and write its name here.",
                ("endpoints", name, "signing", index),
            )

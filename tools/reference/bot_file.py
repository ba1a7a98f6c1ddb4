"""What may stand in a bot file: the bot, its nodes, actions, exits, captures and conditions."""

from typing import Any, get_args

import msgspec

import branchline.operators
from branchline import conditions
from branchline.actions.table import AnyAction
from branchline.actions.working import ASKED_LIMIT
from branchline.bot.exits import AnyExit, Case, NoReply
from branchline.bot.model import (
    Bot,
    Canvas,
    DataField,
    Endpoint,
    FormField,
    Inactivity,
    Node,
    Note,
    SignedData,
    Widget,
    Word,
)
from branchline.captures import AnyCapture, Choice
from branchline.conditions import Condition
from branchline.engine import walk
from branchline.filters import FILTERS
from branchline.hours import Hours
from branchline.operators import OPERATORS
from tools.reference.examples import ACTIONS, CAPTURES, EXITS
from tools.reference.markdown import code, page, paragraph, table, yaml
from tools.reference.shapes import about, keys, struct

OPERANDS = {
    "reply": "The visitor's last reply, as it was kept.",
    "fulfillment.status": "`ok` or `failed`, of the last action that asked an endpoint; not set before.",
    "fulfillment.reason": "Why it failed: one of the [reasons](reasons.md); empty after `ok`.",
    "channel": "How the visitor talks to the bot: `Web`.",
    "locale": "The visitor's language, such as `en` or `de-AT`.",
    "page": "The address of the page on which the conversation began.",
    "time": "The time of day, `HH:MM`, in the bot's time zone.",
    "weekday": "`monday` to `sunday`, in the bot's time zone.",
    "hours": "`open` or `closed`, by the bot's opening hours; `open` when it has none.",
    "random": "This interaction's share for this node, 0 to below 100: the same whenever it is asked again.",
}


def bot_file() -> str:
    parts = [_part("The bot", Bot)]
    for name, cls in (
        ("node", Node),
        ("endpoint", Endpoint),
        ("data_field", DataField),
        ("word", Word),
        ("hours", Hours),
        ("inactivity", Inactivity),
        ("signed_data", SignedData),
        ("widget", Widget),
        ("form_field", FormField),
        ("canvas", Canvas),
        ("note", Note),
    ):
        parts.append(_part(name, cls))
    parts.append(
        "## Inserting data\n\n"
        "`{{ name }}` puts interaction data into a text: in messages, suggestions, set data, arguments of conditions and"
        " custom requests. What is missing is empty. Filters follow after a bar:"
        " `{{ name | default: 'there' | title }}`. Inserted text is never looked at again.\n\n"
        + table(["filter", "what it does"], [[code(one.name), one.help] for one in FILTERS.values()])
    )
    return page(
        "Bot files",
        "One YAML or JSON file a bot, UTF-8, at most 5 MiB. The same as a JSON Schema, for editors:"
        " [bot.schema.json](../bot.schema.json). `branchline check FILE` tells everything that is wrong with a file.",
        *parts,
    )


def actions() -> str:
    return page(
        "Actions",
        "What a node does, in order, before its exit: a list under `actions`.",
        *_tagged(get_args(AnyAction), ACTIONS),
    )


def exits() -> str:
    return page(
        "Exits",
        "What happens after a node's actions: one under `exit`. Without a word of the visitor a bot enters at most"
        f" {walk.NODES_LIMIT} nodes in a turn and asks endpoints at most {ASKED_LIMIT} times; one that would go on is stopped"
        " there, and says so.",
        *_tagged(get_args(AnyExit), EXITS),
        _part("no_reply", NoReply),
        _part("case", Case),
    )


def captures() -> str:
    return page(
        "Captures",
        "Keep the visitor's reply as data, under `capture` of `wait_for_reply`. A reply that does not fit is asked for"
        " again. What is kept is text.",
        *_tagged(get_args(AnyCapture), CAPTURES),
        _part("choice", Choice),
    )


def operators() -> str:
    return page(
        "Operators",
        paragraph((branchline.operators.__doc__ or "").partition("\n")[2]),
        table(
            ["operator", "reads values as", "arguments", "holds when"],
            [[code(one.name), one.kind, one.arity, one.help] for one in OPERATORS.values()],
        ),
        "## Operands",
        "What can be looked at, beside `data.<name>`:",
        table(["operand", "what it is"], [[code(name), OPERANDS[name]] for name in conditions.OPERANDS]),
        "## Conditions",
        about(Condition),
        keys(Condition),
        f"Groups may be nested {conditions.DEPTH_LIMIT} deep; a condition may hold {conditions.LEAVES_LIMIT} comparisons.",
    )


def _tagged(classes: tuple[Any, ...], examples: dict[str, str]) -> list[str]:
    parts = []
    for cls in classes:
        tag = str(struct(cls).tag)
        parts.append(f"{_part(tag, cls)}\n\n{yaml(examples[tag])}")
    return parts


def _part(title: str, cls: type[msgspec.Struct]) -> str:
    return f"## {title}\n\n{about(cls)}\n\n{keys(cls)}"

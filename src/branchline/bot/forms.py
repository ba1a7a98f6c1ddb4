"""The schema of bot files for forms: the JSON Schema with hints under `x-ui` for every part and key.

A part has `order`, its keys in the order of a form, and `label`, its name for people; a key has `label` and `widget`.
What the schema says itself (descriptions, limits, words) is not said again. The widgets are listed in `WIDGETS`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from branchline.bot.model import Bot
from branchline.bot.schema import schema
from branchline.conditions import OPERANDS
from branchline.duration import PATTERN as DURATION
from branchline.filters import FILTERS
from branchline.fulfillment.reasons import Reason
from branchline.operators import OPERATORS

WIDGETS: Final[Mapping[str, str]] = {
    "template": "A text of several lines into which data is inserted with `{{ name }}`.",
    "template_line": "A text of one line into which data is inserted.",
    "text": "A short text.",
    "long_text": "A text of several lines, taken as it is.",
    "key": "A public key, as PEM.",
    "number": "A number, with the limits of the schema.",
    "switch": "Yes or no.",
    "select": "One of the words of the schema's `enum`.",
    "duration": "A number with a unit: s, min, h, d.",
    "days": "A number of days.",
    "data_name": "The name of a piece of data, known or new.",
    "data_names": "Several names of data.",
    "node": "A node, or a new one.",
    "endpoint": "One of the bot's endpoints.",
    "operand": "What a condition looks at: see `x-ui.operands` of the schema.",
    "operator": "How it compares: see `x-ui.operators` of the schema.",
    "argument": "What it compares with, as many as the operator takes.",
    "condition": "A whole condition: groups and comparisons.",
    "secret_names": "Names of secrets; their values are never here.",
    "headers": "Names and values of headers, into which `{{ secret.name }}` inserts a secret.",
    "key_value": "Names and texts.",
    "words": "A list of short texts.",
    "list": "A list of parts, each with its own form.",
    "map": "Parts by name, each with its own form.",
    "part": "A part with a form of its own.",
    "kind": "One of several parts, chosen by its tag.",
    "json": "Any JSON value; texts in it insert data.",
    "file": "A file of the bot, by its path.",
    "timezone": "An IANA time zone.",
    "locale": "A language, such as `en` or `de-AT`.",
    "color": "A colour, such as `#3355ff`.",
    "date": "YYYY-MM-DD, or today, tomorrow, yesterday.",
    "expression": "A regular expression (RE2).",
    "hours": "Opening hours by weekday.",
    "canvas": "Not in a form: the canvas itself.",
}

_BY_KEY: Final[Mapping[tuple[str, str], str]] = {
    ("SendMessage", "text"): "template",
    ("SetData", "value"): "template",
    ("Fulfill", "gives"): "data_names",
    ("CustomRequest", "path"): "template_line",
    ("CustomRequest", "query"): "key_value",
    ("CustomRequest", "mapping"): "key_value",
    ("CustomRequest", "body"): "json",
    ("SendFile", "path"): "file",
    ("WaitForReply", "retry"): "template",
    ("WaitForReply", "capture"): "kind",
    ("Inactivity", "say"): "template",
    ("Case", "when"): "condition",
    ("Condition", "operand"): "operand",
    ("Condition", "operator"): "operator",
    ("Condition", "argument"): "argument",
    ("Pattern", "pattern"): "expression",
    ("Date", "min"): "date",
    ("Date", "max"): "date",
    ("Endpoint", "headers"): "headers",
    ("Endpoint", "signing"): "secret_names",
    ("SignedData", "public_key"): "key",
    ("SignedData", "allow"): "data_names",
    ("Bot", "timezone"): "timezone",
    ("Hours", "timezone"): "timezone",
    ("Bot", "locale"): "locale",
    ("Bot", "start"): "node",
    ("Bot", "hours"): "hours",
    ("Bot", "canvas"): "canvas",
    ("Bot", "retention"): "days",
    ("ClearData", "names"): "data_names",
    ("Widget", "accent"): "color",
    ("Widget", "privacy_url"): "text",
    ("FormField", "name"): "data_name",
}
"""Where the key of a part says more than its type."""
_BY_NAME: Final[Mapping[str, str]] = {
    "waiting": "template",
    "go_to": "node",
    "node": "node",
    "failed": "node",
    "otherwise": "node",
    "endpoint": "endpoint",
}
_NAMES_OF_DATA: Final = frozenset(
    {"SetData", "Text", "Email", "Phone", "Number", "Date", "YesNo", "OneOf", "SeveralOf"}
)
_CAPTURES: Final = _NAMES_OF_DATA | {"Rating", "File", "Pattern"}
_FIRST: Final = ("text", "name", "label", "endpoint", "url", "words", "operand", "operator", "argument")
_LAST: Final = ("failed", "no_reply")
_LABELS: Final[Mapping[str, str]] = {
    "go_to": "Go to",
    "do": "Action",
    "safe_to_repeat": "Safe to repeat",
    "from_page": "May come from the page",
    "max_bytes": "Largest file, in bytes",
    "url": "URL",
    "YesNo": "Yes or no",
    "Email": "E-mail address",
    "Phone": "Telephone number",
    "GoTo": "Go to",
    "failed": "When it fails, go to",
    "otherwise": "Otherwise, go to",
    "gives": "Data that it answers with",
}


@cache
def form_schema() -> dict[str, Any]:
    """Give the schema with its hints. Operators, operands, filters and reasons stand once, under the schema's own `x-ui`.
    It is made once: do not change it."""
    made = schema()
    classes = {info.cls.__name__: info for info in _structs(inspect.type_info(Bot))}
    for name, part in made["$defs"].items():
        info = classes.get(name)
        if info is None:
            continue
        part["x-ui"] = {"label": label(name), "order": _order(info)}
        for field in info.fields:
            hints = {"label": label(field.encode_name), "widget": widget(name, field)}
            part["properties"][field.encode_name]["x-ui"] = hints
    made["x-ui"] = {
        "operands": list(OPERANDS),
        "operators": [
            {"name": operator.name, "takes": operator.arity, "kind": operator.kind, "summary": operator.help}
            for operator in OPERATORS.values()
        ],
        "filters": list(FILTERS),
        "reasons": [reason.value for reason in Reason],
    }
    return made


def form_schema_text() -> str:
    """Give the schema with its hints as it is kept beside the forms: indented, ending with a line break."""
    return msgspec.json.format(msgspec.json.encode(form_schema()), indent=2).decode() + "\n"


def widget(part: str, field: inspect.Field) -> str:
    """Give the widget for a key of a part."""
    known = _BY_KEY.get((part, field.encode_name))
    if known is None and field.encode_name == "name" and part in _CAPTURES:
        known = "data_name"
    return known or _BY_NAME.get(field.encode_name) or _by_type(field.type, field.encode_name)


def _by_type(type_: inspect.Type, name: str) -> str:
    bare = _bare(type_)
    match bare:
        case inspect.BoolType():
            return "switch"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.LiteralType():
            return "select"
        case inspect.StrType():
            if bare.pattern == DURATION:
                return "duration"
            return "long_text" if (bare.max_length or 0) > 500 and name != "url" else "text"
        case inspect.DictType():
            return "map" if isinstance(_bare(bare.value_type), inspect.StructType) else "key_value"
        case inspect.VarTupleType():
            item = _bare(bare.item_type)
            return "words" if isinstance(item, inspect.StrType) else "list"
        case inspect.UnionType():
            kinds = [_bare(member) for member in bare.types]
            if all(isinstance(kind, inspect.StructType) for kind in kinds):
                return "kind"
            return "number" if any(isinstance(kind, inspect.IntType) for kind in kinds) else "text"
        case inspect.StructType():
            return "part"
        case _:
            return "json"


def _bare(type_: inspect.Type) -> inspect.Type:
    """Take away descriptions, and `or nothing`."""
    while True:
        if isinstance(type_, inspect.Metadata):
            type_ = type_.type
        elif isinstance(type_, inspect.UnionType):
            members = [member for member in type_.types if not isinstance(member, inspect.NoneType)]
            if len(members) != 1:
                return type_
            type_ = members[0]
        else:
            return type_


def _order(info: inspect.StructType) -> list[str]:
    names = [field.encode_name for field in info.fields]
    rank = {name: place - len(_FIRST) for place, name in enumerate(_FIRST)}
    rank |= {name: len(names) + place for place, name in enumerate(_LAST)}
    return sorted(names, key=lambda name: rank.get(name, names.index(name)))


def label(name: str) -> str:
    """Give the name for people of a key or a class."""
    if name in _LABELS:
        return _LABELS[name]
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in name.replace("_", " ")).strip()
    return words[:1].upper() + words[1:]


def _structs(type_: inspect.Type) -> list[inspect.StructType]:
    """Give every class of a type, each once."""
    found: dict[type, inspect.StructType] = {}
    pending = [type_]
    while pending:
        part = pending.pop()
        if isinstance(part, inspect.StructType):
            if part.cls in found:
                continue
            found[part.cls] = part
            pending += [field.type for field in part.fields]
        for inner in ("type", "item_type", "key_type", "value_type"):
            one = getattr(part, inner, None)
            if isinstance(one, inspect.Type):
                pending.append(one)
        pending += [one for one in getattr(part, "types", ()) if isinstance(one, inspect.Type)]
    return list(found.values())

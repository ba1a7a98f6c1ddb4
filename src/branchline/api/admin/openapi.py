"""The OpenAPI 3.1 description of the admin API, made of the table of routes."""

import re
from typing import Any

import msgspec

from branchline import __version__
from branchline.api.admin.route import PREFIX, Route
from branchline.api.admin.table import ROUTES
from branchline.service.access.permissions import ANYBODY, PERMISSIONS

_REF = "#/components/schemas/{name}"
_ERROR = {
    "description": "A refusal, as a JSON:API error document.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}},
}


class ErrorSource(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where in the call: a JSON pointer into the body, or a parameter."""

    pointer: str | None = None
    parameter: str | None = None


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """One refusal. `code` is stable; `meta` holds what a program needs to go on."""

    status: str
    code: str
    title: str
    detail: str
    source: ErrorSource | None = None
    meta: dict[str, Any] | None = None


class Errors(msgspec.Struct, frozen=True):
    errors: tuple[Error, ...]


def openapi() -> dict[str, Any]:
    """Give the description as a JSON value."""
    types = [kind for route in ROUTES for kind in (route.body, route.gives) if kind is not None]
    schemas, components = msgspec.json.schema_components([*types, Errors], ref_template=_REF)
    references = dict(zip(map(repr, types), schemas, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Branchline admin API",
            "version": __version__,
            "description": "What the builder and the console call. Times are milliseconds since the Unix epoch.",
        },
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"cookie": {"type": "apiKey", "in": "cookie", "name": "branchline"}},
        },
    }


def openapi_text() -> str:
    """Give the description as it is kept: indented, ending with a line break."""
    return msgspec.json.format(msgspec.json.encode(openapi()), indent=2).decode() + "\n"


def _operation(route: Route, references: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": _operation_id(route), "summary": route.summary}
    operation["x-permission"] = route.permission
    if route.permission == ANYBODY:
        operation["security"] = []
    else:
        operation["security"] = [{"cookie": []}]
        operation["x-roles"] = sorted(PERMISSIONS[route.permission])
    if route.confirmed:
        operation["x-confirmed"] = True
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "description": sentence, "schema": {"type": "string"}}
        for name, sentence in route.query.items()
    ]
    if route.if_match:
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "description": "The revision that was changed, in quotes.",
                "schema": {"type": "string"},
            }
        )
    if parameters:
        operation["parameters"] = parameters
    if route.raw:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": references[repr(route.body)]}},
        }
    operation["responses"] = {_status(route): _answer(route, references), "default": _ERROR}
    return operation


def _status(route: Route) -> str:
    gives_nothing = route.gives is None and route.media_type == "application/json" and route.status == 200
    return "204" if gives_nothing else str(route.status)


def _answer(route: Route, references: dict[str, Any]) -> dict[str, Any]:
    if route.gives is not None:
        return {"description": "Done.", "content": {"application/json": {"schema": references[repr(route.gives)]}}}
    if route.media_type != "application/json":
        return {"description": "The file.", "content": {route.media_type: {"schema": {"type": "string"}}}}
    return {"description": "Done."}


def _operation_id(route: Route) -> str:
    words = re.findall(r"\w+", route.path.replace("{", "of_").replace("}", ""))
    return "_".join([route.method.lower(), *words]).replace("-", "_")

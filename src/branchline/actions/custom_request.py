"""Custom request: fulfillment for JSON APIs that do not speak the contract (contract §3)."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Meta

from branchline.actions.action import Problem, template_problems
from branchline.actions.asking import Asking, Name
from branchline.issue import Path

Json = Any
"""Any JSON value; texts inside may hold `{{ name }}`."""


class CustomRequest(Asking, frozen=True, tag="custom_request"):
    """Ask any JSON API; the mapping turns its answer into interaction data."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: Annotated[
        str, Meta(max_length=2_000, description="Joined to the endpoint's URL; inserted data is percent-encoded.")
    ] = ""
    query: Annotated[dict[str, str], Meta(max_length=50)] = {}
    body: Json = None
    mapping: Annotated[
        dict[Name, Annotated[str, Meta(min_length=1, max_length=1_000)]],
        Meta(max_length=1_000, description="Name of data: JMESPath expression over the JSON answer."),
    ] = {}

    def sets(self) -> frozenset[str]:
        return frozenset(self.mapping)

    def texts(self) -> Iterator[tuple[Path, str]]:
        yield from super().texts()
        yield ("path",), self.path
        for name, text in self.query.items():
            yield ("query", name), text
        yield from texts_in(self.body, ("body",))

    def check(self) -> Iterator[Problem]:
        yield from super().check()
        for path, text in self.texts():
            if path != ("waiting",):
                yield from template_problems(path, text)
        if self.body is not None and self.method == "GET":
            yield Problem(
                "request.body", "A GET request has no body. Choose POST, PUT or PATCH, or remove `body`.", ("body",)
            )


def texts_in(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    """Give every text of a JSON value with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_in(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from texts_in(inner, (*path, index))

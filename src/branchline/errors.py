"""Refusals: everything Branchline says no to, sorted by whose fault it is.

A subclass's docstring is its message template; its fields fill it in. `code` is stable and outward
(`noun.problem`, it stands in API errors and in the documentation), `status` is the HTTP status.
The voice: what happened, the value or limit, what to do.
"""

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):
    """Something was refused."""

    code: ClassVar[str] = "refusal"
    status: ClassVar[int] = 400
    retry_after_s: int | None = None

    def __init__(
        self,
        *,
        pointer: str | None = None,
        parameter: str | None = None,
        meta: Mapping[str, object] | None = None,
        **fields: object,
    ) -> None:
        """`pointer` and `parameter` say where in the call; `meta` is what a program needs to go on."""
        self.fields = fields
        self.pointer = pointer
        self.parameter = parameter
        self.meta = meta
        retry = fields.get("retry_after_s")
        if isinstance(retry, int):
            self.retry_after_s = retry
        super().__init__((type(self).__doc__ or "").format(**fields))

    @property
    def title(self) -> str:
        return self.code.replace(".", " ").replace("_", " ").capitalize()


class CallerError(Refusal):
    """The call was wrong."""


class AuthorError(Refusal):
    """The bot is wrong."""

    status = 422


class HostError(Refusal):
    """The installation is at fault."""

    status = 503

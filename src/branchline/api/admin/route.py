"""What a route of the admin API is, and what a handler gets and gives."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from branchline.api.http import Headers
from branchline.api.rates import Rate
from branchline.errors import CallerError
from branchline.service.access.audit import Audit
from branchline.service.access.oidc import Oidc
from branchline.service.access.people import People
from branchline.service.access.permissions import ANYBODY, PERMISSIONS
from branchline.service.access.sign_ins import SignedIn, SignIns, Visit
from branchline.service.attention import Attention
from branchline.service.bots import Bots
from branchline.service.carriers import Carriers
from branchline.service.clock import Clock
from branchline.service.converse import Converse
from branchline.service.drafts import Drafts
from branchline.service.exports import Exports
from branchline.service.hub import Hub
from branchline.service.keys import Keys
from branchline.service.secrets import Secrets
from branchline.service.tries import Tries
from branchline.service.tries.endpoint import EndpointTest
from branchline.service.walks import BotWalks
from branchline.settings import Origin
from branchline.store.port import Store

PREFIX = "/api/admin/v1"
BODY_LIMIT = 64 * 1024
"""Bytes of a JSON body, where a route does not say otherwise."""

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class QueryInvalid(CallerError):
    """The parameter {name} is {value!r}; it must be {wanted}."""

    code = "parameter.invalid"


class Desk(Struct, frozen=True):
    """What handlers work with."""

    store: Store
    bots: Bots
    audit: Audit
    people: People
    sign_ins: SignIns
    drafts: Drafts
    keys: Keys
    oidc: Oidc
    tries: Tries
    walks: BotWalks
    endpoint_test: EndpointTest
    tests: Rate
    """How often a person may test an endpoint or begin a try."""
    clock: Clock
    base: Callable[[], str]
    """This server's address, as people reach it."""
    converse: Converse
    hub: Hub
    exports: Exports
    secrets: Secrets
    carriers: Carriers
    attention: Attention
    origins: tuple[Origin, ...] = ()
    """The settings of this server, with where each came from."""
    example: str = ""
    """The address of the example order service, where it runs beside this server."""


class Call(Struct, frozen=True):
    """One request to a handler. `args`: the parts of the path by name; `etag`: of `If-Match`, without quotes."""

    args: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    visit: Visit
    token: str = ""
    trip: str = ""
    """The cookie of a way to the provider and back."""
    etag: str = ""
    signed_in: SignedIn | None = None

    @property
    def who(self) -> SignedIn:
        """Who calls; only for routes that need a sign-in."""
        if self.signed_in is None:
            raise RuntimeError("The route lets anybody in; it has no person.")
        return self.signed_in

    def required(self, name: str) -> str:
        """Give a parameter that must be there; QueryInvalid."""
        if name not in self.query:
            raise QueryInvalid(name=name, value="", wanted="there", parameter=name)
        return self.query[name]

    def number(self, name: str, default: int) -> int:
        """Give a whole number of the query; QueryInvalid."""
        text = self.query.get(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise QueryInvalid(name=name, value=text[:40], wanted="a whole number", parameter=name)
        return int(text)


class Reply(Struct, frozen=True):
    """An answer with headers. `token` and `trip`: what the cookies hold from now on; empty ends one, None leaves it."""

    value: Any = None
    headers: Headers = []
    token: str | None = None
    trip: str | None = None
    to: str = ""
    """Where the browser goes instead."""


class Content(Struct, frozen=True):
    """An answer that is no JSON: a file, by its name."""

    body: bytes
    media_type: str
    name: str


class Stream(Struct, frozen=True):
    """An answer that comes in pieces: a long file, by its name, or without one events (`text/event-stream`).

    `pieces` is closed when the browser goes.
    """

    pieces: AsyncIterator[bytes]
    media_type: str
    name: str = ""


Does = Callable[[Desk, Call], Awaitable[Any]]


class Route(Struct, frozen=True, kw_only=True):
    """One route. `path` is below the prefix, with `{name}` for its parts. `body` and `gives` are the classes of the two
    bodies, from which they are read, written and described. `confirmed`: it needs a fresh proof of who it is.
    """

    method: Method
    path: str
    permission: str
    summary: str
    does: Does
    body: Any = None
    gives: Any = None
    query: Mapping[str, str] = {}
    """Parameters of the query, each with a sentence."""
    status: int = 200
    confirmed: bool = False
    body_limit: int = BODY_LIMIT
    media_type: str = "application/json"
    if_match: bool = False
    raw: bool = False
    """The body is taken as it is, whatever it is."""
    navigated: bool = False
    """The browser is led there by another site, with parameters of its own."""

    def __post_init__(self) -> None:
        if self.permission != ANYBODY and self.permission not in PERMISSIONS:
            raise ValueError(f"{self.name} declares no permission of the table: {self.permission!r}.")
        if not self.summary:
            raise ValueError(f"{self.name} has no summary.")

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

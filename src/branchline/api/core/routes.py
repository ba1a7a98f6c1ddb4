"""The routes of the core API. Every call needs an API key."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Meta, Struct

from branchline.api.core.query import Asked, ParameterInvalid, read
from branchline.api.http import MethodWrong, Receive, RouteUnknown, Scope, Send, answer, bearer, read_json
from branchline.interaction.document import RELATIONSHIPS, Rows, document, listing, related
from branchline.interaction.events import DataGiven, Given
from branchline.interaction.record import DATA_LIMIT, NAME_LIMIT, Interaction
from branchline.service.clock import Clock
from branchline.service.converse import Converse
from branchline.service.keys import Keys
from branchline.service.refusals import DataInvalid, InteractionUnknown
from branchline.store.port import BadCursor, Store

PREFIX = "/api/core/v1/"
READ, WRITE = "interactions:read", "data:write"
"""The scopes: of looking, and of everything that changes something."""
_OF_TRANSCRIPT = frozenset({"messages", "files"})


class DataBody(Struct, frozen=True):
    """`{"name", "label", "data"}` [vendor]."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
    data: Annotated[str, Meta(max_length=DATA_LIMIT)]
    label: Annotated[str, Meta(max_length=NAME_LIMIT)] = ""


_data_body = msgspec.json.Decoder(DataBody)


class Core:
    """ASGI application for everything below `/api/core/v1/`. `base` gives this server's address, for links."""

    def __init__(self, store: Store, converse: Converse, keys: Keys, clock: Clock, base: Callable[[], str]) -> None:
        self._store = store
        self._converse = converse
        self._keys = keys
        self._clock = clock
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        await self._keys.check(bearer(scope), READ if method in {"GET", "HEAD"} else WRITE)
        match scope["path"][len(PREFIX) :].rstrip("/").split("/"):
            case ["interactions"] if method == "GET":
                await self._list(scope, send)
            case ["interactions", key] if method == "GET":
                await self._one(scope, send, key)
            case ["interactions", uuid, "interaction-data"] if method == "POST":
                await self._give(scope, receive, send, uuid)
            case ["interactions", key, "relationships", name] if method == "GET":
                await self._related(send, key, name, scope["path"], linkage=True)
            case ["interactions", key, name] if method == "GET":
                await self._related(send, key, name, scope["path"], linkage=False)
            case ["interactions", _, "interaction-data"]:
                raise MethodWrong(path=scope["path"], allowed="POST", method=method)
            case ["interactions", *rest] if len(rest) <= 3:
                raise MethodWrong(path=scope["path"], allowed="GET", method=method)
            case _:
                raise RouteUnknown(path=scope["path"])

    async def _list(self, scope: Scope, send: Send) -> None:
        asked = read(scope["query_string"])
        try:
            page = await self._store.page(asked.query)
        except BadCursor:
            parameter = "page[after]" if asked.query.after else "page[before]"
            value = (asked.query.after or asked.query.before or "")[:40]
            raise ParameterInvalid(
                name=parameter, value=value, wanted="a cursor from `links`", parameter=parameter
            ) from None
        rows = [await self._rows(one, asked.include) for one in page.interactions]
        links = {
            "self": self._link(asked, None, None),
            "next": self._link(asked, "page[after]", page.after),
            "prev": self._link(asked, "page[before]", page.before),
        }
        body = listing(page.interactions, self._base(), asked.include, rows, links)
        await answer(send, 200, body)

    async def _one(self, scope: Scope, send: Send, key: str) -> None:
        include = read(scope["query_string"], one=True).include
        interaction = await self._find(key)
        rows = await self._rows(interaction, include)
        await answer(send, 200, document(interaction, self._base(), include, rows))

    async def _related(self, send: Send, key: str, name: str, path: str, *, linkage: bool) -> None:
        if name not in RELATIONSHIPS:
            raise RouteUnknown(path=path)
        interaction = await self._find(key)
        rows = await self._rows(interaction, frozenset({name}))
        await answer(send, 200, related(interaction, self._base(), name, rows, linkage=linkage))

    async def _give(self, scope: Scope, receive: Receive, send: Send, uuid: str) -> None:
        body = await read_json(scope, receive, _data_body)
        for field in (body.name, body.data, body.label):
            if "\x00" in field:
                raise DataInvalid(problem="The text holds the character U+0000. Remove it.", pointer="/data")
        interaction = await self._find(uuid)
        event = DataGiven(self._clock(), (Given(body.name, body.data, body.label),), "api")
        received = await self._converse.receive(interaction.uuid, event)
        given = received.interaction.data.get(body.name)
        if given is None or given.data != body.data:
            raise DataInvalid(problem="The interaction holds as many names of data as it can. Use one that exists.")
        attributes = {"name": body.name, "label": given.label or body.name, "type": "string", "data": given.data}
        resource = {"type": "interactionData", "id": f"{interaction.id}-{body.name}", "attributes": attributes}
        await answer(send, 201, msgspec.json.encode({"data": resource}))

    async def _find(self, key: str) -> Interaction:
        """Find an interaction by its numeric id or its uuid."""
        if key.isascii() and key.isdigit():
            loaded = await self._store.load_by_id(int(key)) if len(key) < 19 else None
        else:
            loaded = await self._store.load(key.lower())
        if loaded is None:
            raise InteractionUnknown()
        return loaded.interaction

    async def _rows(self, interaction: Interaction, include: frozenset[str]) -> Rows:
        if not include & _OF_TRANSCRIPT:
            return ()
        return [(turn.first_entry, turn.entries) for turn in await self._store.turns(interaction.id)]

    def _link(self, asked: Asked, name: str | None, cursor: str | None) -> str | None:
        if name is not None and cursor is None:
            return None
        parameters = [*asked.filters, (name, cursor)] if name is not None and cursor is not None else asked.filters
        query = urlencode(parameters, quote_via=quote, safe="[]")
        return f"{self._base()}{PREFIX}interactions" + (f"?{query}" if query else "")

"""Bots: the list, a new one, and what they are begun with."""

import asyncio
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from branchline.api.admin.drafts import Draft, draft_reply
from branchline.api.admin.route import Call, Desk, Reply, Route
from branchline.api.admin.texts import NO_NULL, BotName, Document
from branchline.bot.forms import form_schema
from branchline.bot.source import SIZE_LIMIT
from branchline.service.drafts import DraftInvalid, Head, shown_as, started
from branchline.service.templates import Template, read_templates
from branchline.store.port import Version

_SOURCE_BODY_LIMIT = 2 * SIZE_LIMIT


class DraftHead(Struct, frozen=True):
    """A draft in a list."""

    revision: int
    saved_at: int
    saved_by: str


class BotHead(Struct, frozen=True):
    """A bot in a list: its newest version, its draft, and what the check found in the draft."""

    bot: str
    name: str
    version: int | None
    published_at: int | None
    published_by: str
    draft: DraftHead | None
    errors: int
    warnings: int


class BotList(Struct, frozen=True):
    bots: tuple[BotHead, ...]


class NewBot(Struct, frozen=True, forbid_unknown_fields=True):
    """A bot to begin: from a template, from the text of a bot file (YAML or JSON), from a document, or from nothing.

    `bot` is its name for machines; made of the name when it is left out. With `source` and without `bot` and `name`,
    both are those of the file.
    """

    bot: BotName = ""
    name: Annotated[str, Meta(max_length=200, pattern=NO_NULL)] = ""
    template: Annotated[str, Meta(max_length=100)] | None = None
    source: str | None = None
    document: Document | None = None


class TemplateList(Struct, frozen=True):
    templates: tuple[Template, ...]


class _Named(Struct):
    """As much of a bot as a list shows."""

    name: str = ""


async def bots(desk: Desk, _call: Call) -> BotList:
    return BotList(tuple(_head(head) for head in await desk.drafts.heads()))


async def begin(desk: Desk, call: Call) -> Reply:
    body: NewBot = call.body
    document, source = await _begun(desk, body)
    if body.name:
        document = {**document, "name": body.name}
    wanted = body.bot or (str(document.get("bot", "")) if body.source is not None and not body.name else "")
    if not wanted:
        wanted = await desk.drafts.free_name(shown_as(document))
    if document.get("bot") != wanted:
        document = {**document, "bot": wanted}
    what = "draft.create" if source is None else "draft.import"
    opened = await desk.drafts.create(call.who, call.visit, document, source, what)
    return draft_reply(opened)


async def _begun(desk: Desk, body: NewBot) -> tuple[Document, bytes | None]:
    given = [name for name in ("template", "source", "document") if getattr(body, name) is not None]
    if len(given) > 1:
        raise DraftInvalid(problem=f"it is made of {' and '.join(given)}; give one of them.", pointer=f"/{given[1]}")
    if body.source is not None:
        return await desk.drafts.imported(body.source)
    if body.document is not None:
        return dict(body.document), None
    if body.template is not None:
        found = {template.id: template for template in await asyncio.to_thread(read_templates, desk.example)}
        if body.template not in found:
            raise DraftInvalid(problem=f"there is no template {body.template[:100]!r}.", pointer="/template")
        return dict(found[body.template].document), None
    return started(body.bot or "bot", body.name), None


async def schema(_desk: Desk, _call: Call) -> dict[str, Any]:
    return form_schema()


async def templates(desk: Desk, _call: Call) -> TemplateList:
    return TemplateList(await asyncio.to_thread(read_templates, desk.example))


def _head(head: Head) -> BotHead:
    version, row = head.version, head.draft
    name = row.name if row else _name(version) if version else head.bot
    return BotHead(
        head.bot,
        name,
        version.number if version else None,
        version.published_at if version else None,
        version.published_by if version else "",
        DraftHead(row.revision, row.saved_at, row.saved_by) if row else None,
        row.errors if row else 0,
        row.warnings if row else 0,
    )


def _name(version: Version) -> str:
    return msgspec.json.decode(version.definition, type=_Named).name or version.bot


ROUTES = (
    Route(
        method="GET",
        path="/schema",
        permission="bots.read",
        summary="The JSON Schema of bot files, with hints for forms under `x-ui`.",
        does=schema,
        gives=dict[str, Any],
    ),
    Route(
        method="GET",
        path="/templates",
        permission="bots.read",
        summary="Bots to begin with.",
        does=templates,
        gives=TemplateList,
    ),
    Route(method="GET", path="/bots", permission="bots.read", summary="All bots.", does=bots, gives=BotList),
    Route(
        method="POST",
        path="/bots",
        permission="bots.edit",
        summary="Begin a bot: its draft is made of a template, of a bot file, of a document, or of nothing.",
        does=begin,
        body=NewBot,
        gives=Draft,
        status=201,
        body_limit=_SOURCE_BODY_LIMIT,
    ),
)

"""Bots: drafts, the check, publishing, versions."""

import asyncio
import mimetypes
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from branchline.actions.send_file import FILE_LIMIT
from branchline.api.admin.account import NO_NULL
from branchline.api.admin.route import Call, Content, Desk, QueryInvalid, Reply, Route
from branchline.bot.forms import form_schema
from branchline.bot.source import SIZE_LIMIT
from branchline.service.drafts import DOCUMENT_LIMIT, DraftInvalid, Head, Opened, Seen, shown_as, started
from branchline.service.templates import Template, read_templates
from branchline.store.port import Version
from branchline.store.tables import drafts

Document = dict[str, Any]
BotName = Annotated[str, Meta(max_length=63, pattern=NO_NULL)]
Note = Annotated[str, Meta(max_length=2_000, pattern=NO_NULL)]
Revision = Annotated[int, Meta(ge=0, le=2**53)]
_BODY_LIMIT = DOCUMENT_LIMIT + 64 * 1024
_SOURCE_BODY_LIMIT = 2 * SIZE_LIMIT
YAML_TYPE = "application/yaml"


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


class Draft(Struct, frozen=True):
    """A draft. `revision` 0: nothing is stored yet, it is the newest version. `comments_lost`: the file it was made of
    has comments that an export will not have once the bot is changed.
    """

    bot: str
    revision: int
    document: Document
    issues: tuple[Seen, ...]
    base_version: int | None
    saved_at: int
    saved_by: str
    comments_lost: bool


class DraftBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole document. It may be wrong."""

    document: Document


class Saved(Struct, frozen=True):
    """A draft after saving. The document is what was sent."""

    revision: int
    saved_at: int
    saved_by: str
    issues: tuple[Seen, ...]


class CheckBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A document to check. `bot`: whose files it may send."""

    document: Document
    bot: BotName = ""


class Checked(Struct, frozen=True):
    issues: tuple[Seen, ...]


class PublishBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What to publish: the draft as it was at this revision."""

    revision: Revision
    note: Note = ""


class AgainBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A note for publishing a version once more."""

    note: Note = ""


class RestoreBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The revision of the draft that is replaced; 0: there is none."""

    revision: Revision


class Published(Struct, frozen=True):
    version: int


class VersionHead(Struct, frozen=True):
    """A version. `running`: active interactions that run on it."""

    number: int
    published_at: int
    published_by: str
    note: str
    running: int


class VersionList(Struct, frozen=True):
    versions: tuple[VersionHead, ...]


class WholeVersion(Struct, frozen=True):
    """A version with its document."""

    number: int
    published_at: int
    published_by: str
    note: str
    document: Document


class DraftFile(Struct, frozen=True):
    """A file that the draft may send. `saved_by` is empty for one that the newest version has."""

    path: str
    media_type: str
    size: int
    saved_at: int
    saved_by: str


class FileList(Struct, frozen=True):
    files: tuple[DraftFile, ...]


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
    return _draft_reply(opened)


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


async def draft(desk: Desk, call: Call) -> Reply:
    return _draft_reply(await desk.drafts.open(call.args["bot"]))


async def save(desk: Desk, call: Call) -> Reply:
    opened = await desk.drafts.save(call.who, call.args["bot"], _revision(call), call.body.document)
    row = opened.row
    return Reply(Saved(row.revision, row.saved_at, row.saved_by, opened.issues), [_etag(row.revision)])


async def discard(desk: Desk, call: Call) -> None:
    await desk.drafts.discard(call.who, call.args["bot"], call.visit)


async def check(desk: Desk, call: Call) -> Checked:
    body: CheckBody = call.body
    return Checked(await desk.drafts.check(body.document, body.bot))


async def publish(desk: Desk, call: Call) -> Published:
    body: PublishBody = call.body
    return Published(await desk.drafts.publish(call.who, call.args["bot"], body.revision, body.note, call.visit))


async def versions(desk: Desk, call: Call) -> VersionList:
    found = await desk.drafts.versions(call.args["bot"])
    return VersionList(
        tuple(VersionHead(one.number, one.published_at, one.published_by, one.note, count) for one, count in found)
    )


async def version(desk: Desk, call: Call) -> WholeVersion:
    found, document = await desk.drafts.whole(call.args["bot"], _number(call))
    return WholeVersion(found.number, found.published_at, found.published_by, found.note, document)


async def restore(desk: Desk, call: Call) -> Reply:
    opened = await desk.drafts.restore(call.who, call.args["bot"], _number(call), call.body.revision, call.visit)
    return _draft_reply(opened)


async def publish_again(desk: Desk, call: Call) -> Published:
    number = await desk.drafts.publish_again(call.who, call.args["bot"], _number(call), call.body.note, call.visit)
    return Published(number)


async def export(desk: Desk, call: Call) -> Content:
    asked = call.query.get("version", "draft")
    number = None if asked == "draft" else call.number("version", 0)
    text = await desk.drafts.text(call.args["bot"], number)
    return Content(text, YAML_TYPE, f"{call.args['bot']}.yaml")


async def files(desk: Desk, call: Call) -> FileList:
    return FileList(tuple(_file(file) for file in await desk.drafts.files(call.args["bot"])))


async def file(desk: Desk, call: Call) -> Content:
    path = call.args["path"]
    content = await desk.drafts.file(call.args["bot"], path)
    return Content(content, _media_type(path), path.rsplit("/", 1)[-1])


async def put_file(desk: Desk, call: Call) -> DraftFile:
    return _file(await desk.drafts.put_file(call.who, call.args["bot"], call.args["path"], call.body, call.visit))


async def drop_file(desk: Desk, call: Call) -> None:
    await desk.drafts.drop_file(call.who, call.args["bot"], call.args["path"], call.visit)


def _file(row: drafts.DraftFile) -> DraftFile:
    return DraftFile(row.path, _media_type(row.path), row.size, row.saved_at, row.saved_by)


def _media_type(path: str) -> str:
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


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


def _draft_reply(opened: Opened) -> Reply:
    row = opened.row
    given = Draft(
        row.bot,
        row.revision,
        opened.document,
        opened.issues,
        row.base,
        row.saved_at,
        row.saved_by,
        opened.comments_lost,
    )
    return Reply(given, [_etag(row.revision)])


def _etag(revision: int) -> tuple[bytes, bytes]:
    return b"etag", f'"{revision}"'.encode()


def _revision(call: Call) -> int:
    if not (call.etag.isascii() and call.etag.isdigit() and len(call.etag) < 16):
        raise QueryInvalid(name="If-Match", value=call.etag[:40], wanted='a revision in quotes, such as "3"')
    return int(call.etag)


def _number(call: Call) -> int:
    text = call.args["number"]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


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
    Route(
        method="POST",
        path="/check",
        permission="bots.read",
        summary="Check a document: every issue, as the command line finds them.",
        does=check,
        body=CheckBody,
        gives=Checked,
        body_limit=_BODY_LIMIT,
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
    Route(
        method="GET",
        path="/bots/{bot}/draft",
        permission="bots.read",
        summary="The draft of a bot, or its newest version as a draft of revision 0.",
        does=draft,
        gives=Draft,
    ),
    Route(
        method="PUT",
        path="/bots/{bot}/draft",
        permission="bots.edit",
        summary="Save the draft over the revision in If-Match; refused when there is a newer one.",
        does=save,
        body=DraftBody,
        gives=Saved,
        body_limit=_BODY_LIMIT,
        if_match=True,
    ),
    Route(
        method="DELETE",
        path="/bots/{bot}/draft",
        permission="bots.edit",
        summary="Throw the draft away.",
        does=discard,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/publish",
        permission="bots.publish",
        summary="Publish the draft as the next version.",
        does=publish,
        body=PublishBody,
        gives=Published,
        status=201,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/versions",
        permission="bots.read",
        summary="The versions of a bot, newest first.",
        does=versions,
        gives=VersionList,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/versions/{number}",
        permission="bots.read",
        summary="A version with its document.",
        does=version,
        gives=WholeVersion,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/versions/{number}/restore",
        permission="bots.edit",
        summary="Make the draft what a version is.",
        does=restore,
        body=RestoreBody,
        gives=Draft,
        status=201,
    ),
    Route(
        method="POST",
        path="/bots/{bot}/versions/{number}/publish",
        permission="bots.publish",
        summary="Publish a version once more, as the next one: roll back.",
        does=publish_again,
        body=AgainBody,
        gives=Published,
        status=201,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/files",
        permission="bots.read",
        summary="The files that the draft may send.",
        does=files,
        gives=FileList,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/files/{path}",
        permission="bots.read",
        summary="A file that the draft may send; slashes of its path are written %2F.",
        does=file,
        media_type="application/octet-stream",
    ),
    Route(
        method="PUT",
        path="/bots/{bot}/files/{path}",
        permission="bots.edit",
        summary="Keep a file that the draft may send, or one in its place: the body is its content.",
        does=put_file,
        gives=DraftFile,
        raw=True,
        body_limit=FILE_LIMIT,
    ),
    Route(
        method="DELETE",
        path="/bots/{bot}/files/{path}",
        permission="bots.edit",
        summary="Drop a file of the draft.",
        does=drop_file,
    ),
    Route(
        method="GET",
        path="/bots/{bot}/export",
        permission="bots.read",
        summary="The bot file (YAML).",
        does=export,
        query={"version": "A version's number, or `draft`, which is what is given without it."},
        media_type=YAML_TYPE,
    ),
)

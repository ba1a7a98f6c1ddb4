"""The draft of a bot: opened, saved, checked, published, thrown away."""

from msgspec import Struct

from branchline.api.admin.route import Call, Desk, QueryInvalid, Reply, Route
from branchline.api.admin.texts import BotName, Document, Long, Revision
from branchline.bot.checked import Seen
from branchline.service.drafts import DOCUMENT_LIMIT, Opened

_BODY_LIMIT = DOCUMENT_LIMIT + 64 * 1024


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
    note: Long = ""


class Published(Struct, frozen=True):
    version: int


async def draft(desk: Desk, call: Call) -> Reply:
    return draft_reply(await desk.drafts.open(call.args["bot"]))


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


def draft_reply(opened: Opened) -> Reply:
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


ROUTES = (
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
)

"""The versions of a bot: read, restored as a draft, published again, and as files."""

from msgspec import Struct

from branchline.api.admin.drafts import Draft, Published, draft_reply
from branchline.api.admin.route import Call, Content, Desk, Reply, Route
from branchline.api.admin.texts import Document, Long, Revision

YAML_TYPE = "application/yaml"


class AgainBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A note for publishing a version once more."""

    note: Long = ""


class RestoreBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The revision of the draft that is replaced; 0: there is none."""

    revision: Revision


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
    return draft_reply(opened)


async def publish_again(desk: Desk, call: Call) -> Published:
    number = await desk.drafts.publish_again(call.who, call.args["bot"], _number(call), call.body.note, call.visit)
    return Published(number)


async def export(desk: Desk, call: Call) -> Content:
    asked = call.query.get("version", "draft")
    number = None if asked == "draft" else call.number("version", 0)
    text = await desk.drafts.text(call.args["bot"], number)
    return Content(text, YAML_TYPE, f"{call.args['bot']}.yaml")


def _number(call: Call) -> int:
    text = call.args["number"]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


ROUTES = (
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
        path="/bots/{bot}/export",
        permission="bots.read",
        summary="The bot file (YAML).",
        does=export,
        query={"version": "A version's number, or `draft`, which is what is given without it."},
        media_type=YAML_TYPE,
    ),
)

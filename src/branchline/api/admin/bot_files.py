"""The files that a draft may send."""

import mimetypes

from msgspec import Struct

from branchline.actions.send_file import FILE_LIMIT
from branchline.api.admin.route import Call, Content, Desk, Route
from branchline.store.tables import drafts


class DraftFile(Struct, frozen=True):
    """A file that the draft may send. `saved_by` is empty for one that the newest version has."""

    path: str
    media_type: str
    size: int
    saved_at: int
    saved_by: str


class FileList(Struct, frozen=True):
    files: tuple[DraftFile, ...]


async def files(desk: Desk, call: Call) -> FileList:
    return FileList(tuple(_file(file) for file in await desk.drafts.files.all(call.args["bot"])))


async def file(desk: Desk, call: Call) -> Content:
    path = call.args["path"]
    content = await desk.drafts.files.one(call.args["bot"], path)
    return Content(content, _media_type(path), path.rsplit("/", 1)[-1])


async def put_file(desk: Desk, call: Call) -> DraftFile:
    return _file(await desk.drafts.files.put(call.who, call.args["bot"], call.args["path"], call.body, call.visit))


async def drop_file(desk: Desk, call: Call) -> None:
    await desk.drafts.files.drop(call.who, call.args["bot"], call.args["path"], call.visit)


def _file(row: drafts.DraftFile) -> DraftFile:
    return DraftFile(row.path, _media_type(row.path), row.size, row.saved_at, row.saved_by)


def _media_type(path: str) -> str:
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


ROUTES = (
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
)

"""Files both ways: uploads of visitors (at most 10 MB), and serving what was stored, so that nothing in it runs."""

import re
from urllib.parse import quote, unquote

from msgspec import Struct

from branchline.actions.send_file import FILE_LIMIT
from branchline.api.http import Headers, Receive, Scope, Send, answer, header, read_body
from branchline.errors import CallerError
from branchline.interaction.events import FileRef
from branchline.service.identity import new_token
from branchline.store.port import StoredFile

SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types that a browser may show; everything else is downloaded."""
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")


class FileUnknown(CallerError):
    """There is no such file. It may have been erased."""

    code = "file.unknown"
    status = 404


class FileEmpty(CallerError):
    """The file is empty, or has no name. Send its bytes as the body and its name in `X-File-Name` (percent-encoded)."""

    code = "file.empty"
    status = 422


class Upload(Struct, frozen=True):
    stored: StoredFile
    ref: FileRef
    message_id: str


async def read_upload(scope: Scope, receive: Receive, interaction_id: int, now: int) -> Upload:
    """Read an upload: the body is the file, its name stands in `X-File-Name`, the message id in `X-Message-Id`."""
    content = await read_body(scope, receive, FILE_LIMIT)
    name = _name(unquote(header(scope, b"x-file-name").decode("latin-1")))
    if not content or not name:
        raise FileEmpty()
    told = header(scope, b"content-type").decode("latin-1").split(";", 1)[0].strip().lower()
    media_type = told if _MEDIA_TYPE.fullmatch(told) else "application/octet-stream"
    file_id = new_token()
    message_id = header(scope, b"x-message-id").decode("latin-1")[:64] or f"file-{file_id}"
    stored = StoredFile(file_id, name, media_type, len(content), content, now, interaction_id=interaction_id)
    return Upload(stored, FileRef(file_id, name, media_type, len(content)), message_id)


async def send_file(send: Send, file: StoredFile | None, more: Headers) -> None:
    """Serve a file from its unguessable address, with every header that keeps it from running as a page."""
    if file is None:
        raise FileUnknown()
    shown = file.media_type in SHOWN
    disposition = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name, safe='')}"
    headers: Headers = [
        (b"content-disposition", disposition.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; sandbox"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        *more,
    ]
    await answer(send, 200, file.content, file.media_type.encode() if shown else b"application/octet-stream", headers)


def _name(text: str) -> str:
    """Keep the last part of a path, without control characters, at most 200 characters."""
    last = text.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(char for char in last if char.isprintable()).strip()[:200]

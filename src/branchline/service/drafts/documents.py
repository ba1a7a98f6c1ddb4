"""Documents: a bot as the JSON value that is drawn. Where they come from, and what is known of them."""

from typing import Any

import msgspec

from branchline.bot.checked import seen
from branchline.bot.comments import loses_comments, rewritten
from branchline.bot.model import FORMAT
from branchline.bot.parse import read
from branchline.service.drafts.refusals import FileRefused
from branchline.store.port import Version
from branchline.store.tables.drafts import DraftRow

DOCUMENT_LIMIT = 2 * 1024 * 1024
"""Bytes of a draft as JSON."""
LOOKED_AT_LIMIT = 64 * 1024
"""Bytes of a bot file up to which a draft that is opened says exactly whether comments get lost; that takes a moment."""
NAME_LIMIT = 200

Document = dict[str, Any]


def started(bot: str, name: str) -> Document:
    """Give the document of a new, almost empty bot."""
    hello = {"do": "send_message", "text": "Hello! How can I help you?"}
    nodes = {"welcome": {"label": "Welcome", "actions": [hello], "exit": {"do": "end"}}}
    return {"branchline": FORMAT, "bot": bot, "name": name, "start": "welcome", "nodes": nodes}


def shown_as(document: Document) -> str:
    """Give the name for people of a document, or its name for machines."""
    name = document.get("name")
    shown = name if isinstance(name, str) and name.strip() else str(document.get("bot", ""))
    return shown.replace("\x00", "")[:NAME_LIMIT]


def imported(source: bytes, name: str) -> tuple[Document, bytes]:
    """Give the document of a bot file, and its bytes; FileRefused."""
    found = read(source, name)
    if not isinstance(found.document, dict) or not isinstance(found.document.get("nodes"), dict):
        issues = [seen(issue, None) for issue in found.issues]
        raise FileRefused(
            problem=issues[0].message.rstrip(".") if issues else "it holds no bot", meta={"issues": issues}
        )
    return found.document, source


def document_of(version: Version) -> Document:
    """Give the document of a version: as its author wrote it, unless something else was published than the file says."""
    found = read(version.source)
    if found.bot is not None and msgspec.json.encode(found.bot) == version.definition:
        return dict(found.document)
    return dict(msgspec.json.decode(version.definition))


def begun(version: Version, revision: int) -> DraftRow:
    """Give the draft that a version begins as."""
    document = document_of(version)
    name = shown_as(document)
    text = msgspec.json.encode(document).decode()
    return DraftRow(
        version.bot,
        revision,
        text,
        name,
        0,
        0,
        version.number,
        version.published_at,
        version.published_by,
        version.source,
    )


def comments_lost(source: bytes | None, document: Document) -> bool:
    """Say whether comments of the file that a draft came from get lost when it is published."""
    if source is None or b"#" not in source:
        return False
    return loses_comments(source) if len(source) > LOOKED_AT_LIMIT else rewritten(source, document)[1]

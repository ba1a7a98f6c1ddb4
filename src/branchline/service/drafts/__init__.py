"""Drafts: bots that are being drawn. A draft may be wrong; publishing it makes the bot's next version.

Every save names the revision that it was made from. When another save came first it is refused, and nothing is
overwritten.
"""

from branchline.service.drafts.documents import DOCUMENT_LIMIT, Document, shown_as, started
from branchline.service.drafts.drafts import Drafts, Head, Opened
from branchline.service.drafts.refusals import DraftInvalid

__all__ = ["DOCUMENT_LIMIT", "Document", "DraftInvalid", "Drafts", "Head", "Opened", "shown_as", "started"]

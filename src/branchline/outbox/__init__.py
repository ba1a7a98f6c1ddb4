"""The outbox: what is owed to targets is claimed, tried, tried again later, and given up at the end of the ladder."""

from branchline.outbox.outbox import Outbox
from branchline.outbox.owed import owed

__all__ = ["Outbox", "owed"]

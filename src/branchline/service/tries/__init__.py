"""Tries: a draft talks to its author through the real engine, chat API and widget, apart from every real interaction."""

from branchline.service.tries.tries import Tries

__all__ = ["Tries"]

"""The core API (contract §1): interactions as JSON:API documents, for the company's own programs."""

from branchline.api.core.routes import Core

__all__ = ["Core"]

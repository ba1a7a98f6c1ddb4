"""The chat API (contract §5): what a visitor's program calls."""

from branchline.api.chat.routes import Chat

__all__ = ["Chat"]

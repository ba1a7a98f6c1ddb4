"""What browsers load: the widget's files, the page of a chat, and what a bot says about itself."""

from branchline.api.web.console import Console
from branchline.api.web.routes import Web
from branchline.api.web.trouble import trouble

__all__ = ["Console", "Web", "trouble"]

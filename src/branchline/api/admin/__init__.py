"""The admin API: what the builder and the console call, for people who are signed in."""

from branchline.api.admin.admin import Admin
from branchline.api.admin.route import Desk

__all__ = ["Admin", "Desk"]

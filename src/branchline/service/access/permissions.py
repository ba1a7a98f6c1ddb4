"""Roles and what each may do. One table; whatever is not in it is nobody's."""

from collections.abc import Mapping
from typing import Final, Literal

from branchline.errors import CallerError

Role = Literal["admin", "author", "agent", "viewer"]
ROLES: Final[tuple[Role, ...]] = ("admin", "author", "agent", "viewer")

ANYBODY: Final = "anybody"
"""The permission of what needs no sign-in."""
SELF: Final = "self"
"""The permission of what everybody may do who is signed in: look after their own account."""

_EVERYBODY: Final = frozenset(ROLES)
_AUTHORS: Final = frozenset[Role]({"admin", "author"})
_ADMINS: Final = frozenset[Role]({"admin"})

PERMISSIONS: Final[Mapping[str, frozenset[Role]]] = {
    SELF: _EVERYBODY,
    "bots.read": _EVERYBODY,
    "bots.edit": _AUTHORS,
    "bots.publish": _AUTHORS,
    "endpoints.test": _AUTHORS,
    "endpoints.manage": _AUTHORS,
    "secrets.manage": _ADMINS,
    "interactions.read": _EVERYBODY,
    "interactions.export": _ADMINS,
    "interactions.erase": _ADMINS,
    "calls.repeat": _AUTHORS,
    "deliveries.read": _AUTHORS,
    "deliveries.manage": _ADMINS,
    "people.manage": _ADMINS,
    "api_keys.manage": _ADMINS,
    "settings.read": _AUTHORS,
    "settings.manage": _ADMINS,
    "audit.read": _ADMINS,
}
"""Permission: the roles that have it."""


class NotAllowed(CallerError):
    """This needs the permission {permission}, which the role {role} does not have. Ask an admin."""

    code = "permission.missing"
    status = 403


def allowed(role: str, permission: str) -> bool:
    """Say whether a role has a permission; a word that is not in the table is nobody's."""
    return role in PERMISSIONS.get(permission, frozenset())


def permissions_of(role: str) -> tuple[str, ...]:
    """Give all that a role may do."""
    return tuple(permission for permission in PERMISSIONS if allowed(role, permission))

"""The admin API and its permissions, as the table of routes and the table of roles say."""

from branchline.api.admin.route import PREFIX
from branchline.api.admin.table import ROUTES
from branchline.service.access.permissions import ANYBODY, PERMISSIONS, ROLES, allowed
from branchline.service.keys import SCOPES
from tools.reference.markdown import code, page, table


def admin_api() -> str:
    routes = [
        [
            code(f"{route.method} {route.path}"),
            "anybody" if route.permission == ANYBODY else code(route.permission),
            route.summary + (" Needs a fresh proof of who it is." if route.confirmed else ""),
        ]
        for route in ROUTES
    ]
    roles = [
        [code(permission), *("yes" if allowed(role, permission) else "" for role in ROLES)]
        for permission in PERMISSIONS
    ]
    return page(
        "Admin API",
        f"What the builder and the console call, below `{PREFIX}`. Bodies are JSON; times are milliseconds since the Unix"
        " epoch. A person is known by the cookie of their sign-in. Calls that change something must come from this server's"
        " own pages (`Sec-Fetch-Site: same-origin`, else an `Origin` that is this server's). The bodies are described in"
        " [openapi.json](../../web/protocol/openapi.json). It grows with the console and may change; programs use the"
        " [core API](../howto/core-api.md).",
        "## Routes",
        table(["call", "permission", "what it does"], routes),
        "## Permissions",
        "`self` is what everybody may do who is signed in.",
        table(["permission", *ROLES], roles),
        "## Scopes of API keys",
        table(["scope", "what it allows"], [[code(scope), sentence] for scope, sentence in SCOPES.items()]),
    )

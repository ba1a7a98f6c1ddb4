"""The page of a chat, `/chat/<bot>`: the widget alone, for links, frames and apps."""

import re
from html import escape
from urllib.parse import parse_qs

from branchline.api.http import Headers, Scope
from branchline.service.widget import About

_PAGE = """<!doctype html>
<html lang="{locale}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="{scheme}">
<title>{name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../w/page.css">
</head>
<body>
<main><branchline-chat {attributes}></branchline-chat></main>
<script src="../w/element.js"></script>
</body>
</html>
"""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def asked_locale(scope: Scope) -> str:
    """Give the language that the address asks for (`?locale=de`); empty when it asks for none."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("locale", [""])[-1]
    return asked if _LOCALE.fullmatch(asked) and len(asked) <= 35 else ""


def page(about: About, locale: str) -> bytes:
    """Write the page. `locale`: what the visitor asked for, else the bot's."""
    language = locale or about.locale
    attributes = {"bot": about.bot, "name": about.name, "locale": language}
    scheme = about.theme if about.theme in {"light", "dark"} else "light dark"
    return _PAGE.format(
        locale=escape(language),
        direction="rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr",
        scheme=scheme,
        name=escape(about.name),
        attributes=" ".join(f'{name}="{escape(value)}"' for name, value in attributes.items() if value),
    ).encode()


def page_headers(origins: tuple[str, ...]) -> Headers:
    """Give the page's policy: our own files and nothing else; framed by the origins of the bot, or by anybody."""
    framed = " ".join(["'self'", *origins]) if origins else "*"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        f"base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
        f"frame-ancestors {framed}"
    )
    return [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"strict-origin-when-cross-origin"),
        (b"vary", b"accept-language"),
    ]

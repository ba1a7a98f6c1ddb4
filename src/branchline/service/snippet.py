"""What a company puts on its site to have the chat there: the tag, and what the site's policy must allow."""

from html import escape
from urllib.parse import urlsplit

from msgspec import Struct

from branchline.bot.model import Bot, Widget

NONCE = "YOUR-NONCE"
"""Stands for the nonce that the site makes anew for every page."""


class Snippet(Struct, frozen=True):
    """What is put on a page. `policies`: the directives to add (CSP Level 3), by the kind of policy that the site has."""

    html: str
    policies: dict[str, str]
    data: str
    signed_data: str
    check: tuple[str, ...]


def snippet(bot: Bot, address: str, *, nonce: bool = False, inline: bool = False) -> Snippet:
    """Make the snippet of a bot. `address`: of this server; `inline`: in the page's flow instead of floating over it."""
    look = bot.widget or Widget()
    base = address.rstrip("/")
    marks = {"nonce": NONCE if nonce else ""}
    if inline:
        tag = f'<script async{_attributes(marks)} src="{escape(base)}/w/element.js"></script>'
        element = _attributes({"bot": bot.bot, "accent": look.accent})
        html = f"{tag}\n<branchline-chat{element}></branchline-chat>"
    else:
        drawn = {"data-bot": bot.bot, "data-accent": look.accent}
        drawn["data-side"] = "left" if look.position == "left" else ""
        html = f'<script async{_attributes(marks)} src="{escape(base)}/w/loader.js"{_attributes(drawn)}></script>'
    return Snippet(
        html,
        _policies(base),
        _call("setData", '{ basket: "3" }', nonce, inline),
        _call("setSignedData", '"THE TEXT THAT YOUR SERVER SIGNED"', nonce, inline),
        _check(bot.bot, look, base, inline),
    )


def _attributes(given: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in given.items() if value)


def _call(name: str, given: str, nonce: bool, inline: bool) -> str:
    mark = f' nonce="{NONCE}"' if nonce else ""
    if inline:
        lines = (
            'customElements.whenDefined("branchline-chat").then(() =>',
            f'  document.querySelector("branchline-chat").{name}({given}))',
        )
    else:
        lines = ("window.Branchline = window.Branchline || []", f'Branchline.push(["{name}", {given}])')
    return "\n".join([f"<script{mark}>", *(f"  {line}" for line in lines), "</script>"])


def _policies(base: str) -> dict[str, str]:
    parts = urlsplit(base)
    host = f"{parts.scheme}://{parts.netloc}"
    rest = f"connect-src {host}; img-src {host}"
    return {
        "scripts by host": f"script-src {host}; {rest}",
        "scripts by nonce": f"script-src 'nonce-{NONCE}'; {rest}",
        "scripts by nonce, with strict-dynamic": f"script-src 'nonce-{NONCE}' 'strict-dynamic'; {rest}",
        "Trusted Types": f"require-trusted-types-for 'script'; trusted-types 'none'; script-src {host}; {rest}",
    }


def _check(bot: str, look: Widget, base: str, inline: bool) -> tuple[str, ...]:
    sites = ", ".join(look.origins) if look.origins else "every site"
    seen = "The chat fills its element" if inline else "The launcher stands in the corner of the page"
    return (
        f"{seen}, and the browser's console says nothing.",
        f"The chat starts. These may show it: {sites} (`origins` in the bot file).",
        f"Without a site around it, the same chat is at {base}/chat/{bot}.",
    )

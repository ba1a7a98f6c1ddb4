"""What a person sees in a browser where no chat can be shown: a page, in their language, in place of an error document.

It stands alone: it needs no file, because none may have been built, and its policy allows nothing but its own style.
"""

from base64 import b64encode
from hashlib import sha256
from html import escape

from branchline.api.http import Headers, Scope, header
from branchline.api.web.page import RIGHT_TO_LEFT, asked_locale

_WORDS = {
    "en": (
        ("There is no chat here", "The address may be mistyped, or the chat has gone. Ask whoever gave you the link."),
        ("The chat cannot be reached right now", "That is our fault, not yours. Please try again in a moment."),
        "Try again",
    ),
    "de": (
        (
            "Hier ist kein Chat",
            "Vielleicht ist die Adresse falsch geschrieben, oder es gibt den Chat nicht mehr. "
            "Fragen Sie, von wem Sie den Link haben.",
        ),
        (
            "Der Chat ist gerade nicht erreichbar",
            "Das liegt an uns, nicht an Ihnen. Bitte versuchen Sie es gleich noch einmal.",
        ),
        "Noch einmal versuchen",
    ),
    "fr": (
        (
            "Il n’y a pas de chat ici",
            "L’adresse est peut-être mal écrite, ou le chat n’existe plus. "
            "Demandez à la personne qui vous a donné le lien.",
        ),
        (
            "Le chat est injoignable pour le moment",
            "Cela vient de nous, pas de vous. Veuillez réessayer dans un instant.",
        ),
        "Réessayer",
    ),
    "es": (
        (
            "Aquí no hay ningún chat",
            "Puede que la dirección esté mal escrita o que el chat ya no exista. Pregunte a quien le dio el enlace.",
        ),
        (
            "No se puede acceder al chat en este momento",
            "Es culpa nuestra, no suya. Inténtelo de nuevo en un momento.",
        ),
        "Intentar de nuevo",
    ),
    "ar": (
        ("لا توجد دردشة هنا", "ربما كُتب العنوان بشكل خاطئ، أو لم تعد الدردشة موجودة. اسأل من أعطاك الرابط."),
        ("لا يمكن الوصول إلى الدردشة الآن", "الخلل من جانبنا وليس من جانبك. يُرجى المحاولة مرة أخرى بعد قليل."),
        "حاول مرة أخرى",
    ),
}
"""By language: title and sentence when there is nothing here, and when it is our fault; the link that asks again."""

_STYLE = """
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;min-height:100svh;display:grid;place-items:center;padding:24px;box-sizing:border-box;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;background:#f1f3f6;color:#171a21}
main{max-width:420px;box-sizing:border-box;background:#fff;border-radius:16px;padding:32px;
box-shadow:0 8px 40px #171a2114;text-align:start}
svg{display:block;width:44px;height:44px;margin:0 -4px 16px;color:#0b6e85}
h1{font-size:20px;line-height:1.3;margin:0 0 8px;text-wrap:balance}
p{margin:0;color:#525a69}
a{display:inline-block;margin-block-start:20px;padding:10px 18px;border-radius:10px;background:#0b6e85;color:#fff;
font-weight:600;text-decoration:none}
a:focus-visible{outline:3px solid #0b6e85;outline-offset:2px}
small{display:block;margin-block-start:24px;padding-block-start:16px;border-block-start:1px solid #e2e5ea;
font-size:13px;color:#525a69;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){body{background:#0c0e12;color:#eceef3}main{background:#181b22;box-shadow:none}
p,small{color:#a8b0bf}small{border-color:#282c36}svg{color:#4cc3dc}a{background:#4cc3dc;color:#04222a}
a:focus-visible{outline-color:#4cc3dc}}
"""
_BUBBLE = (
    '<svg viewBox="0 0 44 44" fill="none" stroke="currentColor" stroke-width="3" stroke-linejoin="round" '
    'aria-hidden="true"><path d="M8 9h28a3 3 0 0 1 3 3v17a3 3 0 0 1-3 3H19l-9 7v-7H8a3 3 0 0 1-3-3V12a3 3 0 0 1 3-3z"/>'
    '<path stroke-linecap="round" d="M15 20.5h.01M22 20.5h.01M29 20.5h.01"/></svg>'
)
_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main>{bubble}<h1>{title}</h1><p>{sentence}</p>{again}<small lang="en" dir="ltr">{detail}</small></main>
</body>
</html>
"""
_POLICY = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + b64encode(sha256(_STYLE.encode()).digest()).decode()
    + "'"
)
DETAIL_LIMIT = 400
HEADERS: Headers = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"vary", b"accept, accept-language"),
]


def trouble(scope: Scope, status: int, detail: str) -> tuple[bytes, Headers] | None:
    """Write the page; None for programs and scripts, which do not ask for HTML. `detail`: what they would hear."""
    reads = scope["method"] in {"GET", "HEAD"} and b"text/html" in header(scope, b"accept")
    if not reads or scope["path"].startswith("/api/"):
        return None
    language = _language(scope)
    missing, ours, again = _WORDS[language]
    title, sentence = missing if status < 500 and status != 429 else ours
    page = _PAGE.format(
        language=language,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        title=escape(title),
        sentence=escape(sentence),
        style=_STYLE,
        bubble=_BUBBLE,
        again=f'<a href="">{escape(again)}</a>' if status >= 500 else "",
        detail=escape(detail if len(detail) <= DETAIL_LIMIT else detail[:DETAIL_LIMIT] + " …"),
    )
    return page.encode(), HEADERS


def _language(scope: Scope) -> str:
    """Choose the language: the one in the address, else the first of the browser's that there are words in."""
    accepted = header(scope, b"accept-language").decode("latin-1").split(",")
    for wanted in (asked_locale(scope), *(one.strip() for one in accepted)):
        if wanted[:2].lower() in _WORDS:
            return wanted[:2].lower()
    return "en"

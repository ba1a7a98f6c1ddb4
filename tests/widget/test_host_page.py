"""Whatever the page around it does, the chat looks and works the same; and the page notices nothing of it."""

from playwright.sync_api import Browser, BrowserContext, Page, expect

from running import http
from widget.conftest import Shop, bubble, open_chat, say

HOSTILE = {
    "everything important": """* { color: red !important; background: yellow !important; font: 40px/3 serif !important;
        border: 5px solid lime !important; padding: 9px !important; margin: 9px !important; display: block !important;
        position: static !important; float: left !important; width: 30px !important; letter-spacing: 9px !important;
        text-transform: uppercase !important; text-shadow: 3px 3px red !important; visibility: hidden !important;
        pointer-events: none !important; user-select: none !important; cursor: wait !important; opacity: .3 !important;
        transform: rotate(20deg) !important; filter: blur(4px) !important; clip-path: circle(5px) !important;
        writing-mode: vertical-rl !important; zoom: 1 !important; contain: strict !important; animation: none !important;
        overflow: hidden !important; box-sizing: content-box !important; outline: 9px solid red !important }""",
    "none of our elements": """div, button, section, #branchline-kinds, [id^=branch], html > *:not(head):not(body)
        { display: none !important; visibility: collapse !important }""",
    "a war of z-index": """* { z-index: 2147483647 !important; position: relative }
        body::after { content: ''; position: fixed; inset: 0; z-index: 2147483647; background: #ff000080 }""",
    "filters and frames around all": """html { filter: invert(1) hue-rotate(90deg); transform: scale(.5); opacity: .4 }
        body { filter: blur(9px); perspective: 3px; will-change: transform; contain: paint; clip-path: inset(40%) }""",
    "huge fonts": """html { font-size: 60px !important; line-height: 5; letter-spacing: 1em; word-spacing: 3em; text-indent: 4em;
        text-align: right; font-variant: small-caps; hyphens: auto; quotes: none; tab-size: 40 }""",
    "names of our properties": """:root { --accent: lime; --on: lime; --ink: lime; --panel: red; --text: red; --line: red;
        --height: 20px; --top: 300px; --shadow: none }
        @property --accent { syntax: '<length>'; inherits: false; initial-value: 3px }
        @property --panel { syntax: '<length>'; inherits: false; initial-value: 3px }
        @property --text { syntax: '<length>'; inherits: true; initial-value: 3px }""",
    "a reset": """*, ::before, ::after { all: unset !important; box-sizing: border-box }
        button { appearance: none !important; width: 100% !important; font-size: 0 !important }""",
}

LOOK = """() => {
  const root = document.querySelector('[id^=branchline-]').shadowRoot
  const names = ['color', 'backgroundColor', 'fontSize', 'fontFamily', 'lineHeight', 'letterSpacing', 'wordSpacing',
    'textIndent', 'textAlign', 'textTransform', 'textShadow', 'display', 'position', 'visibility', 'opacity', 'filter',
    'transform', 'cursor', 'pointerEvents', 'userSelect', 'writingMode', 'zIndex', 'borderTopWidth', 'paddingTop',
    'marginTop', 'boxShadow', 'outlineStyle', 'clipPath', 'direction', 'fontVariant', 'hyphens', 'boxSizing']
  return [...root.querySelectorAll('*')].filter(one => one.checkVisibility() && one.clientWidth > 1).map(one => {
    const style = getComputedStyle(one)
    const box = one.getBoundingClientRect()
    return [one.className, ...names.map(name => style[name]),
      ...[box.x, box.y, box.width, box.height].map(Math.round)].join('|')
  })
}"""


def settled(page: Page, address: str) -> None:
    open_chat(page, address)
    expect(page.locator(".chip").first).to_be_visible()
    # the time of day is another one each time
    page.locator(".at").first.evaluate("one => one.remove()")
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)


def test_hostile_styles_have_no_effect(browser: Browser, shop: Shop) -> None:
    context = browser.new_context(viewport={"width": 1100, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    plain = shop.page("/plain", shop.tag("kinds"), head='<link rel="icon" href="data:,">')
    settled(page, plain)
    expected = page.evaluate(LOOK)
    assert len(expected) > 30
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    clip = {"x": box["x"] + 2, "y": box["y"] + 60, "width": box["width"] - 4, "height": box["height"] - 80}
    seen = page.screenshot(clip=clip)  # type: ignore[arg-type]
    launcher = {"x": 1024, "y": 724, "width": 52, "height": 52}
    round_ = page.screenshot(clip={**launcher, "x": 1035, "y": 735, "width": 30, "height": 30})  # type: ignore[arg-type]
    for name, css in HOSTILE.items():
        page.evaluate("() => { sessionStorage.clear(); localStorage.clear() }")
        settled(page, shop.page("/hostile", f"<div>Noise</div>{shop.tag('kinds')}", head=f"<style>{css}</style>"))
        assert page.evaluate(LOOK) == expected, name
        assert page.screenshot(clip=clip) == seen, name  # type: ignore[arg-type]
        assert page.screenshot(clip={**launcher, "x": 1035, "y": 735, "width": 30, "height": 30}) == round_, name  # type: ignore[arg-type]
    context.close()


def test_no_keystroke_reaches_the_page(page: Page, shop: Shop) -> None:
    shop.page(
        "/keys",
        """<input id="search"><script>window.heard = []
        for (const name of ['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'paste', 'copy', 'cut', 'focusin',
          'focusout', 'compositionstart', 'wheel', 'drop'])
          for (const where of [window, document, document.body, document.documentElement])
            where.addEventListener(name, one => { if (one.target.id !== 'search') heard.push(name) })
        onkeydown = one => one.key === 's' && document.getElementById('search').focus()</script>"""
        + shop.tag(),
    )
    open_chat(page, shop.address + "/keys")
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.get_by_label("Your message").focus()
    page.evaluate("heard.length = 0")
    page.keyboard.type("season's greetings")
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+C")
    page.keyboard.press("Control+V")
    page.get_by_role("dialog").hover()
    page.mouse.wheel(0, 50)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your message")).to_have_value("season's greetings")
    page.get_by_label("Your message").focus()
    page.keyboard.press("Enter")
    expect(bubble(page, "Thanks,")).to_be_visible()
    assert page.evaluate("heard") == []


def test_a_page_that_keeps_the_focus_in_its_own_dialog_does_not_take_it(page: Page, shop: Shop) -> None:
    shop.page(
        "/trap",
        """<div id="modal" tabindex="-1">Cookies?</div><script>
        document.addEventListener('focusin', one => { if (!modal.contains(one.target)) modal.focus() })</script>"""
        + shop.tag(),
    )
    open_chat(page, shop.address + "/trap")
    expect(bubble(page, "What is your name?")).to_be_visible()
    page.get_by_label("Your message").click()
    page.keyboard.type("Ada")
    expect(page.get_by_label("Your message")).to_have_value("Ada")


GLOBALS = "() => [...Object.getOwnPropertyNames(window), ...Object.getOwnPropertySymbols(window).map(String)].sort()"


def test_one_name_is_all_that_the_page_gets(page: Page, shop: Shop) -> None:
    shop.page("/bare", "")
    page.goto(shop.address + "/bare")
    before = set(page.evaluate(GLOBALS))
    page.goto(shop.page("/page", shop.tag("kinds")))
    page.locator(".l").click()
    page.get_by_role("button", name="date", exact=True).click()
    expect(bubble(page, "Which day?")).to_be_visible()
    assert set(page.evaluate(GLOBALS)) - before == {"Branchline"}
    assert page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))") == [
        f"branchline:{shop.bots.removeprefix('http://')}/kinds",
        "branchline:kinds",
    ]


OLD = """
  // what libraries of 2007 did to every page
  Array.prototype.toJSON = String.prototype.toJSON = function () { return JSON.stringify(String(this)) }
  Array.prototype.first = function () { return this[0] }
  Array.prototype.entries = function () { return this.slice() }
  Array.from = function (list) { var all = []; for (var i = 0; i < (list.length || 0); i++) all.push(list[i]); return all }
  Function.prototype.delay = function (ms) { return setTimeout(this, ms) }
  Element.prototype.hide = function () { this.style.display = 'none' }
  Object.prototype.extend = function () { return this }
  Object.prototype.each = 7
  String.prototype.contains = function (text) { return this.indexOf(text) >= 0 }
  Number.prototype.times = function () {}
"""


def test_a_page_with_libraries_of_old_does_not_break_it(page: Page, shop: Shop) -> None:
    shop.page("/old", f"<script>{OLD}</script>{shop.tag('kinds', locale='de')}")
    page.goto(shop.address + "/old")
    page.evaluate("Branchline.setData({ basket: '3' })")
    page.locator(".l").click()
    for kind, question in (("several_of", "Which toppings?"), ("rating", "How good?"), ("email", "address?")):
        page.get_by_role("button", name=kind, exact=True).click()
        expect(bubble(page, question)).to_be_visible()
        page.get_by_label("Ihre Nachricht").fill("menu")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=kind, exact=True)).to_be_visible()
    page.reload()
    expect(bubble(page, "How good?")).to_be_visible()
    uuid = page.evaluate("JSON.parse(Object.values(localStorage)[0]).session.uuid")
    token = page.evaluate("JSON.parse(Object.values(localStorage)[0]).session.token")
    entries = http(
        "GET",
        f"{shop.bots}/api/chat/v1/interactions/{uuid}/entries?after=0",
        headers={"Authorization": f"Bearer {token}"},
    ).body["entries"]
    assert [one["text"] for one in entries if one.get("sender") == "customer"] == [
        "several_of", "menu", "rating", "menu", "email", "menu",
    ]  # fmt: skip


def test_a_page_that_watches_every_request_sees_them_and_breaks_nothing(page: Page, shop: Shop) -> None:
    """What wraps requests and promises to measure them is let be."""
    shop.page(
        "/watched",
        """<script>const request = fetch, Plain = Promise; window.seen = []
        window.fetch = function (address, init) { seen.push(String(address)); return request.call(this, address, init) }
        window.Promise = class extends Plain { then(...all) { seen.then = true; return super.then(...all) } }
        EventTarget.prototype.addEventListener = (real => function (...all) { return real.apply(this, all) })(
          EventTarget.prototype.addEventListener)
        JSON.parse = (real => (...all) => real(...all))(JSON.parse)</script>"""
        + shop.tag(),
    )
    open_chat(page, shop.address + "/watched")
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    assert any("/messages" in one for one in page.evaluate("seen"))


def test_what_rebuilds_the_page_does_not_lose_the_chat(page: Page, shop: Shop) -> None:
    open_chat(page, shop.address)
    say(page, "Ada")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    page.evaluate("document.documentElement.replaceChildren(document.createElement('body'))")
    expect(bubble(page, "Thanks, Ada")).to_be_visible()
    say(page, "BR-10427")
    expect(bubble(page, "is on its way")).to_be_visible()


def test_the_launcher_costs_no_shift_of_the_page(page: Page, shop: Shop) -> None:
    page.add_init_script(
        """window.shifts = []; new PerformanceObserver(all => shifts.push(...all.getEntries().map(one => one.value)))
        .observe({ type: 'layout-shift', buffered: true })"""
    )
    page.goto(shop.page("/page", shop.tag() + "<p>More words.</p>" * 50))
    expect(page.locator(".l")).to_be_visible()
    page.locator(".l").click()
    expect(bubble(page, "What is your name?")).to_be_visible()
    assert sum(page.evaluate("shifts")) == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 1100


def test_only_the_sites_of_a_bot_may_show_it(page: Page, context: BrowserContext, shop: Shop) -> None:
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text))
    page.goto(shop.page("/page", shop.tag("sites")))
    page.locator(".l").click()
    expect(page.get_by_text("The chat could not start.")).to_be_visible()
    sentence = f"The site '{shop.address}' may not show the bot 'sites'. Add it to the bot's origins"
    assert any(sentence in one for one in said), said
    # a program of ours and our own page are no other site
    page.goto(f"{shop.bots}/chat/sites")
    expect(bubble(page, "Hello from here.")).to_be_visible()
    policy = http("GET", f"{shop.bots}/chat/sites").headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example http://*.shop.example:81" in policy


def start(shop: Shop, origin: str | None, host: str = "") -> int:
    headers = {"Origin": origin} if origin is not None else {}
    if host:
        headers["Host"] = host
    return http("POST", f"{shop.bots}/api/chat/v1/bots/sites/interactions?wait=0", {}, headers).status


def test_the_server_itself_refuses_to_start_for_other_sites(shop: Shop) -> None:
    assert start(shop, "https://shop.example") == 201
    assert start(shop, "https://shop.example:443") == 201
    assert start(shop, "http://a.shop.example:81") == 201
    assert start(shop, "http://a.b.shop.example:81") == 201
    assert start(shop, shop.bots) == 201
    assert start(shop, None) == 201
    for other in (
        "http://shop.example", "https://shop.example:8443", "https://evilshop.example", "https://shop.example.evil.test",
        "http://shop.example:81", "http://a.shop.example", "null", "https://[::1", "https://shop.example:99999",
        "file://", "chrome-extension://shop.example", "https://a.shop.example", "x" * 5_000, "https://",
    ):  # fmt: skip
        assert start(shop, other) == 403, other


def test_the_list_of_sites_is_not_told(shop: Shop) -> None:
    assert b"shop.example" not in http("GET", f"{shop.bots}/api/chat/v1/bots/sites").content

"""What the chat costs the pages of other people: a real Chromium, traced, on a page that loads nothing else."""

import json
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

TASK = "ThreadControllerImpl::RunTask"
MESSAGES = 1_000


class Cost(Struct, frozen=True):
    """Of one page: main thread in ms, layout shift, bytes on the wire, requests."""

    main_ms: float
    shift: float
    sent: int
    requests: int


@contextmanager
def site(body: str) -> Iterator[str]:
    """A page on an origin of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page_of(tag: str) -> str:
    text = "<p>Enamel, oak and linen from small workshops.</p>" * 40
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><h1>Shop</h1>{text}{tag}</html>'


def cost(browser: Any, address: str, script: str = "") -> Cost:
    """Load a page in a browser of its own cache, with the main thread traced; `script` is run once it stands."""
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    page = context.new_page()
    page.goto("about:blank")
    sent: list[int] = []
    page.on("requestfinished", lambda request: sent.append(request.sizes()["responseBodySize"]))
    browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline", "__metadata"])
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if script:
        page.evaluate(script)
    page.wait_for_timeout(500)
    shift = page.evaluate(
        """() => new Promise(done => { let all = 0
        new PerformanceObserver(list => { for (const one of list.getEntries()) all += one.value })
          .observe({ type: "layout-shift", buffered: true }); setTimeout(() => done(all), 100) })"""
    )
    events = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    return Cost(_main_ms(events), shift, sum(sent), len(sent))


def _main_ms(events: list[dict[str, Any]]) -> float:
    """Add up the tasks of the renderer's main thread that drew most."""
    threads = {
        (one["pid"], one["tid"])
        for one in events
        if one.get("name") == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks: dict[tuple[int, int], float] = {}
    for one in events:
        at = (one.get("pid", 0), one.get("tid", 0))
        if at in threads and one.get("name") == TASK and one.get("ph") == "X":
            tasks[at] = tasks.get(at, 0) + one.get("dur", 0) / 1_000
    return max(tasks.values(), default=0)


def median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(one.main_ms for one in costs),
        max(one.shift for one in costs),
        int(statistics.median(one.sent for one in costs)),
        int(statistics.median(one.requests for one in costs)),
    )


LONG = """async ([base, count]) => {
  const kept = JSON.parse(Object.values(localStorage)[0]).session
  for (let n = 0; n < count / 2; n++)
    await fetch(`${base}/api/chat/v1/interactions/${kept.uuid}/messages`, { method: "POST",
      headers: { Authorization: `Bearer ${kept.token}` }, body: JSON.stringify({ id: `b${n}`, text: `line ${n}` }) })
}"""
FRAMES = """() => new Promise(done => {
  const log = document.querySelector("[id^=branchline]").shadowRoot.querySelector(".log")
  const gaps = []
  let last = performance.now()
  let left = 120
  const frame = now => {
    gaps.push(now - last)
    last = now
    log.scrollBy({ top: -(log.scrollHeight / 120), behavior: "instant" })
    if (left--) requestAnimationFrame(frame)
    else done(gaps.slice(2).sort((a, b) => a - b))
  }
  requestAnimationFrame(frame)
})"""


class Long(Struct, frozen=True):
    """A long conversation: from reload to its last message, the longest task by then, and frames while scrolling, ms."""

    shown_ms: float
    longest_ms: float
    frame_p50_ms: float
    frame_p95_ms: float


def long_conversation(browser: Any, address: str, bots: str) -> Long:
    """Take up a conversation of a thousand messages again, and scroll through all of it."""
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    page = context.new_page()
    page.goto(address)
    page.locator(".l").click()
    page.get_by_role("button", name="echo", exact=True).click()
    page.locator(".you").wait_for()
    page.evaluate(LONG, [bots, MESSAGES])
    page.add_init_script(
        "window.longest = 0; new PerformanceObserver(list => { for (const one of list.getEntries())"
        " longest = Math.max(longest, one.duration) }).observe({ type: 'longtask', buffered: true })"
    )
    page.reload()
    page.locator(".m .b", has_text=f"You said line {MESSAGES // 2 - 1}").wait_for()
    shown = page.evaluate("performance.now()")
    page.wait_for_timeout(500)
    gaps = page.evaluate(FRAMES)
    longest = page.evaluate("longest")
    context.close()
    return Long(shown, longest, gaps[len(gaps) // 2], gaps[int(len(gaps) * 0.95)])


def measure(rounds: int) -> tuple[dict[str, Cost], Long]:
    """Give the costs of a page without a chat, with one, and with one that is opened; and of a long conversation."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from chromium import launched  # noqa: PLC0415
    from widget.conftest import order_service_in, with_web  # noqa: PLC0415

    with (
        TemporaryDirectory() as made,
        order_service_in(Path(made)) as orders,
        with_web(Path(made) / "branchline.db", orders) as server,
        launched() as browser,
    ):
        tag = f'<script async src="{server.address}/w/loader.js" data-bot="kinds"></script>'
        with site(page_of("")) as bare, site(page_of(tag)) as chatty:
            kinds = {"without": (bare, ""), "with": (chatty, ""), "opened": (chatty, "Branchline.open()")}
            costs: dict[str, list[Cost]] = {name: [] for name in kinds}
            for _ in range(rounds):
                for name, (address, script) in kinds.items():
                    costs[name].append(cost(browser, address, script))
            long = long_conversation(browser, chatty, server.address)
    return {name: median(all_of_one) for name, all_of_one in costs.items()}, long

"""The builder with a large bot, in a real Chromium against a real server: ready, frames while panning and dragging, undo.

Undo is told twice: from the key until the next frame is drawn, and the time of the processor that the page's thread took
for it, which other programs on the machine do not lengthen.

A frame is the time between two animation frames of the page while the mouse moves every 8 ms; the browser draws without
a graphics card. `ready` is from the start of the navigation until cards are drawn and two frames have passed.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from msgspec import Struct
from playwright.sync_api import sync_playwright

from bench.author import call, large_bot, sign_in
from bench.processes import BenchFailed

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
READY = """() => new Promise(done => {
  const look = () => document.querySelector(".node-card .head")
    ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))) : requestAnimationFrame(look)
  look()
})"""
FRAMES = """() => {
  window.frames_ = []
  let last = performance.now()
  const each = now => { window.frames_.push(now - last); last = now; window.running_ = requestAnimationFrame(each) }
  window.running_ = requestAnimationFrame(each)
}"""
STOP = "() => { cancelAnimationFrame(window.running_); return window.frames_ }"
UNDO = """() => new Promise(done => {
  const begun = performance.now()
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, bubbles: true }))
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0))
})"""


class Round(Struct, frozen=True):
    """One opening of the bot. Times in ms; `pan` and `drag` are the 95th percentile of their frames."""

    ready: float
    pan: float
    drag: float
    undo: float
    undo_cpu: float
    elements: int


def rounds(folder: Path, nodes: int, count: int, tell: Callable[[str], None]) -> list[Round]:
    """Open a bot of so many nodes again and again."""
    browser = os.environ.get("BRANCHLINE_TEST_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise BenchFailed("There is no Chromium. Install it, or say where it is in BRANCHLINE_TEST_BROWSER.")
    with serving(folder) as (address, cookie), sync_playwright() as playwright:
        call(address, cookie, "POST", "/bots", {"bot": "large", "document": large_bot(nodes)})
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": address}])
        measured = []
        for number in range(count + 1):
            one = _round(context, address)
            # The first opening fills the browser's caches.
            if number:
                measured.append(one)
                tell(f"{nodes} nodes, round {number}: {one}")
        chromium.close()
        return measured


def _round(context: Any, address: str) -> Round:
    page = context.new_page()
    page.goto(f"{address}/console/bots/large", wait_until="commit")
    ready = page.evaluate(READY)
    page.wait_for_timeout(1_500)
    elements = page.evaluate("() => document.querySelectorAll('*').length")
    box = page.locator(".react-flow__pane").bounding_box()
    pan = _frames(page, (box["x"] + 600, box["y"] + 40), (-420, 0))
    page.reload(wait_until="commit")
    page.evaluate(READY)
    page.wait_for_timeout(1_000)
    head = page.locator('[data-node="n0"] .title').bounding_box()
    drag = _frames(page, (head["x"] + 10, head["y"] + 5), (300, 160))
    page.wait_for_timeout(1_500)
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _cpu_ms(devtools)
    undo = page.evaluate(UNDO)
    undo_cpu = _cpu_ms(devtools) - before
    page.wait_for_timeout(1_200)
    page.close()
    return Round(ready, pan, drag, undo, undo_cpu, elements)


def _cpu_ms(devtools: Any) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return 1_000 * next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")


def _frames(page: Any, at: tuple[float, float], by: tuple[float, float], steps: int = 180) -> float:
    page.mouse.move(*at)
    page.mouse.down()
    page.evaluate(FRAMES)
    for step in range(1, steps + 1):
        turn = step / steps
        page.mouse.move(at[0] + by[0] * turn, at[1] + by[1] * turn)
        page.wait_for_timeout(8)
    frames = sorted(page.evaluate(STOP))
    page.mouse.up()
    return float(frames[int(len(frames) * 0.95)])


def summary(measured: list[Round]) -> Round:
    """The median of each figure."""
    return Round(*(median(getattr(one, field) for one in measured) for field in Round.__struct_fields__))


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, str]]:
    """Run a server with one person; gives its address and the cookie of the sign-in."""
    database = f"sqlite:///{folder / 'builder.db'}"
    command = [sys.executable, "-m", "branchline"]
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", "--database", database],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip().rsplit(" ", 1)[-1]
        yield address, sign_in(address, {"BRANCHLINE_DATABASE": database})
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()

"""The terminal that `talk` speaks through: what is said, what can be chosen, and a line that is typed."""

import asyncio
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

PROMPT = "> "
TYPING_LIMIT_S = 3.0
"""The longest pause that is made for a message that is being typed."""
_HINTS = {
    "email": "an e-mail address",
    "phone": "a phone number",
    "number": "a number",
    "date": "a date",
    "file": "a file: /file PATH",
    "several_of": "one or several, with commas between",
}


class Terminal:
    """Prints and asks. Without a person (standard input is a file), it makes no pauses and repeats what it reads."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self.is_live = sys.stdin.isatty() and sys.stdout.isatty()
        self.is_asking = False
        if self.is_live:
            with suppress(ImportError):  # editing of the line, where Python was built with it
                import readline  # noqa: F401, PLC0415

    async def message(self, text: str, typing_ms: int) -> None:
        """Show a message of the bot, after the pause its author wanted."""
        if typing_ms and self.is_live:
            with self.waiting("…"):
                await asyncio.sleep(min(typing_ms / 1000, TYPING_LIMIT_S))
        with self._beside_the_prompt():
            self._console.print(Markdown(text))

    def note(self, text: str, style: str = "dim") -> None:
        """Say something of our own, which no bot said."""
        with self._beside_the_prompt():
            self._console.print(text, style=style, markup=False)

    def data(self, data: Mapping[str, str]) -> None:
        table = Table("name", "data")
        for name, value in data.items():
            table.add_row(name, value)
        self._console.print(table)

    def choices(self, labels: Sequence[str], kind: str) -> None:
        """Show what can be chosen by its number, and what kind of reply is wanted."""
        with self._beside_the_prompt():
            for number, label in enumerate(labels, 1):
                self._console.print(f"  [cyan]{number}[/cyan] ", end="")
                self._console.print(label, markup=False)
        if kind in _HINTS:
            self.note(f"  ({_HINTS[kind]})")

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Show that something is under way; nothing while a line is asked for."""
        if self.is_asking or not self.is_live:
            yield
            return
        with self._console.status(text, spinner_style="dim"):
            yield

    async def line(self) -> str | None:
        """Ask for a line; None at the end of the input.

        Read in a thread of its own that nobody waits for: Ctrl C ends a conversation at once.
        """
        loop = asyncio.get_running_loop()
        typed: asyncio.Future[str | None] = loop.create_future()

        def tell(text: str | None) -> None:
            if not typed.done():
                typed.set_result(text)

        def read() -> None:
            try:
                text = input(PROMPT) if self.is_live else sys.stdin.readline().rstrip("\n") or None
            except (EOFError, UnicodeDecodeError):
                text = None
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, text)

        self.is_asking = True
        try:
            threading.Thread(target=read, daemon=True).start()
            text = await typed
        finally:
            self.is_asking = False
        if not self.is_live:
            self._console.print(PROMPT + (text or ""), markup=False)
        return text

    @contextmanager
    def _beside_the_prompt(self) -> Iterator[None]:
        """Print above the line that is being typed."""
        if not (self.is_asking and self.is_live):
            yield
            return
        sys.stdout.write("\r\x1b[K")
        yield
        readline: Any = sys.modules.get("readline")
        sys.stdout.write(PROMPT + (readline.get_line_buffer() if readline else ""))
        sys.stdout.flush()

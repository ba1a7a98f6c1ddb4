"""Send file: a file that stands beside the bot file, at most 10 MB, served by us."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from branchline.actions.action import Action, Problem, Way, template_problems
from branchline.actions.working import Working
from branchline.issue import Path

FILE_LIMIT = 10 * 1024 * 1024
"""Bytes of a file, in either direction (contract §5)."""


class SendFile(Action, frozen=True, tag="send_file"):
    """Send the visitor a file; images are shown."""

    path: Annotated[str, Meta(min_length=1, max_length=500, description="The file, relative to the bot file.")]
    text: Annotated[str, Meta(max_length=4_000, description="A message before the file.")] = ""

    def run(self, turn: Working) -> Way:
        if self.text:
            turn.say(self.text)
        file = turn.files.get(self.path)
        if file is None:
            turn.warn("file.missing", f"The file {self.path!r} was not published with the bot and was not sent.")
        else:
            turn.send_file(file)
        return None

    def texts(self) -> Iterator[tuple[Path, str]]:
        if self.text:
            yield ("text",), self.text

    def check(self) -> Iterator[Problem]:
        yield from template_problems(("text",), self.text)
        parts = self.path.replace("\\", "/").split("/")
        if self.path.startswith(("/", "\\")) or ".." in parts or ":" in self.path:
            yield Problem(
                "file.outside",
                f"The path {self.path!r} leads outside the bot's folder. Put the file beside the bot file.",
                ("path",),
            )

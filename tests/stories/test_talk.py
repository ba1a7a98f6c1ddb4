"""`branchline talk`: a person at a terminal, whose server may go away in the middle."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from running import PATIENCE_S, Publish, command, free_port, inside, order_desk, serving

pytestmark = pytest.mark.story

RATED = """
branchline: 1
bot: rated
start: ask
nodes:
  ask:
    actions: [{do: send_message, text: "How was it?"}]
    exit:
      do: wait_for_reply
      capture: {kind: rating, name: mark, min: 0, max: 10}
      no_reply: {after: 1 s, go_to: nudge}
      failed: bye
      go_to: bye
  nudge:
    actions: [{do: send_message, text: "Take your time."}]
    exit: {do: wait_for_reply, capture: {kind: rating, name: mark, min: 0, max: 10}, go_to: bye, failed: bye}
  bye:
    actions: [{do: send_message, text: "You said {{ mark | default: 'nothing' }}."}]
    exit: {do: end}
"""


class Person:
    """Somebody at a terminal of their own."""

    def __init__(self, terminal: int, process: subprocess.Popen[bytes]) -> None:
        self._terminal = terminal
        self.process = process
        self.seen = ""

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def sees(self, text: str) -> bool:
        """Wait until a text is on the screen, after what was seen before."""
        until = time.monotonic() + PATIENCE_S
        while text not in self.seen and time.monotonic() < until:
            if select.select([self._terminal], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self._terminal, 65_536).decode(errors="replace")
                except OSError:  # the other end was closed
                    break
        _, found, self.seen = self.seen.partition(text)
        return bool(found)


@contextmanager
def at_a_terminal(*arguments: str) -> Iterator[Person]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "branchline", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(theirs)
    try:
        yield Person(ours, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_S)
        os.close(ours)


def test_a_conversation_at_a_terminal_outlives_a_kill_of_its_server(
    database: Path, order_service: str, publish: Publish
) -> None:
    publish(order_desk(order_service))
    port = free_port()
    with at_a_terminal("talk", "order-desk", "--server", f"http://127.0.0.1:{port}") as early:
        assert early.sees("No Branchline server answers at")
        assert early.process.wait(PATIENCE_S) == 3
    with (
        serving(database, inside(order_service), port) as server,
        at_a_terminal("talk", "order-desk", "--server", server.address) as person,
    ):
        assert person.sees("What is your name?")
        person.type("Ada\n")
        assert person.sees("Thanks, Ada")
        server.kill()
        person.type("BR-10427\n")
        assert person.sees("The server does not answer")
        with serving(database, inside(order_service), port):
            assert person.sees("is on its way")
            person.type("2\n")
            assert person.sees("The bot ended the conversation")
            assert person.process.wait(PATIENCE_S) == 0


def test_what_a_bot_says_by_itself_is_shown_while_a_line_is_typed_and_ctrl_c_leaves(tmp_path: Path) -> None:
    file = tmp_path / "rated.yaml"
    file.write_text(RATED)
    with at_a_terminal("talk", str(file)) as person:
        assert person.sees("How was it?")
        person.type("7")
        assert person.sees("Take your time.")
        person.type("\n")
        assert person.sees("You said 7.")
        assert person.process.wait(PATIENCE_S) == 0
    with at_a_terminal("talk", str(file)) as person:
        assert person.sees("> ")
        person.process.send_signal(signal.SIGINT)
        assert person.process.wait(5) in {0, 130}


def test_a_number_that_stands_on_a_button_is_that_button(tmp_path: Path) -> None:
    """Buttons 0 to 10: "3" is the button 3, not the third one."""
    file = tmp_path / "rated.yaml"
    file.write_text(RATED)
    done = command("talk", str(file), stdin="3\n")
    assert "You said 3." in done.stdout, done.stdout + done.stderr


def test_a_command_that_is_not_there_is_named_and_slashes_can_be_said(tmp_path: Path) -> None:
    file = tmp_path / "echo.yaml"
    file.write_text(
        "branchline: 1\nbot: echo\nstart: a\nnodes:\n"
        "  a: {exit: {do: wait_for_reply, capture: {kind: text, name: t}, go_to: b, failed: b}}\n"
        "  b: {actions: [{do: send_message, text: \"Heard {{ t | default: '' }}\"}], exit: {do: end}}\n"
    )
    done = command("talk", str(file), stdin="/nope\n/file nowhere.pdf\n//etc\n")
    assert done.returncode == 0, done.stderr
    assert "There is no /nope here" in done.stdout
    assert "Cannot read nowhere.pdf" in done.stdout
    assert "Heard /etc" in done.stdout

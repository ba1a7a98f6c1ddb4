"""Laws of writing bots: nothing is lost, and the same bot is always the same text."""

from pathlib import Path

from hypothesis import given, settings

from bots_drawn import BOTS
from branchline.bot.dump import dump
from branchline.bot.model import Bot
from branchline.bot.parse import read

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*-desk.yaml"))


@settings(max_examples=200)
@given(BOTS)
def test_a_bot_that_is_written_and_read_is_the_same(bot: Bot) -> None:
    text = dump(bot)
    found = read(text.encode())
    assert found.draft == bot, found.issues
    assert dump(found.draft) == text


def test_an_example_that_is_written_and_read_is_the_same() -> None:
    assert EXAMPLES
    for file in EXAMPLES:
        bot = read(file.read_bytes()).bot
        assert bot is not None
        assert read(dump(bot).encode()).bot == bot


def test_a_written_bot_is_good_to_read() -> None:
    source = b"""
nodes:
  ask:
    exit: {do: end}
    actions:
    - {text: "Hello.\\nHow are you?", do: send_message}
    - {text: "This is one long line that says a lot, so much that it is better read as a block of lines.", do: send_message}
    - {replies: ["yes", "no"], do: suggest_replies}
    label: Ask
start: ask
bot: polite
branchline: 1
"""
    bot = read(source).bot
    assert bot is not None
    assert (
        dump(bot)
        == """\
branchline: 1
bot: polite
start: ask
nodes:
  ask:
    label: Ask
    actions:
    - do: send_message
      text: |-
        Hello.
        How are you?
    - do: send_message
      text: >-
        This is one long line that says a lot, so much that it is better read as a block of lines.
    - do: suggest_replies
      replies: ['yes', 'no']
    exit:
      do: end
"""
    )

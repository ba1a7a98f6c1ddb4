"""Where something is in a bot, in words for its author."""

from branchline.issue import Path

NAME_SHOWN = 60


def shown(text: str) -> str:
    """Quote a text of the author for a message, cut to a readable length."""
    return repr(text if len(text) <= NAME_SHOWN else text[: NAME_SHOWN - 1] + "…")


def place(path: Path) -> str:
    """Say where a path leads: `node 'ask', exit.cases[2]`; the whole bot is `the bot`."""
    match path:
        case ():
            return "the bot"
        case ("nodes", str(name)):
            return f"node {shown(name)}"
        case ("nodes", str(name), *rest):
            return f"node {shown(name)}, {_dotted(rest)}"
        case ("endpoints", str(name), *rest):
            return f"endpoint {shown(name)}" + (f", {_dotted(rest)}" if rest else "")
        case _:
            return _dotted(list(path))


def _dotted(parts: list[str | int]) -> str:
    """Write the rest of a path: list positions in brackets, counted from 1 as people count."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part[:NAME_SHOWN]}" if text else part[:NAME_SHOWN]
    return text

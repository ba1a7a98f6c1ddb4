"""Does every way lead to a node, and can every node be come to?"""

from branchline.bot.found import Found
from branchline.bot.graph import edges, reachable, word_edges
from branchline.bot.model import Bot
from branchline.bot.places import shown
from branchline.issue import Path


def look(bot: Bot, found: Found) -> None:
    if bot.start not in bot.nodes:
        found.error(
            "start.unknown",
            f"The bot starts at node {shown(bot.start)}, which does not exist. {_advice(bot, bot.start, found)}",
            ("start",),
        )
    for edge in edges(bot):
        if edge.target == "":
            cure = ", or remove the case" if edge.kind == "case" else ""
            found.error(
                "node.open", f"A way of node {shown(edge.source)} leads nowhere yet. Connect it{cure}.", edge.path
            )
        elif edge.target not in bot.nodes:
            cure = " or remove the case" if edge.kind == "case" else ""
            _unknown(bot, f"Node {shown(edge.source)} leads", edge.target, edge.path, cure, found)
    for path, target in word_edges(bot):
        if target not in bot.nodes:
            spoken = bot.words[int(path[1])].words[0]
            _unknown(bot, f"The word {shown(spoken)} leads", target, path, " or remove the word", found)
    if bot.start in bot.nodes:
        seen = reachable(bot)
        for name in bot.nodes:
            if name not in seen:
                found.warning(
                    "node.unreachable",
                    f"No way leads to node {shown(name)}. Lead to it from another node, or remove it.",
                    ("nodes", name),
                )


def _unknown(bot: Bot, subject: str, target: str, path: Path, cure: str, found: Found) -> None:
    found.error(
        "node.unknown",
        f"{subject} to node {shown(target)}, which does not exist. {_advice(bot, target, found, cure)}",
        path,
    )


def _advice(bot: Bot, target: str, found: Found, cure: str = "") -> str:
    like = found.nearest(target, bot.nodes)
    return (f"Did you mean {shown(like)}? " if like else "") + f"Choose another target{cure}."

"""How far visitors get in a bot: entered nodes, ways taken and where conversations stop, counted from the transcripts.

Nothing is counted beforehand: the newest interactions are read, up to a limit that the answer says, so a turn costs
nothing more and the numbers are those of the transcripts.
"""

import asyncio
from collections import Counter

from msgspec import Struct

from branchline.service.bots import Bots
from branchline.service.ways import passages
from branchline.store.port import Query, Store

INTERACTIONS_LIMIT = 1_000
"""Interactions that are read for one funnel."""
TURNS_LIMIT = 300
"""Turns of one interaction that are read, the first ones."""
PATH_LIMIT = 20
"""Nodes of one path: the first ones that an interaction came to."""
PATHS_OF_A_NODE = 5
PAGE = 100
STOPPED_SHOWN = 10


class NodeCount(Struct, frozen=True):
    """A node: how many interactions came there, how often it was entered, and how many stand or ended there (`stopped`);
    `left` are those of them whom the bot did not bring to an end. `interactions`: the newest that stopped there."""

    node: str
    interactions: int
    entered: int
    stopped: int
    left: int
    newest: tuple[str, ...]


class WayCount(Struct, frozen=True):
    """A way out of a node, named by its path in it, such as `exit.cases.0.go_to`: how often it was taken, and where to.

    Where the conversation begins node and way are empty; the way is `word` for a word that works anywhere.
    """

    node: str
    way: str
    to: str
    count: int


class PathCount(Struct, frozen=True):
    """A path that visitors went, node after node from the beginning, and how many interactions went just so; of longer
    ones the first nodes are told."""

    nodes: tuple[str, ...]
    count: int


class Funnel(Struct, frozen=True):
    """The counts of one version, from `read` interactions; `limited`: there are older ones that were not read.

    `paths`: the most common ones first, at least the five most common through every node.
    """

    bot: str
    version: int
    read: int
    limited: bool
    nodes: tuple[NodeCount, ...]
    ways: tuple[WayCount, ...]
    paths: tuple[PathCount, ...]


async def funnel(store: Store, bots: Bots, bot: str, version: int, first: int | None, last: int | None) -> Funnel:
    """Count the newest interactions of a version that were created from `first` until before `last` (milliseconds)."""
    pinned = await bots.pinned(bot, version)
    came, entered, stopped, left = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    ways: Counter[tuple[str, str, str]] = Counter()
    paths: Counter[tuple[str, ...]] = Counter()
    newest: dict[str, list[str]] = {}
    cursor, looked, read = None, 0, 0
    limited = False
    while True:
        page = await store.page(Query(size=PAGE, after=cursor, bot=bot, created_from=first, created_to=last))
        for one in page.interactions:
            looked += 1
            if one.version != version:
                continue
            read += 1
            nodes = []
            for passage in passages(pinned.bot, await store.turns(one.id, limit=TURNS_LIMIT)):
                nodes.append(passage.to)
                ways[passage.origin, passage.way, passage.to] += 1
            entered.update(nodes)
            came.update(set(nodes))
            if nodes:
                paths[tuple(nodes[:PATH_LIMIT])] += 1
                stopped[nodes[-1]] += 1
                left[nodes[-1]] += one.ended_by != "bot"
                its = newest.setdefault(nodes[-1], [])
                if len(its) < STOPPED_SHOWN:
                    its.append(one.uuid)
        cursor = page.after
        if cursor is None:
            break
        if looked >= INTERACTIONS_LIMIT:
            limited = True
            break
        await asyncio.sleep(0)  # others are served in between
    counts = [
        NodeCount(node, came[node], entered[node], stopped[node], left[node], tuple(newest.get(node, ())))
        for node in sorted(entered, key=lambda node: (-came[node], node))
    ]
    taken = [WayCount(*way, count) for way, count in sorted(ways.items(), key=lambda item: (-item[1], item[0]))]
    return Funnel(bot, version, read, limited, tuple(counts), tuple(taken), common(paths))


def common(paths: Counter[tuple[str, ...]]) -> tuple[PathCount, ...]:
    """Give the paths that are among the most common ones through any of their nodes, the most common first."""
    shown: Counter[str] = Counter()
    chosen = []
    for nodes, count in sorted(paths.items(), key=lambda item: (-item[1], item[0])):
        through = set(nodes)
        if any(shown[node] < PATHS_OF_A_NODE for node in through):
            chosen.append(PathCount(nodes, count))
        shown.update(through)
    return tuple(chosen)

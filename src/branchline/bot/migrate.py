"""Bot files of earlier formats, brought to the format of today.

The head of a file names its format: `branchline: 1`. A migration takes a tree of one format and gives one of the next;
every format that was ever written stays readable. To add one: raise `FORMAT` in `model`, add a function to `_STEPS`,
and a file of the old format to `tests/bots/formats/`.

Format 0 was the draft before the first release. It differs in three words:

* the bot: `first` (now `start`)
* wherever a way leads to a node: `goto` (now `go_to`); the exit `do: goto` is now `do: go_to`
* the exit `do: ask` is now `do: wait_for_reply`
"""

from collections.abc import Callable
from collections.abc import Mapping as Table

from branchline.bot.found import Found
from branchline.bot.model import FORMAT
from branchline.bot.places import shown
from branchline.bot.tree import Mapping, Scalar, Sequence, Tree


def migrate(tree: Tree, found: Found) -> Tree | None:
    """Bring a tree to the format of today; None when its format is not known, with the reason in `found`."""
    head = tree.entries.get("branchline") if isinstance(tree, Mapping) else None
    if not isinstance(tree, Mapping) or head is None:
        found.error(
            "format.missing",
            f"The file does not say its format. Begin it with `branchline: {FORMAT}`.",
            mark=(tree.line, tree.column),
        )
        return None
    version = head.as_int() if isinstance(head, Scalar) else None
    mark = (head.line, head.column)
    if version is None or version < 0:
        given = shown(head.text) if isinstance(head, Scalar) else "no number"
        found.error("format.unknown", f"The format is {given}. Write `branchline: {FORMAT}`.", ("branchline",), mark)
        return None
    if version > FORMAT:
        found.error(
            "format.newer",
            f"The file has format {version}; this Branchline knows formats up to {FORMAT}. Update Branchline.",
            ("branchline",),
            mark,
        )
        return None
    if version < FORMAT:
        found.warning(
            "format.old",
            f"The file has format {version} and was read as format {FORMAT}. It goes on working; write new bots in format {FORMAT}.",
            ("branchline",),
            mark,
        )
    for step in range(version, FORMAT):
        tree = _STEPS[step](tree)
    return tree


def _from_0(tree: Mapping) -> Mapping:
    tree = _renamed(tree, {"first": "start", "goto": "go_to"})
    entries = dict(tree.entries)
    entries["branchline"] = _written(entries["branchline"], "1")
    nodes = entries.get("nodes")
    if isinstance(nodes, Mapping):
        entries["nodes"] = _with(nodes, {key: _node_from_0(node) for key, node in nodes.entries.items()})
    if "words" in entries:
        entries["words"] = _deep(entries["words"])
    return _with(tree, entries)


def _node_from_0(node: Tree) -> Tree:
    exit_ = node.entries.get("exit") if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping) or exit_ is None:
        return node
    exit_ = _deep(exit_)
    if isinstance(exit_, Mapping):
        do = exit_.entries.get("do")
        if isinstance(do, Scalar):
            text = {"goto": "go_to", "ask": "wait_for_reply"}.get(do.text, do.text)
            exit_ = _with(exit_, {**exit_.entries, "do": _written(do, text)})
    return _with(node, {**node.entries, "exit": exit_})


def _deep(tree: Tree) -> Tree:
    """Rename `goto` at every depth; the reader has bounded it."""
    match tree:
        case Mapping():
            renamed = _renamed(tree, {"goto": "go_to"})
            return _with(renamed, {key: _deep(value) for key, value in renamed.entries.items()})
        case Sequence():
            return Sequence([_deep(item) for item in tree.items], tree.line, tree.column)
        case Scalar():
            return tree


def _renamed(tree: Mapping, names: Table[str, str]) -> Mapping:
    """Rename keys, unless the new name stands there already: the old key is then unknown, and said to be so."""
    names = {old: new for old, new in names.items() if new not in tree.entries}
    return Mapping(
        {names.get(key, key): value for key, value in tree.entries.items()},
        {names.get(key, key): mark for key, mark in tree.keys.items()},
        tree.line,
        tree.column,
    )


def _with(tree: Mapping, entries: dict[str, Tree]) -> Mapping:
    return Mapping(entries, tree.keys, tree.line, tree.column)


def _written(old: Tree, text: str) -> Scalar:
    return Scalar(text, True, old.line, old.column)


_STEPS: Table[int, Callable[[Mapping], Mapping]] = {0: _from_0}

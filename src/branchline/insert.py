"""Data into text: `{{ name }}`, `{{ name | default: 'there' | title }}`. A closed grammar, no code.

    hole    = "{{" name ("|" filter)* "}}"          name    = 1 to 191 characters but | { }, trimmed
    filter  = word [":" argument]                   argument = 'text' or "text" or digits

One pass: what is inserted is never looked at again, so a value that holds `{{ x }}` stays as it is. A missing value is
empty. What does not fit the grammar stays as text and is one of the template's `problems`.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from branchline.filters import FILTERS, Filter, percent_encode
from branchline.interaction.record import NAME_LIMIT
from branchline.nearest import nearest

__all__ = ["FILL_LIMIT", "FILTERS_LIMIT", "Template", "percent_encode", "template"]

FILL_LIMIT = 65_536
"""Characters of a filled template: twelve times what a message may have. A longer one is cut there."""
FILTERS_LIMIT = 8
"""Filters of one hole."""

# Every repetition is bounded, so that scanning is linear in the text, whatever it holds.
_FILTER = r"\|[ \t]{0,20}+([A-Za-z_]{1,30}+)[ \t]{0,20}+(?::[ \t]{0,20}+('[^']{0,510}+'|\"[^\"]{0,510}+\"|[0-9]{1,9}+)[ \t]{0,20}+)?"
_HOLE = re.compile(r"\{\{([^|{}]{1,260}+)((?:" + _FILTER + r"){0,8}+)\}\}")
_FILTERS = re.compile(_FILTER)
_OPEN = re.compile(r"\{\{")

Step = tuple[Callable[[str, str, str], str], str]


class Hole:
    """One `{{ … }}`: the name, and the filters to run on its value."""

    __slots__ = ("defaulted", "name", "steps", "url_last")

    def __init__(self, name: str, steps: tuple[Step, ...], defaulted: bool, url_last: bool) -> None:
        self.name = name
        self.steps = steps
        self.defaulted = defaulted
        self.url_last = url_last


class Template:
    """A text compiled once. `names` it inserts; `needs`, those without a default; `problems`, sentences for its author."""

    __slots__ = ("_parts", "names", "needs", "problems", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        parts, problems = _compile(text) if "{{" in text else ([], [])
        holes = [part for part in parts if isinstance(part, Hole)]
        self._parts: tuple[str | Hole, ...] | None = tuple(parts) if holes else None
        self.names: tuple[str, ...] = tuple(dict.fromkeys(hole.name for hole in holes))
        self.needs: tuple[str, ...] = tuple(dict.fromkeys(hole.name for hole in holes if not hole.defaulted))
        self.problems: tuple[str, ...] = tuple(problems)

    def fill(
        self,
        lookup: Callable[[str], str | None],
        locale: str = "en",
        missing: Callable[[str], None] | None = None,
        encode: Callable[[str], str] | None = None,
    ) -> str:
        """Insert what `lookup` gives for each name; at most `FILL_LIMIT` characters.

        `missing` is told each name that has no value and no default. `encode` is applied to every inserted value,
        never to the template's own text, and takes the place of a last `url` filter: the place knows its encoding.
        """
        if self._parts is None:
            return self.text
        out: list[str] = []
        for part in self._parts:
            if part.__class__ is str:
                out.append(part)
                continue
            hole: Hole = part  # type: ignore[assignment]
            value = lookup(hole.name)
            if value is None:
                value = ""
                if missing is not None and not hole.defaulted:
                    missing(hole.name)
            if hole.steps:
                steps = hole.steps[:-1] if hole.url_last and encode is not None else hole.steps
                for run, argument in steps:
                    value = run(value, argument, locale)
            out.append(value if encode is None else encode(value))
        filled = "".join(out)
        return filled if len(filled) <= FILL_LIMIT else filled[:FILL_LIMIT]


@lru_cache(maxsize=50_000)
def template(text: str) -> Template:
    """Compile a text. Any text is a template: what is malformed stays as text and is one of its `problems`."""
    return Template(text)


def _compile(text: str) -> tuple[list[str | Hole], list[str]]:
    parts: list[str | Hole] = []
    problems: list[str] = []
    done, look_from = 0, 0
    while opening := _OPEN.search(text, look_from):
        start = opening.start()
        found = _HOLE.match(text, start)
        if found is None:
            # `{{{ name }}}` is a hole within braces: look again one brace on
            look_from = start + 1
            if not text.startswith("{{", look_from):
                problems.append(_malformed(text, start))
                look_from = start + 2
            continue
        look_from = found.end()
        hole, wrong = _hole(found[1].strip(), found[2])
        if hole is None:
            problems.extend(wrong)
            continue
        parts += [text[done:start], hole]
        done = look_from
    parts.append(text[done:])
    return [part for part in parts if part], problems


def _hole(name: str, filters: str) -> tuple[Hole | None, list[str]]:
    problems: list[str] = []
    if not 1 <= len(name) <= NAME_LIMIT:
        problems.append(
            f"An insert has a name of {len(name)} characters; 1 to {NAME_LIMIT} are allowed. Write {{{{ name }}}}."
        )
    steps: list[Step] = []
    words: list[str] = []
    for found in _FILTERS.finditer(filters):
        word, argument = found[1], found[2] or ""
        known = FILTERS.get(word)
        if known is None:
            problems.append(_unknown(name, word))
            continue
        wrong = _argument_problem(name, known, argument)
        if wrong is not None:
            problems.append(wrong)
        words.append(word)
        steps.append((known.run, _unquoted(argument)))
    if problems:
        return None, problems
    return Hole(name, tuple(steps), "default" in words, bool(words) and words[-1] == "url"), []


def _unquoted(argument: str) -> str:
    return argument[1:-1] if argument[:1] in ("'", '"') else argument


def _argument_problem(name: str, known: Filter, argument: str) -> str | None:
    if known.accepts(None if not argument else _unquoted(argument)):
        return None
    return f"In {{{{ {name} }}}} the filter {known.name} {'has' if argument else 'lacks'} an argument that it {'does not take' if argument else 'needs'}. {known.help}"


def _unknown(name: str, word: str) -> str:
    like = nearest(word.lower(), FILTERS)
    advice = f"Did you mean {like}?" if like else f"There are {', '.join(FILTERS)}."
    return f"In {{{{ {name} }}}} there is no filter {word!r}. {advice}"


def _malformed(text: str, start: int) -> str:
    shown = text[start : start + 40]
    if "}}" not in text[start : start + 10_000]:
        return f"{shown!r} opens an insert and does not close it. Add }}}} or remove {{{{."
    return f"{shown!r} is not an insert. Write {{{{ name }}}} or {{{{ name | filter: 'text' }}}}."

"""Set data: from a literal or a template."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from branchline.actions.action import Action, Problem, Way, template_problems
from branchline.actions.working import Working
from branchline.interaction.record import NAME_LIMIT
from branchline.issue import Path


class SetData(Action, frozen=True, tag="set_data"):
    """Keep a piece of data; `{{ reply }}` is the visitor's last reply."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
    value: Annotated[str, Meta(max_length=4_000, description="Text; {{ name }} inserts data.")]
    label: Annotated[str, Meta(max_length=NAME_LIMIT)] = ""

    def run(self, turn: Working) -> Way:
        turn.set(self.name, turn.insert(self.value), self.label)
        return None

    def texts(self) -> Iterator[tuple[Path, str]]:
        yield ("value",), self.value

    def sets(self) -> frozenset[str]:
        return frozenset({self.name})

    def check(self) -> Iterator[Problem]:
        yield from template_problems(("value",), self.value)

"""Fulfill: post the whole interaction to the owner's endpoint and keep the pairs it answers (contract §3)."""

from typing import Annotated

from msgspec import Meta

from branchline.actions.asking import Asking, Name


class Fulfill(Asking, frozen=True, tag="fulfill"):
    """Ask the company's own system; its answer becomes interaction data."""

    gives: Annotated[
        tuple[Name, ...],
        Meta(max_length=1_000, description="Names the endpoint answers with, so that the check knows them."),
    ] = ()

    def sets(self) -> frozenset[str]:
        return frozenset(self.gives)

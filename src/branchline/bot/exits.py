"""The exits of a node: go to, wait for reply, route, end."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from branchline.actions.action import Problem, template_problems
from branchline.captures import AnyCapture, OneOf, YesNo
from branchline.captures import problems as capture_problems
from branchline.conditions import Condition
from branchline.conditions import problems as condition_problems
from branchline.duration import Duration, milliseconds
from branchline.issue import Path

NodeId = Annotated[str, Meta(min_length=1, max_length=100, description="The name of a node.")]
Target = Annotated[str, Meta(max_length=100, description="The name of a node.")]
"""Where a way leads; empty in a draft whose author has not connected it yet, which the check tells."""
WAIT_LIMIT_MS = 30 * 86_400_000


class Exit(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="do"):
    """Base of all exits. The tag is the word in the bot file after `do:`."""

    def targets(self) -> Iterator[tuple[Path, str]]:
        yield from ()

    def texts(self) -> Iterator[tuple[Path, str]]:
        yield from ()

    def check(self) -> Iterator[Problem]:
        yield from ()


class GoTo(Exit, frozen=True, tag="go_to"):
    """Go on at another node at once."""

    node: Target

    def targets(self) -> Iterator[tuple[Path, str]]:
        yield ("node",), self.node


class NoReply(Struct, frozen=True, forbid_unknown_fields=True):
    """What happens when the visitor stays silent."""

    after: Duration
    go_to: Target


class WaitForReply(Exit, frozen=True, tag="wait_for_reply"):
    """Wait for the visitor; keep the reply as data when there is a capture."""

    go_to: Target
    capture: Annotated[AnyCapture | None, Meta(description="Keep the reply as data, if it fits.")] = None
    retry: Annotated[str, Meta(max_length=4_000, description="What to say when the reply does not fit.")] = ""
    tries: Annotated[int, Meta(ge=1, le=20, description="Replies that may not fit before `failed`.")] = 3
    failed: Annotated[Target | None, Meta(description="The node to go to after the last try.")] = None
    no_reply: Annotated[NoReply | None, Meta(description="What happens when the visitor stays silent.")] = None

    def targets(self) -> Iterator[tuple[Path, str]]:
        yield ("go_to",), self.go_to
        if self.failed is not None:
            yield ("failed",), self.failed
        if self.no_reply is not None:
            yield ("no_reply", "go_to"), self.no_reply.go_to
        if isinstance(self.capture, OneOf):
            for index, choice in enumerate(self.capture.choices):
                if choice.go_to is not None:
                    yield ("capture", "choices", index, "go_to"), choice.go_to

    def texts(self) -> Iterator[tuple[Path, str]]:
        if self.retry:
            yield ("retry",), self.retry

    def check(self) -> Iterator[Problem]:
        yield from template_problems(("retry",), self.retry)
        if self.capture is not None:
            for path, sentence in capture_problems(self.capture):
                yield Problem("capture.invalid", sentence, ("capture", *path))
            if self.failed is None and not isinstance(self.capture, OneOf | YesNo):
                yield Problem(
                    "tries.endless",
                    "A reply that does not fit is asked for again without end. Add `failed: <node>` for after the last try.",
                    (),
                    warning=True,
                )
        if self.no_reply is not None and milliseconds(self.no_reply.after) > WAIT_LIMIT_MS:
            yield Problem(
                "no_reply.too_long",
                f"The wait of {self.no_reply.after} is over 30 d. Shorten it.",
                ("no_reply", "after"),
            )


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """One way out of a route: taken when its condition is the first that holds."""

    when: Condition
    go_to: Target


class Route(Exit, frozen=True, tag="route"):
    """Choose the way by what is known: ordered cases, and otherwise."""

    cases: Annotated[
        tuple[Case, ...],
        Meta(min_length=1, max_length=200, description="Tried in order; the first that holds is taken."),
    ]
    otherwise: Annotated[Target, Meta(description="The node to go to when no case holds.")]

    def targets(self) -> Iterator[tuple[Path, str]]:
        for index, case in enumerate(self.cases):
            yield ("cases", index, "go_to"), case.go_to
        yield ("otherwise",), self.otherwise

    def check(self) -> Iterator[Problem]:
        for index, case in enumerate(self.cases):
            for path, sentence in condition_problems(case.when):
                yield Problem("condition.invalid", sentence, ("cases", index, "when", *path))


class End(Exit, frozen=True, tag="end"):
    """The conversation is over."""


AnyExit = GoTo | WaitForReply | Route | End

"""Bots drawn by Hypothesis: of the right shape, with texts that are hard to write down; their ways may lead anywhere."""

from hypothesis import strategies as st

from branchline.actions.clear_data import ClearData
from branchline.actions.custom_request import CustomRequest
from branchline.actions.fulfill import Fulfill
from branchline.actions.send_file import SendFile
from branchline.actions.send_message import SendMessage
from branchline.actions.set_data import SetData
from branchline.actions.suggest_replies import SuggestReplies
from branchline.actions.tag import Tag
from branchline.bot.exits import Case, End, GoTo, NoReply, Route, WaitForReply
from branchline.bot.model import Bot, DataField, Endpoint, FormField, Inactivity, Node, Widget, Word
from branchline.captures import Choice, Number, OneOf, Pattern, Text, YesNo
from branchline.conditions import Condition

NASTY = (
    "yes", "no", "on", "null", "~", "true", "007", "0x1F", "1e5", "1_000", "12:30:45", "2026-11-23", ".5", "-", "- a", "a: b",
    "a #b", "# c", "&a", "*a", "!a", "|", ">", "%", "@", "`", "{{ name }}", "{", "[", "]", "'", '"', "a'b\"c", "\\", "\\n", " a",
    "a ", "\ta", "a\tb", "a\nb", "\na", "a\n", "a\n\n", " a\n b", "a \nb", "a\r\nb", "\r", "a\rb", "\x85", "\u2028", "\u00a0",
    "\ufeff", "\x7f", "\x1b", "é", "😀", "ك", "---", "...", "<<", "=", "?", "? a", ":", "::", "a:", ",", "word " * 40, "w" * 300,
    "two  spaces " * 20, "long line " * 20 + "\n" + "long line " * 20,
)  # fmt: skip

_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")


def texts(most: int = 300) -> st.SearchStrategy[str]:
    drawn = st.text(_CHARACTERS, min_size=1, max_size=min(most, 40))
    return st.one_of(drawn, st.sampled_from([text for text in NASTY if len(text) <= most]))


IDS = texts(100)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(50), inner, max_size=3),
    max_leaves=6,
)
DURATIONS = st.sampled_from(["1 s", "10 s", "500 ms", "30 min", "2h", "1 d"])


def optional(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


COMPARISONS = st.builds(
    Condition,
    operand=st.sampled_from(["reply", "locale"]) | texts(150).map("data.{}".format),
    operator=st.sampled_from(["is", "is_one_of", "is_set", "at_least"]),
    argument=st.none() | texts() | st.lists(texts(), max_size=3).map(tuple),
)
CONDITIONS = COMPARISONS | st.builds(Condition, all=st.lists(COMPARISONS, max_size=2).map(tuple))
ACTIONS = st.one_of(
    st.builds(SendMessage, text=texts(), typing=st.none() | DURATIONS),
    st.builds(SendFile, path=texts(), text=texts()),
    st.builds(SuggestReplies, replies=st.lists(texts(100), min_size=1, max_size=3).map(tuple)),
    st.builds(SetData, name=texts(150), value=texts(), label=texts(150)),
    st.builds(ClearData, names=st.lists(texts(150), min_size=1, max_size=3).map(tuple)),
    st.builds(Tag, tags=st.lists(texts(100), min_size=1, max_size=3).map(tuple)),
    st.builds(
        Fulfill, endpoint=IDS, waiting=texts(), failed=optional(IDS), gives=st.lists(texts(150), max_size=3).map(tuple)
    ),
    st.builds(
        CustomRequest,
        endpoint=IDS,
        method=st.sampled_from(["GET", "POST"]),
        path=texts(),
        query=st.dictionaries(texts(50), texts(), max_size=2),
        body=JSON,
        mapping=st.dictionaries(texts(150), texts(), max_size=2),
    ),
)
CHOICES = st.builds(Choice, label=texts(100), value=optional(texts()), go_to=optional(IDS))
CAPTURES = st.one_of(
    st.builds(Text, name=texts(150), label=texts(150), min=st.integers(0, 510)),
    st.builds(Number, name=texts(150), min=st.none() | st.integers(-(2**40), 2**40) | st.floats(-1e9, 1e9)),
    st.builds(YesNo, name=texts(150), yes=st.lists(texts(100), max_size=2).map(tuple)),
    st.builds(OneOf, name=texts(150), choices=st.lists(CHOICES, min_size=1, max_size=3).map(tuple)),
    st.builds(Pattern, name=texts(150), pattern=texts()),
)
EXITS = st.one_of(
    st.builds(GoTo, node=IDS),
    st.builds(End),
    st.builds(
        WaitForReply,
        go_to=IDS,
        capture=st.none() | CAPTURES,
        retry=texts(),
        tries=st.integers(1, 20),
        failed=optional(IDS),
        no_reply=st.none() | st.builds(NoReply, after=DURATIONS, go_to=IDS),
    ),
    st.builds(
        Route,
        cases=st.lists(st.builds(Case, when=CONDITIONS, go_to=IDS), min_size=1, max_size=3).map(tuple),
        otherwise=IDS,
    ),
)
NODES = st.builds(Node, exit=EXITS, label=texts(200), actions=st.lists(ACTIONS, max_size=2).map(tuple))
BOTS = st.builds(
    Bot,
    branchline=st.just(1),
    bot=st.sampled_from(["a", "order-desk", "true", "007"]),
    start=IDS,
    nodes=st.dictionaries(IDS, NODES, min_size=1, max_size=3),
    name=texts(200),
    locale=st.sampled_from(["en", "no", "de-AT"]),
    timezone=texts(64),
    hours=st.none(),
    data=st.dictionaries(texts(150), st.builds(DataField, label=texts(150)), max_size=2),
    endpoints=st.dictionaries(
        IDS,
        st.builds(Endpoint, url=texts(), headers=st.dictionaries(texts(50), texts(), max_size=2), deadline=DURATIONS),
        max_size=2,
    ),
    words=st.lists(
        st.builds(
            Word,
            words=st.lists(texts(100), min_size=1, max_size=2).map(tuple),
            action=st.sampled_from(["restart", "back", None]),
            go_to=optional(IDS),
        ),
        max_size=2,
    ).map(tuple),
    inactivity=st.none() | st.builds(Inactivity, after=DURATIONS, say=texts()),
    signed_data=st.none(),
    widget=st.none()
    | st.builds(
        Widget,
        accent=st.sampled_from(["", "#0b6e85"]),
        greeting=texts(),
        consent=texts(),
        fields=st.lists(st.builds(FormField, name=texts(150), label=texts(150)), max_size=2).map(tuple),
        origins=st.sampled_from([(), ("https://*.shop.example",)]),
    ),
)

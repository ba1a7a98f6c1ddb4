"""Laws of the engine."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots_made import END, NOW, UUID, bot, fresh, go, reply, said, say, start, wait
from branchline.bot.model import Bot
from branchline.engine import Turn, advance
from branchline.engine.advance import SILENCE_MS
from branchline.engine.walk import EFFECTS_LIMIT, FINALIZE_AFTER_MS, NODES_LIMIT
from branchline.interaction.effects import (
    DataSet,
    Ended,
    Failed,
    Finalized,
    FulfillmentRequested,
    Ignored,
    ReplyRefused,
    RouteChosen,
    SuggestionsOffered,
    WarningRaised,
)
from branchline.interaction.events import (
    AnyEvent,
    Closed,
    DataGiven,
    FeedbackGiven,
    FulfillmentFailed,
    FulfillmentReturned,
    Given,
    Replied,
    Started,
    TimedOut,
)
from branchline.interaction.record import Feedback, Fulfillment, Interaction, Nothing, Reply

ORDER = bot(
    {
        "greet": {"actions": [say("Hello")], "exit": wait("ask", capture={"kind": "text", "name": "name"})},
        "ask": {
            "actions": [say("Hi {{ name }}, which order?")],
            "exit": wait(
                "look_up",
                capture={"kind": "pattern", "name": "order", "pattern": "BR-[0-9]{5}", "normalise": "upper"},
                retry="Like BR-10427, please.",
                tries=2,
                failed="give_up",
                no_reply={"after": "10 min", "go_to": "nudge"},
            ),
        },
        "look_up": {
            "actions": [
                {"do": "fulfill", "endpoint": "orders", "waiting": "One moment.", "failed": "not_asked"},
                say("Thank you, {{ fullname }}."),
            ],
            "exit": {
                "do": "route",
                "cases": [
                    {"when": {"operand": "data.status", "operator": "is", "argument": "SHIPPED"}, "go_to": "shipped"},
                    {
                        "when": {"operand": "data.status", "operator": "is", "argument": "DELIVERED"},
                        "go_to": "delivered",
                    },
                ],
                "otherwise": "unknown",
            },
        },
        "shipped": {"actions": [say("It is on its way.")], "exit": END},
        "delivered": {"actions": [say("It has arrived.")], "exit": END},
        "unknown": {"actions": [say("There is no such order.")], "exit": END},
        "not_asked": {"actions": [say("I could not ask.")], "exit": END},
        "give_up": {"actions": [say("Never mind.")], "exit": END},
        "nudge": {"actions": [say("Still there?")], "exit": wait("look_up")},
    },
    endpoints={"orders": {"url": "https://orders.example/fulfillment"}},
    words=[{"words": ["start over"], "action": "restart"}, {"words": ["back"], "action": "back"}],
    inactivity={"after": "1 h", "say": "Good bye."},
)


def asked() -> Turn:
    """The seed's story up to the moment the endpoint is asked."""
    turn = start(ORDER)
    turn = reply(ORDER, turn.interaction, "Ada")
    return reply(ORDER, turn.interaction, "br-10427")


def token_of(turn: Turn) -> str:
    return next(effect.token for effect in turn.effects if isinstance(effect, FulfillmentRequested))


def answered(turn: Turn, **data: str) -> Turn:
    pairs = tuple(Given(name, value) for name, value in data.items())
    return advance(ORDER, turn.interaction, FulfillmentReturned(NOW + 5_000, token_of(turn), pairs))


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("SHIPPED", "It is on its way."),
        ("DELIVERED", "It has arrived."),
        ("LOST", "There is no such order."),
    ],
)
def test_the_seeds_story_goes_down_the_branch_of_the_status(status: str, says: str) -> None:
    turn = asked()
    assert said(turn) == ["One moment."]
    assert turn.interaction.awaiting == Fulfillment(f"{UUID}.3")
    turn = answered(turn, fullname="Ada Lovelace", status=status)
    assert said(turn) == ["Thank you, Ada Lovelace.", says]
    assert turn.interaction.data["order"].data == "BR-10427"
    assert turn.interaction.ended_by == "bot"


def test_a_failed_fulfillment_takes_its_own_exit_with_its_reason() -> None:
    turn = asked()
    turn = advance(ORDER, turn.interaction, FulfillmentFailed(NOW + 5_000, token_of(turn), "timeout"))
    assert said(turn) == ["I could not ask."]
    assert (turn.interaction.fulfillment_status, turn.interaction.fulfillment_reason) == ("failed", "timeout")


def test_a_stale_answer_changes_nothing() -> None:
    turn = asked()
    after = answered(turn, status="SHIPPED").interaction
    late = advance(ORDER, after, FulfillmentReturned(NOW + 9_000, token_of(turn), (Given("status", "LOST"),)))
    assert late.effects == (Ignored("stale"),)
    assert late.interaction.data == after.data
    assert late.interaction.awaiting == after.awaiting
    foreign = advance(ORDER, asked().interaction, FulfillmentReturned(NOW, "another.3", ()))
    assert foreign.effects == (Ignored("stale"),)


def test_a_message_while_an_endpoint_is_asked_is_recorded_and_is_no_reply() -> None:
    turn = asked()
    beside = reply(ORDER, turn.interaction, "hurry up")
    assert Ignored("asking") in beside.effects
    assert beside.interaction.awaiting == turn.interaction.awaiting
    assert said(answered(Turn(beside.interaction, turn.effects), status="SHIPPED"))[-1] == "It is on its way."


def test_a_reply_that_does_not_fit_is_asked_for_again_until_the_tries_are_used_up() -> None:
    turn = reply(ORDER, start(ORDER).interaction, "Ada")
    turn = reply(ORDER, turn.interaction, "what?")
    assert said(turn) == ["Like BR-10427, please."]
    assert [effect.tries for effect in turn.effects if isinstance(effect, ReplyRefused)] == [1]
    turn = reply(ORDER, turn.interaction, "no idea")
    assert said(turn) == ["Never mind."]


def test_silence_takes_its_own_way_out_at_its_time_and_not_before() -> None:
    turn = reply(ORDER, start(ORDER).interaction, "Ada")
    due = turn.interaction.due_at
    assert due == NOW + 1_000 + 600_000
    assert advance(ORDER, turn.interaction, TimedOut(due - 1)).effects == (Ignored("early"),)
    assert said(advance(ORDER, turn.interaction, TimedOut(due))) == ["Still there?"]


def test_inactivity_ends_the_interaction_and_finalizing_follows() -> None:
    turn = start(ORDER)
    turn = advance(ORDER, turn.interaction, TimedOut(NOW + 3_600_000))
    assert said(turn) == ["Good bye."]
    assert turn.interaction.ended_by == "inactivity"
    assert turn.interaction.due_at == NOW + 3_600_000 + FINALIZE_AFTER_MS
    turn = advance(ORDER, turn.interaction, TimedOut(turn.interaction.due_at))
    assert turn.effects == (Finalized(),)
    assert turn.interaction.due_at is None


def test_a_visitor_who_is_silent_for_a_day_ends_the_interaction_of_a_bot_without_a_limit() -> None:
    endless = bot(
        {
            "ask": {
                "actions": [say("Are you there?")],
                "exit": {**wait("ask"), "no_reply": {"after": "1 h", "go_to": "ask"}},
            }
        }
    )
    interaction = reply(endless, start(endless).interaction, "yes").interaction
    turns = 0
    while not interaction.ended:
        due = interaction.due_at
        assert due is not None
        interaction = advance(endless, interaction, TimedOut(due)).interaction
        turns += 1
    assert interaction.ended_at == NOW + 1_000 + SILENCE_MS
    assert interaction.ended_by == "inactivity"
    assert turns == 25  # the last of 24 nudges falls on the end of the day


def test_nothing_moves_a_finalized_interaction() -> None:
    interaction = advance(ORDER, asked().interaction, Closed(NOW + 5_000)).interaction
    interaction = advance(ORDER, interaction, TimedOut(NOW + 5_000 + FINALIZE_AFTER_MS)).interaction
    assert interaction.finalized_at is not None
    later = NOW + 9_000_000
    late = advance(ORDER, interaction, FulfillmentReturned(later, token_of(asked()), (Given("status", "LOST"),)))
    before, after = msgspec.structs.asdict(interaction), msgspec.structs.asdict(late.interaction)
    assert {**after, "turn": 0} == {**before, "turn": 0}


def test_what_a_visitor_writes_into_the_form_is_taken_unsigned() -> None:
    strict = bot(
        {"greet": {"actions": [say("Hello")], "exit": wait("greet")}},
        signed_data={"public_key": "any"},
        widget={"fields": [{"name": "email", "label": "Your e-mail address"}]},
    )
    given_data = (Given("email", "ada@shop.example"), Given("role", "admin"))
    turn = advance(strict, start(strict).interaction, DataGiven(NOW, given_data, "page"))
    assert {name: item.data for name, item in turn.interaction.data.items()} == {"email": "ada@shop.example"}
    assert turn.interaction.data["email"].unverified


def test_a_finalized_interaction_refuses_everything() -> None:
    turn = advance(ORDER, start(ORDER).interaction, Closed(NOW))
    turn = advance(ORDER, turn.interaction, DataGiven(NOW + 1, (Given("late", "but in time"),), "api"))
    assert turn.interaction.data["late"].data == "but in time"
    turn = advance(ORDER, turn.interaction, TimedOut(NOW + FINALIZE_AFTER_MS))
    later = NOW + FINALIZE_AFTER_MS + 1
    for event in (
        DataGiven(later, (Given("x", "y"),)),
        FeedbackGiven(later, Feedback(5)),
        Replied(later, "m", "hello?"),
        Closed(later),
    ):
        refused = advance(ORDER, turn.interaction, event)
        assert refused.effects == (Ignored("finalized"),)


def test_the_word_for_back_asks_the_question_before_again() -> None:
    turn = reply(ORDER, start(ORDER).interaction, "Ada")
    turn = reply(ORDER, turn.interaction, " BACK ")
    assert said(turn) == ["Hello"]
    turn = reply(ORDER, turn.interaction, "Grace")
    assert said(turn) == ["Hi Grace, which order?"]


def test_the_word_for_restart_forgets_what_was_said_and_keeps_what_the_page_gave() -> None:
    turn = advance(ORDER, fresh(), Started(NOW, (Given("shop", "north"),)))
    turn = reply(ORDER, turn.interaction, "Ada")
    turn = reply(ORDER, turn.interaction, "start over")
    assert said(turn) == ["Hello"]
    assert set(turn.interaction.data) == {"shop"}
    assert turn.interaction.data["shop"].unverified


def test_an_offered_reply_wins_over_a_word() -> None:
    drawn = bot(
        {
            "ask": {"actions": [{"do": "suggest_replies", "replies": ["Back"]}], "exit": wait("done")},
            "done": {"actions": [say("You said {{ reply }}.")], "exit": END},
        },
        words=[{"words": ["back"], "action": "back"}],
    )
    assert said(reply(drawn, start(drawn).interaction, "Back")) == ["You said Back."]


def test_suggestions_of_the_node_and_of_its_capture_are_offered_together() -> None:
    drawn = bot(
        {
            "ask": {
                "actions": [{"do": "suggest_replies", "replies": ["Later"]}],
                "exit": wait("done", capture={"kind": "yes_no", "name": "ok"}),
            },
            "done": {"exit": END},
        }
    )
    turn = start(drawn)
    offered = [effect for effect in turn.effects if isinstance(effect, SuggestionsOffered)]
    assert [one.label for one in offered[0].suggestions][:1] == ["Later"]
    assert len(offered[0].suggestions) == 3
    assert isinstance(turn.interaction.awaiting, Reply)
    again = reply(drawn, turn.interaction, "perhaps").interaction.awaiting
    assert isinstance(again, Reply)
    assert again.suggestions == turn.interaction.awaiting.suggestions


def test_a_chosen_suggestion_shows_its_label_and_counts_as_its_value() -> None:
    drawn = bot(
        {
            "ask": {
                "exit": wait(
                    "done",
                    capture={
                        "kind": "one_of",
                        "name": "size",
                        "choices": [
                            {"label": "Large", "value": "L"},
                            {"label": "Small", "value": "S", "go_to": "small"},
                        ],
                    },
                )
            },
            "done": {"actions": [say("{{ size }}")], "exit": END},
            "small": {"actions": [say("small!")], "exit": END},
        }
    )
    turn = advance(drawn, start(drawn).interaction, Replied(NOW, "m", "L", "L"))
    assert turn.effects[0] == msgspec.structs.replace(turn.effects[0], text="Large", sender="customer")  # type: ignore[call-arg]
    assert said(turn) == ["L"]
    assert said(reply(drawn, start(drawn).interaction, "small")) == ["small!"]


def test_a_bot_that_would_run_away_stops_and_says_so() -> None:
    drawn = bot({"a": {"exit": go("b")}, "b": {"exit": go("a")}})
    turn = start(drawn)
    assert any(isinstance(effect, Failed) and effect.code == "bot.ran_away" for effect in turn.effects)
    assert turn.interaction.ended_by == "failure"
    assert said(turn)
    assert len(turn.effects) <= NODES_LIMIT + 4


def test_a_circle_of_calls_without_a_visitor_stops_and_says_so() -> None:
    drawn = bot(
        {"a": {"actions": [{"do": "fulfill", "endpoint": "e", "failed": "a"}], "exit": go("a")}},
        endpoints={"e": {"url": "https://e.example/"}},
    )
    turn, calls = start(drawn), 0
    while not turn.interaction.ended:
        calls += 1
        assert calls <= 60
        turn = advance(drawn, turn.interaction, FulfillmentFailed(NOW, token_of(turn), "timeout"))
    assert calls == 50
    assert any(isinstance(effect, Failed) and effect.code == "bot.ran_away" for effect in turn.effects)


def test_an_answer_of_a_thousand_pairs_is_no_runaway() -> None:
    turn = answered(asked(), **{f"n{n}": "x" for n in range(900)}, status="SHIPPED")
    assert said(turn)[-1] == "It is on its way."
    turn = answered(asked(), **{f"n{n}": "x" for n in range(1_000)})
    assert turn.interaction.ended_by == "bot"


def test_a_bot_that_leads_nowhere_ends_and_says_so() -> None:
    turn = start(bot({"a": {"exit": go("gone")}}))
    assert any(isinstance(effect, Failed) and effect.code == "node.unknown" for effect in turn.effects)
    assert turn.interaction.ended


def test_a_missing_value_is_empty_and_leaves_a_warning() -> None:
    turn = start(bot({"a": {"actions": [say("Hi {{ nobody }}!")], "exit": END}}))
    assert said(turn) == ["Hi !"]
    assert any(isinstance(effect, WarningRaised) and effect.code == "data.missing" for effect in turn.effects)


def test_data_that_breaks_a_limit_is_refused_whole() -> None:
    drawn = bot({"a": {"actions": [{"do": "set_data", "name": "long", "value": "{{ x }}{{ x }}"}], "exit": END}})
    turn = advance(drawn, fresh(), Started(NOW, (Given("x", "y" * 300),)))
    assert "long" not in turn.interaction.data


def test_what_data_was_before_and_after_is_kept() -> None:
    drawn = bot(
        {
            "a": {
                "actions": [
                    {"do": "set_data", "name": "n", "value": "007"},
                    {"do": "set_data", "name": "n", "value": "{{ n }}!"},
                    {"do": "clear_data", "names": ["n", "never"]},
                ],
                "exit": END,
            }
        }
    )
    changes = [effect for effect in start(drawn).effects if isinstance(effect, DataSet)]
    assert [(change.before, change.after) for change in changes] == [(None, "007"), ("007", "007!"), ("007!", None)]


def test_a_route_keeps_what_it_saw() -> None:
    turn = answered(asked(), status="DELIVERED")
    chosen = next(effect for effect in turn.effects if isinstance(effect, RouteChosen))
    assert (chosen.case, chosen.target, chosen.saw) == (1, "delivered", {"data.status": "DELIVERED"})


def test_a_random_share_is_the_same_for_ever_and_fair() -> None:
    drawn = bot(
        {
            "ab": {
                "exit": {
                    "do": "route",
                    "cases": [{"when": {"operand": "random", "operator": "less", "argument": "50"}, "go_to": "a"}],
                    "otherwise": "b",
                }
            },
            "a": {"actions": [say("A")], "exit": END},
            "b": {"actions": [say("B")], "exit": END},
        }
    )
    drawn_by = [
        said(advance(drawn, msgspec.structs.replace(fresh(), uuid=f"u{n}"), Started(NOW)))[0] for n in range(400)
    ]
    again = [said(advance(drawn, msgspec.structs.replace(fresh(), uuid=f"u{n}"), Started(NOW)))[0] for n in range(400)]
    assert drawn_by == again
    assert 140 < drawn_by.count("A") < 260


TEXTS = st.text(max_size=30) | st.sampled_from(["Ada", "BR-10427", "back", "start over", "{{ name }}", "\x00"])
EVENTS = st.one_of(
    st.builds(lambda text, n: Replied(0, f"m{n}", text), TEXTS, st.integers(0, 99)),
    st.builds(
        lambda t, v: FulfillmentReturned(0, t, (Given("status", v),)),
        st.sampled_from([f"{UUID}.3", f"{UUID}.4", "x"]),
        TEXTS,
    ),
    st.builds(lambda t: FulfillmentFailed(0, t, "timeout"), st.sampled_from([f"{UUID}.3", f"{UUID}.5", "x"])),
    st.builds(lambda n, v: DataGiven(0, (Given(n, v),)), TEXTS, TEXTS),
    st.just(TimedOut(0)),
    st.just(FeedbackGiven(0, Feedback(4))),
    st.just(Started(0)),
    st.just(Closed(0)),
)


@settings(max_examples=200)
@given(st.lists(st.tuples(EVENTS, st.integers(1, 3_000_000)), max_size=25))
def test_whatever_happens_a_turn_rests_ends_or_asks_and_a_reread_changes_nothing(
    events: list[tuple[AnyEvent, int]],
) -> None:
    interaction, at = start(ORDER).interaction, NOW
    for drawn, later in events:
        at += later
        event = msgspec.structs.replace(drawn, at=at)
        turn = advance(ORDER, interaction, event)
        reread = msgspec.json.decode(msgspec.json.encode(interaction), type=Interaction)
        assert advance(_reread(ORDER), reread, event) == turn
        assert turn.interaction.turn == interaction.turn + 1
        assert len(turn.effects) <= EFFECTS_LIMIT
        after = turn.interaction
        assert (after.awaiting == Nothing()) == after.ended
        assert sum(isinstance(effect, Ended) for effect in turn.effects) <= 1
        if interaction.ended:
            assert after.ended_at == interaction.ended_at
        interaction = after


def _reread(drawn: Bot) -> Bot:
    return msgspec.json.decode(msgspec.json.encode(drawn), type=Bot)

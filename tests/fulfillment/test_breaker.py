"""The breaker leaves a failing endpoint alone, tries it again with one call, and forgets on success."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from branchline.fulfillment.breaker import FIRST_PAUSE_MS, LAST_PAUSE_MS, THRESHOLD, Breaker, after, allows, is_open
from branchline.fulfillment.reasons import NOTHING_WAS_SENT, Reason, asked, sentence, unavailable

NOW = 1_700_000_000_000


def failed(times: int, now: int = NOW) -> Breaker:
    state = Breaker()
    for _ in range(times):
        state = after(state, False, now)
    return state


def test_it_opens_after_five_failures_in_a_row_and_not_before():
    assert allows(failed(THRESHOLD - 1), NOW)[0]
    assert not allows(failed(THRESHOLD), NOW)[0]
    assert not is_open(after(after(failed(THRESHOLD - 1), True, NOW), False, NOW))


def test_after_a_pause_one_probe_goes_and_only_one():
    state = failed(THRESHOLD)
    assert not allows(state, NOW + FIRST_PAUSE_MS - 1)[0]
    allowed, state = allows(state, NOW + FIRST_PAUSE_MS)
    assert allowed
    assert not allows(state, NOW + FIRST_PAUSE_MS + 1)[0]
    assert not is_open(after(state, True, NOW + FIRST_PAUSE_MS + 1))


def test_a_failed_probe_doubles_the_pause_up_to_five_minutes():
    state, now, pauses = failed(THRESHOLD), NOW, []
    for _ in range(6):
        now = state.until
        allowed, state = allows(state, now)
        assert allowed
        state = after(state, False, now)
        pauses.append(state.until - now)
    assert pauses == [60_000, 120_000, 240_000, LAST_PAUSE_MS, LAST_PAUSE_MS, LAST_PAUSE_MS]


def test_late_failures_do_not_lengthen_the_pause():
    state = failed(THRESHOLD)
    assert after(state, False, NOW + 20_000).until == state.until


def test_a_probe_whose_outcome_is_never_told_holds_nothing_back_for_ever():
    _, state = allows(failed(THRESHOLD), NOW + FIRST_PAUSE_MS)
    assert allows(state, NOW + 2 * FIRST_PAUSE_MS)[0]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 100_000)), max_size=60))
def test_whatever_happens_a_call_may_go_again_within_five_minutes(events: list[tuple[bool, int]]):
    state, now = Breaker(), NOW
    for ok, passed in events:
        now += passed
        allowed, state = allows(state, now)
        if allowed:
            state = after(state, ok, now)
        assert allows(state, now + LAST_PAUSE_MS)[0]
        assert msgspec.json.decode(msgspec.json.encode(state), type=Breaker) == state


def test_every_reason_has_a_sentence_and_a_place():
    assert [one.value for one in Reason] == [
        "blocked_address",
        "dns_error",
        "connect_error",
        "tls_error",
        "timeout",
        "busy",
        "circuit_open",
        "redirect",
        "http_1xx_abuse",
        "http_4xx",
        "http_429",
        "http_5xx",
        "empty",
        "bad_http",
        "truncated",
        "too_large",
        "encoded_body",
        "bad_content_type",
        "bad_charset",
        "bad_json",
        "too_deep",
        "not_a_list",
        "bad_item",
        "too_many_items",
        "name_too_long",
        "data_too_long",
        "bad_character",
        "outcome_unknown",
        "disabled",
    ]
    for reason in Reason:
        assert len(sentence(reason)) > 20
        assert not (unavailable(reason) and not asked(reason))
    assert {one.value for one in NOTHING_WAS_SENT} == {
        "blocked_address",
        "dns_error",
        "connect_error",
        "tls_error",
        "busy",
        "circuit_open",
        "disabled",
    }

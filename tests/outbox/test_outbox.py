"""What is owed is delivered: at least once, with one id, in time, and nobody is hammered or held up."""

import asyncio

import pytest
from msgspec.structs import replace
from standardwebhooks import Webhook

from branchline.fulfillment.call import Call
from branchline.outbox import Outbox
from branchline.outbox.ladder import LADDER_MS, wait_ms
from branchline.outbox.outbox import FAILING_MS, LEASE_MS
from branchline.store.tables import deliveries as owing
from branchline.store.tables.targets import Target
from outbox.desk import BASE, HOUR_MS, Desk, Receiver, read

DAY_MS = 24 * HOUR_MS


async def test_a_finalized_interaction_is_delivered_once_to_each_target(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    await desk.target(url, "archive")
    receiver.posted.clear()
    [interaction] = await desk.finalize()
    assert await desk.go() == 2
    assert await desk.go() == 0
    assert {one.state for one in await desk.deliveries()} == {"delivered"}
    assert len({one.id for one in receiver.posted}) == 2
    body = read(receiver.posted[0].body)
    assert body["data"]["attributes"]["uuid"] == interaction.uuid
    assert body["data"]["attributes"]["handled"] is True
    assert body["data"]["links"]["self"] == f"{BASE}/api/core/v1/interactions/{interaction.id}"
    assert [one["type"] for one in body["included"]] == ["interactionData", "tags", "feedback", "messages"]
    assert body["meta"]["data"] == {"order": "BR-1"}


async def test_the_condition_chooses_which_interactions_are_delivered(desk: Desk, url: str) -> None:
    await desk.target(url, "handled", condition="handled")
    await desk.target(url, "all", condition="all")
    for ended_by in ("bot", "visitor", "inactivity", "failure"):
        await desk.finalize(ended_by=ended_by)
    await desk.finalize(bot="another")
    names = {(await desk.exports.target("order-desk", name)).id: name for name in ("handled", "all")}
    got = sorted((names[one.target], one.interaction_id) for one in await desk.deliveries())
    assert got == [("all", 1), ("all", 2), ("all", 3), ("all", 4), ("handled", 1)]


async def test_only_the_chosen_blocks_leave(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url, blocks=("tags",))
    await desk.finalize()
    await desk.go()
    body = read(receiver.posted[-1].body)
    assert {one["type"] for one in body["included"]} == {"tags"}
    assert b"BR-1" not in receiver.posted[-1].body
    assert b"Hello" not in receiver.posted[-1].body


async def test_headers_and_signature_are_those_of_the_target(desk: Desk, url: str, receiver: Receiver) -> None:
    secret = desk.environment["BRANCHLINE_SECRET_SIGN"]
    await desk.target(url, headers=(("Authorization", "Bearer {{ secret.crm }}"),), signing=("sign",))
    await desk.finalize()
    await desk.go()
    test, sent = receiver.posted
    for one in (test, sent):
        assert one.headers["authorization"] == "Bearer a-token"
        Webhook(secret).verify(one.body, one.headers)
    assert test.body == b'{"test":"data"}'
    assert sent.id == sent.headers["webhook-id"] == (await desk.only()).id


async def test_the_whole_ladder_is_climbed_with_one_id_and_one_body_and_then_the_delivery_is_dead(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.posted.clear()
    receiver.status = 500
    await desk.finalize()
    began = desk.now
    assert await desk.go() == 1
    for rung in range(1, len(LADDER_MS) + 1):
        delivery = await desk.only()
        assert (delivery.state, delivery.failed, delivery.reason, delivery.status) == ("owed", rung, "http_5xx", 500)
        wait = wait_ms(delivery.id, rung)
        assert wait is not None
        assert delivery.next_at == desk.now + wait
        desk.now = delivery.next_at - 1
        assert await desk.go() == 0
        desk.now += 1
        assert await desk.go() == 1
    delivery = await desk.only()
    assert (delivery.state, delivery.settled_at) == ("dead", desk.now)
    assert 0.8 * sum(LADDER_MS) < desk.now - began < 1.2 * sum(LADDER_MS)
    desk.now += 30 * DAY_MS
    assert await desk.go() == 0
    assert len(receiver.posted) == 10
    assert {(one.id, one.body) for one in receiver.posted} == {(delivery.id, receiver.posted[0].body)}
    _, attempts = await desk.exports.delivery(delivery.id)
    assert [one.number for one in attempts] == list(range(1, 11))
    assert {(one.reason, one.status) for one in attempts} == {("http_5xx", 500)}
    assert await desk.state() == ("active", "")


async def test_a_dead_delivery_is_replayed_with_the_same_id_from_the_first_rung(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.status = 400
    await desk.finalize()
    await desk.go()
    while (delivery := await desk.only()).state == "owed":
        desk.now = delivery.next_at
        await desk.go()
    await desk.exports.replay(delivery.id)
    assert await desk.go() == 1
    delivery = await desk.only()
    assert (delivery.state, delivery.failed) == ("owed", 1)
    receiver.status = 204
    desk.now = delivery.next_at
    assert await desk.go() == 1
    assert (await desk.only()).state == "delivered"
    assert len({one.id for one in receiver.posted[1:]}) == 1
    assert len((await desk.exports.delivery(delivery.id))[1]) == 12


async def test_a_range_is_replayed_by_target_state_and_time(desk: Desk, url: str, receiver: Receiver) -> None:
    target, other = await desk.target(url), await desk.target(url, "other")
    days = []
    for _ in range(4):
        days.append(desk.now)
        await desk.finalize()
        await desk.go()
        desk.now += DAY_MS
    receiver.posted.clear()
    assert await desk.exports.replay_all(target) == 0
    assert await desk.exports.replay_all(target, "delivered", days[1], days[3]) == 2
    assert await desk.go() == 2
    assert sorted(read(one.body)["data"]["id"] for one in receiver.posted) == ["2", "3"]
    assert {one.target for one in await desk.deliveries()} == {target.id, other.id}


@pytest.mark.parametrize("desk", ["memory"], indirect=True)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_a_failure_and_is_not_followed(
    desk: Desk, url: str, receiver: Receiver, status: int
) -> None:
    await desk.target(url)
    receiver.status, receiver.headers = status, {"Location": url + "/elsewhere"}
    await desk.finalize()
    assert await desk.go() == 1
    delivery = await desk.only()
    assert (delivery.state, delivery.reason) == ("owed", "redirect")
    assert len(receiver.posted) == 2


async def test_a_target_that_hangs_costs_its_attempt_and_is_tried_again(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.go_on.clear()

    async def hurried(target: Target, its: str, body: bytes) -> Call:
        return replace(await desk.exports.request(target, its, body), deadline_ms=200)

    outbox = Outbox(desk.store, desk.client, hurried, lambda: desk.now, lambda: "hurried")
    await desk.finalize()
    assert await desk.go(outbox) == 1
    delivery = await desk.only()
    assert (delivery.state, delivery.reason, delivery.failed) == ("owed", "timeout", 1)
    receiver.go_on.set()
    desk.now = delivery.next_at
    assert await desk.go(outbox) == 1
    assert (await desk.only()).state == "delivered"
    assert receiver.posted[1].id == receiver.posted[2].id


async def test_410_disables_the_target_at_once_and_nothing_that_is_owed_is_lost(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.status = 410
    await desk.finalize()
    assert await desk.go() == 1
    assert await desk.state() == ("disabled", "gone")
    await desk.finalize(3)
    desk.now += 30 * DAY_MS
    assert await desk.go() == 0
    assert [one.state for one in await desk.deliveries()] == ["owed"] * 4
    receiver.status = 200
    await desk.exports.enable("order-desk", "crm")
    assert await desk.go() == 4
    assert {one.state for one in await desk.deliveries()} == {"delivered"}


async def test_five_days_of_nothing_but_failure_disable_the_target_and_say_so(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.status = 503
    began = desk.now
    while (await desk.state())[0] == "active":
        await desk.finalize()
        await desk.go()
        desk.now += 6 * HOUR_MS
        assert desk.now < began + 6 * DAY_MS
    assert desk.now > began + FAILING_MS
    assert await desk.state() == ("disabled", "failing")
    [standing] = await desk.exports.standings()
    assert standing.target.failing_since == began
    assert standing.owed > 0
    posts = len(receiver.posted)
    desk.now += 5 * DAY_MS
    assert await desk.go() == 0
    assert len(receiver.posted) == posts


async def test_one_success_in_five_days_keeps_the_target(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url)
    for day in range(12):
        receiver.status = 200 if day == 4 or day == 8 else 500
        await desk.finalize()
        await desk.go()
        desk.now += DAY_MS
    assert await desk.state() == ("active", "")


async def test_a_target_that_is_down_is_left_alone_and_looked_at_now_and_then(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.posted.clear()
    receiver.status = 500
    await desk.finalize(100)
    outbox = desk.another("small", per_target=5)
    assert await desk.go(outbox) == 5
    desk.now += 29_999
    assert await desk.go(outbox) == 0
    desk.now += 1
    assert await desk.go(outbox) == 1
    desk.now += 59_999
    assert await desk.go(outbox) == 0
    receiver.status = 200
    desk.now += 1
    await desk.go(outbox)
    states = [one.state for one in await desk.deliveries(limit=200)]
    assert states.count("delivered") >= 94
    assert "dead" not in states


async def test_retry_after_holds_back_the_delivery_and_the_target(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url)
    receiver.status, receiver.headers = 429, {"Retry-After": "120"}
    await desk.finalize()
    await desk.go()
    assert (await desk.only()).next_at == desk.now + 120_000
    await desk.finalize()
    desk.now += 119_999
    assert await desk.go() == 0
    receiver.status, receiver.headers = 200, {}
    desk.now += 1
    assert await desk.go() == 2


async def test_a_foolish_retry_after_holds_back_for_a_day_at_most(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url)
    receiver.status, receiver.headers = 503, {"Retry-After": "99999999999999"}
    await desk.finalize()
    await desk.go()
    assert (await desk.only()).next_at == desk.now + DAY_MS


async def test_a_slow_target_holds_up_no_other(desk: Desk, url: str, receiver: Receiver) -> None:
    slow = Receiver()
    async with slow.listening() as slow_url:
        for number in range(3):
            await desk.target(slow_url, f"slow-{number}")
        await desk.target(url, "quick")
        slow.go_on.clear()
        receiver.posted.clear()
        await desk.finalize(40)
        outbox = desk.another("busy", per_target=4, in_all=6)
        for _ in range(400):
            await outbox.once()
            if len(receiver.posted) == 40:
                break
            await asyncio.sleep(0.01)
        assert len(receiver.posted) == 40
        assert 3 <= slow.most <= 12
        await outbox.drain(0)


async def test_no_more_is_in_flight_to_a_target_than_it_may_have(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url)
    receiver.go_on.clear()
    await desk.finalize(20)
    outbox = desk.another("bounded", per_target=3)
    for _ in range(5):
        await outbox.once()
        await asyncio.sleep(0.02)
    receiver.go_on.set()
    await desk.go(outbox)
    assert receiver.most == 3
    assert {one.state for one in await desk.deliveries()} == {"delivered"}


async def test_two_processes_share_what_is_owed_and_no_delivery_is_claimed_by_both(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.posted.clear()
    await desk.finalize(40)
    other = desk.another("two")
    for _ in range(40):
        await asyncio.gather(desk.outbox.once(), other.once())
        await asyncio.gather(desk.outbox.settled(), other.settled())
    ids = [one.id for one in receiver.posted]
    assert len(ids) == len(set(ids)) == 40


async def test_what_a_stopped_process_held_is_delivered_again_with_the_same_id_when_its_lease_runs_out(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    target = await desk.target(url)
    await desk.finalize()
    claimed = await desk.store.tables.write(owing.claim(target.id, "gone", desk.now, desk.now + LEASE_MS, 10))
    assert len(claimed[0]) == 1
    desk.now += LEASE_MS - 1
    assert await desk.go() == 0
    desk.now += 1
    assert await desk.go() == 1
    delivery, attempts = await desk.exports.delivery((await desk.only()).id)
    assert (delivery.state, delivery.fence) == ("delivered", 2)
    assert [one.number for one in attempts] == [2]


async def test_a_process_that_was_paused_past_its_lease_changes_nothing(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.status = 500
    receiver.go_on.clear()
    await desk.finalize()
    late = desk.another("late")
    assert await late.once() == 1
    while len(receiver.posted) < 2:
        await asyncio.sleep(0.01)
    desk.now += LEASE_MS
    assert await desk.outbox.once() == 1
    while len(receiver.posted) < 3:
        await asyncio.sleep(0.01)
    held = await desk.only()
    receiver.go_on.set()
    await late.settled()
    await desk.outbox.settled()
    delivery, attempts = await desk.exports.delivery(held.id)
    assert (delivery.state, delivery.failed, delivery.fence) == ("owed", 1, 2)
    assert [one.number for one in attempts] == [1, 2]


async def test_a_process_that_starts_again_takes_up_what_it_held_at_once(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    target = await desk.target(url)
    await desk.finalize()
    await desk.store.tables.write(owing.claim(target.id, "one", desk.now, desk.now + LEASE_MS, 10))
    assert await desk.go() == 0
    await desk.outbox.release()
    assert await desk.go() == 1


async def test_stopping_gives_back_what_takes_too_long(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url)
    receiver.go_on.clear()
    await desk.finalize()
    assert await desk.outbox.once() == 1
    await desk.outbox.drain(0.05)
    delivery = await desk.only()
    assert (delivery.state, delivery.held_until) == ("owed", 0)
    receiver.go_on.set()
    assert await desk.go() == 1
    assert (await desk.only()).state == "delivered"


@pytest.mark.parametrize("turns_of_the_loop", range(6))
async def test_it_stops_when_it_is_told_to_just_as_an_attempt_is_over(
    desk: Desk, url: str, receiver: Receiver, turns_of_the_loop: int
) -> None:
    await desk.target(url)
    await desk.finalize()
    receiver.go_on.clear()
    running = asyncio.create_task(desk.outbox.run())
    while not receiver.posted:
        await asyncio.sleep(0.005)
    over = asyncio.create_task(desk.outbox.settled())
    await asyncio.sleep(0)
    receiver.go_on.set()
    await over
    for _ in range(turns_of_the_loop):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running], timeout=0.5)
    assert running.cancelled()


async def test_a_secret_that_went_missing_is_a_failed_attempt_that_says_which(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url, headers=(("X-Token", "{{ secret.crm }}"),))
    del desk.environment["BRANCHLINE_SECRET_CRM"]
    await desk.finalize()
    await desk.go()
    delivery, [attempt] = await desk.exports.delivery((await desk.only()).id)
    assert (delivery.state, delivery.reason) == ("owed", "disabled")
    assert "'crm'" in attempt.detail
    assert len(receiver.posted) == 1


async def test_the_delivery_of_an_interaction_that_is_gone_is_given_up(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    target = await desk.target(url)
    gone = owing.owe(99, "00000000-0000-4000-8000-000000000099", "order-desk", handled=True, base=BASE, at=desk.now)
    await desk.store.tables.write(gone)
    await desk.go()
    delivery = await desk.only()
    assert (delivery.target, delivery.state, delivery.reason) == (target.id, "dead", "erased")
    assert len(receiver.posted) == 1


async def test_what_was_erased_meanwhile_is_not_sent(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url)
    [erased, kept] = await desk.finalize(2)
    assert await desk.store.clean(erased.id, desk.now, "erasure") is not None
    await desk.go()
    assert {one.interaction_id: (one.state, one.reason) for one in await desk.deliveries()} == {
        erased.id: ("dead", "erased"),
        kept.id: ("delivered", ""),
    }
    assert [read(one.body)["data"]["id"] for one in receiver.posted[1:]] == [str(kept.id)]


async def test_a_target_that_is_changed_changes_no_body_that_was_sent(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url)
    receiver.posted.clear()
    receiver.status = 500
    await desk.finalize()
    await desk.go()
    receiver.status = 200
    await desk.target(url, blocks=("tags",))
    desk.now = (await desk.only()).next_at
    await desk.go()
    first, _test, second = receiver.posted
    assert (first.id, first.body) == (second.id, second.body)


async def test_what_is_in_flight_when_a_target_is_disabled_still_counts(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.go_on.clear()
    await desk.finalize()
    await desk.outbox.once()
    await desk.exports.disable("order-desk", "crm")
    receiver.go_on.set()
    await desk.outbox.settled()
    assert (await desk.only()).state == "delivered"


async def test_a_turn_that_is_written_twice_owes_once(desk: Desk, url: str) -> None:
    await desk.target(url)
    [interaction] = await desk.finalize()
    again = owing.owe(interaction.id, interaction.uuid, "order-desk", handled=True, base=BASE, at=desk.now)
    await desk.store.tables.write(again)
    assert len(await desk.deliveries()) == 1

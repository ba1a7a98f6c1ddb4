"""Targets as their owners meet them: what is refused, why, and what a change keeps."""

import asyncio
from typing import Any

import pytest

from branchline.errors import Refusal
from branchline.fulfillment.call import Answered, Failed
from branchline.service.exports import (
    TARGETS_LIMIT,
    DeliveryUnknown,
    TargetInvalid,
    TargetOwed,
    TargetUnknown,
    TargetUnreachable,
)
from branchline.service.refusals import BotUnknown
from branchline.service.secrets import SecretMissing
from branchline.store.tables.statement import sql
from outbox.desk import Desk, Receiver

EVERYTHING = sql("everything", "select * from target")


ONE_STORE = pytest.mark.parametrize("desk", ["memory"], indirect=True)
"""For what is decided before the store is asked."""


@ONE_STORE
@pytest.mark.parametrize(
    ("changes", "refusal", "says"),
    [
        ({"bot": "nobody"}, BotUnknown, "nobody"),
        ({"name": "C R M"}, TargetInvalid, "lower-case"),
        ({"name": ""}, TargetInvalid, "lower-case"),
        ({"blocks": ("everything",)}, TargetInvalid, "no block 'everything'"),
        ({"headers": (("Host", "elsewhere"),)}, TargetInvalid, "'Host'"),
        ({"headers": (("Webhook-Id", "1"),)}, TargetInvalid, "'Webhook-Id'"),
        ({"headers": (("X-A", ""),)}, TargetInvalid, "empty"),
        ({"headers": (("X-A", "{{ order }}"),)}, TargetInvalid, "{{ secret.name }}"),
        ({"headers": (("X-A", "{{ secret.none }}"),)}, SecretMissing, "'none'"),
        ({"headers": tuple((f"X-{n}", "1") for n in range(11))}, TargetInvalid, "at most 10"),
        ({"signing": ("whsec_AAAA+",)}, TargetInvalid, "never a secret itself"),
        ({"signing": ("a", "b", "c")}, TargetInvalid, "at most 2"),
        ({"signing": ("none",)}, SecretMissing, "'none'"),
        ({"url": "crm"}, TargetInvalid, "https://"),
        ({"url": "http://crm.example/"}, TargetUnreachable, "dns_error"),
        ({"url": "https://169.254.169.254/latest"}, TargetInvalid, "169.254.169.254"),
        ({"url": "https://user:pass@crm.example/"}, TargetInvalid, "user name or password"),
        ({"url": "https://10.0.0.1/crm"}, TargetInvalid, "10.0.0.1"),
        ({"url": "http://127.0.0.1:1/crm"}, TargetUnreachable, "connect_error"),
    ],
)
async def test_a_target_that_cannot_work_is_refused_with_the_reason(
    desk: Desk, url: str, receiver: Receiver, changes: dict[str, Any], refusal: type[Refusal], says: str
) -> None:
    await desk.target(url, "first")
    posts = len(receiver.posted)
    with pytest.raises(refusal) as refused:
        await desk.target(**{"url": url, **changes})
    assert says in str(refused.value)
    assert [one.target.name for one in await desk.exports.standings()] == ["first"]
    assert len(receiver.posted) == posts


@ONE_STORE
@pytest.mark.parametrize(
    ("status", "reason"), [(500, "http_5xx"), (404, "http_4xx"), (302, "redirect"), (410, "http_4xx")]
)
async def test_a_target_that_does_not_accept_the_test_is_not_saved(
    desk: Desk, url: str, receiver: Receiver, status: int, reason: str
) -> None:
    receiver.status, receiver.headers = status, {"Location": url}
    with pytest.raises(TargetUnreachable, match=reason):
        await desk.target(url)
    assert [one.body for one in receiver.posted] == [b'{"test":"data"}']
    assert await desk.exports.standings() == []


async def test_a_change_that_is_refused_leaves_the_target_as_it_was(desk: Desk, url: str, receiver: Receiver) -> None:
    before = await desk.target(url)
    receiver.status = 500
    with pytest.raises(TargetUnreachable):
        await desk.target(url, condition="all")
    assert await desk.exports.target("order-desk", "crm") == before


async def test_of_two_who_save_a_new_target_at_once_one_is_told_to_look(desk: Desk, url: str) -> None:
    await desk.target(url, "first")
    both = await asyncio.gather(desk.target(url), desk.target(url, condition="all"), return_exceptions=True)
    refused = [one for one in both if isinstance(one, TargetInvalid)]
    assert len(refused) <= 1
    assert all("same moment" in str(one) for one in refused)
    assert len([one for one in both if not isinstance(one, BaseException)]) == 2 - len(refused)
    assert [one.target.name for one in await desk.exports.standings()] == ["crm", "first"]


async def test_a_target_that_is_changed_stays_the_same_target(desk: Desk, url: str) -> None:
    before = await desk.target(url, headers=(("X-A", "1"),))
    await desk.exports.disable("order-desk", "crm")
    desk.now += 1_000
    after = await desk.target(url, condition="all", blocks=("tags",))
    assert (after.id, after.created_at) == (before.id, before.created_at)
    assert (after.condition, after.blocks, after.headers) == ("all", ("tags",), ())
    assert (after.state, after.why) == ("disabled", "owner")


async def test_a_target_that_is_changed_and_accepts_the_test_is_called_again_at_once(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    await desk.target(url)
    receiver.status = 500
    await desk.finalize(12)
    await desk.go()
    assert (await desk.exports.target("order-desk", "crm")).pause_ms > 0
    receiver.status = 200
    changed = await desk.target(url)
    assert (changed.failing_since, changed.failures, changed.pause_ms, changed.paused_until) == (None, 0, 0, 0)
    assert await desk.go() == 4


@ONE_STORE
async def test_a_bot_has_a_bounded_number_of_targets(desk: Desk, url: str) -> None:
    for number in range(TARGETS_LIMIT):
        await desk.target(url, f"t{number}")
    with pytest.raises(TargetInvalid, match="at most 20"):
        await desk.target(url, "more")
    await desk.target(url, "t0", condition="all")


async def test_what_is_finalized_while_a_target_is_disabled_waits_for_it(desk: Desk, url: str) -> None:
    await desk.target(url)
    await desk.exports.disable("order-desk", "crm")
    began = desk.now
    await desk.finalize(2)
    desk.now += 10_000
    assert await desk.go() == 0
    [standing] = await desk.exports.standings("order-desk")
    assert (standing.owed, standing.oldest, standing.dead) == (2, began, 0)
    await desk.exports.enable("order-desk", "crm")
    assert await desk.go() == 2


async def test_a_target_to_which_something_is_owed_is_not_removed_by_mistake(desk: Desk, url: str) -> None:
    first = await desk.target(url)
    await desk.finalize()
    with pytest.raises(TargetOwed, match="1 deliveries"):
        await desk.exports.remove("order-desk", "crm")
    assert await desk.exports.remove("order-desk", "crm", discard=True) == 1
    delivery = await desk.only()
    assert (delivery.state, delivery.reason) == ("dead", "removed")
    with pytest.raises(DeliveryUnknown):
        await desk.exports.replay(delivery.id)
    with pytest.raises(TargetUnknown):
        await desk.exports.target("order-desk", "crm")
    await desk.finalize()
    assert len(await desk.deliveries()) == 1
    assert (await desk.target(url)).id != first.id


async def test_of_a_removed_target_neither_address_nor_header_stays(desk: Desk, url: str) -> None:
    await desk.target(url + "?key=written-out", headers=(("X-Token", "written-out"),))
    await desk.exports.remove("order-desk", "crm")
    rows = await desk.store.tables.read(EVERYTHING())
    assert len(rows) == 1
    assert "written-out" not in repr(rows)


async def test_the_test_can_be_posted_again(desk: Desk, url: str, receiver: Receiver) -> None:
    await desk.target(url)
    assert isinstance(await desk.exports.test("order-desk", "crm"), Answered)
    receiver.status = 503
    failed = await desk.exports.test("order-desk", "crm")
    assert isinstance(failed, Failed)
    assert failed.reason == "http_5xx"
    assert await desk.state() == ("active", "")


async def test_deliveries_are_listed_newest_first_by_target_state_and_time_page_by_page(
    desk: Desk, url: str, receiver: Receiver
) -> None:
    target = await desk.target(url)
    await desk.target(url, "other")
    for _ in range(3):
        await desk.finalize(2)
        desk.now += 1_000
    receiver.status = 400
    await desk.go()
    receiver.status = 200
    await desk.finalize()
    await desk.go()
    everything = await desk.deliveries()
    assert len(everything) == 14
    assert everything == sorted(everything, key=lambda one: (one.created_at, one.id), reverse=True)
    pages, before = [], None
    while page := await desk.deliveries(limit=4, **({} if before is None else {"before": before})):
        pages.extend(page)
        before = (page[-1].created_at, page[-1].id)
    assert pages == everything
    its = await desk.deliveries(target=target.id, state="owed")
    assert [one.interaction_id for one in its] == [6, 5, 4, 3, 2, 1] or len(its) == 6
    assert {one.target for one in its} == {target.id}
    middle = await desk.deliveries(state="owed", first=desk.now - 2_000, last=desk.now - 1_000)
    assert {one.interaction_id for one in middle} == {3, 4}
    with pytest.raises(DeliveryUnknown):
        await desk.exports.delivery("export.nothing")
    with pytest.raises(DeliveryUnknown):
        await desk.exports.replay("export.nothing")

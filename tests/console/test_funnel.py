"""The funnel is what the transcripts say; the page of installation says where the chat was seen."""

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from console.conftest import axe, watched
from console.shop import Shop, desk, shop_in
from running import http, wait_for


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with shop_in(tmp_path_factory.mktemp("funnel")) as shop:
        shop.visitor()
        shop.visitor("Goodbye")
        shop.visitor("Track it")
        shop.visitor("Track it", "what?", "hm?")
        for _ in range(3):
            shop.visitor("Track it", "BR-1")
        shop.endpoint.answer = [{"name": "status", "data": "DELIVERED"}]
        shop.visitor("Track it", "no idea", "BR-2")
        shop.endpoint.status = 500
        shop.visitor("Track it", "BR-3")
        shop.endpoint.status = 200
        yield shop


def test_the_counts_are_those_of_the_transcripts(shop: Shop) -> None:
    funnel = shop.author.call("GET", "/bots/parcel-desk/funnel")
    entered: Counter[str] = Counter()
    ways: Counter[tuple[str, str, str]] = Counter()
    last: Counter[str] = Counter()
    paths: Counter[tuple[str, ...]] = Counter()
    uuids = [one["uuid"] for one in shop.author.call("GET", "/interactions")["interactions"]]
    for uuid in uuids:
        items = [item for turn in shop.author.call("GET", f"/interactions/{uuid}")["turns"] for item in turn["items"]]
        nodes = [item for item in items if item["kind"] == "node"]
        entered.update(item["node"] for item in nodes)
        ways.update((item.get("origin", ""), item.get("way", ""), item["to"]) for item in nodes)
        last[nodes[-1]["node"]] += 1
        paths[tuple(item["node"] for item in nodes)] += 1
    assert funnel["read"] == len(uuids) == 9
    assert {one["node"]: one["entered"] for one in funnel["nodes"]} == entered
    assert {one["node"]: one["stopped"] for one in funnel["nodes"] if one["stopped"]} == last
    for one in funnel["nodes"]:
        listed = shop.author.call("GET", f"/interactions?bot=parcel-desk&node={one['node']}")["interactions"]
        assert len(listed) == last[one["node"]]
        assert {line["uuid"] for line in listed} == set(one["newest"])
    assert {(one["node"], one["way"], one["to"]): one["count"] for one in funnel["ways"]} == ways
    assert {tuple(one["nodes"]): one["count"] for one in funnel["paths"]} == paths


def test_every_way_is_named_as_the_builder_names_it(shop: Shop) -> None:
    found = shop.author.call("GET", "/bots/parcel-desk/funnel")
    ways = {(one["node"], one["way"]): one["count"] for one in found["ways"]}
    assert ways == {
        ("", ""): 9,
        ("welcome", "exit.capture.choices.1.go_to"): 1,
        ("welcome", "exit.go_to"): 7,
        ("ask", "exit.go_to"): 5,
        ("ask", "exit.failed"): 1,
        ("look_up", "exit.cases.0.go_to"): 1,
        ("look_up", "exit.cases.1.go_to"): 3,
        ("look_up", "actions.0.failed"): 1,
    }
    left = {one["node"]: one["left"] for one in found["nodes"]}
    assert left == {
        "welcome": 1, "ask": 1, "look_up": 0, "person": 0, "bye": 0, "on_the_way": 0, "delivered": 0,
    }  # fmt: skip


def test_the_canvas_shows_the_shares_and_the_paths(shop: Shop, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="en-GB", reduced_motion="reduce")
    name, _, value = shop.author.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": shop.server.address}])
    page, wrong = watched(context)
    page.goto(f"{shop.server.address}/console/bots/parcel-desk/funnel")
    page.get_by_role("link", name="Show on the canvas").click()
    expect(page.get_by_role("region", name="How far visitors get")).to_contain_text("Counted from 9 interactions")
    page.get_by_role("button", name="Show everything").click()
    found = shop.author.call("GET", "/bots/parcel-desk/funnel")
    for one in found["nodes"]:
        card = page.locator(f'[data-node="{one["node"]}"]')
        expect(card.locator(".share")).to_have_text(f"{round(one['interactions'] / 9 * 100)} %")
        expect(card.locator(".left-chip")).to_have_count(1 if one["left"] else 0)
    ask = page.locator('[data-node="ask"]')
    expect(ask.locator(".way-share")).to_have_text(["71 %", "14 %"])
    ask.locator(".title").click()
    stopped = page.get_by_role("region", name="Stopped here")
    expect(stopped.get_by_role("listitem")).to_have_count(1)
    expect(stopped.get_by_role("link", name="Show all")).to_have_attribute(
        "href", "/console/interactions?bot=parcel-desk&node=ask"
    )
    paths = page.get_by_role("region", name="Common paths through “Ask for the number”")
    through = [one for one in found["paths"] if "ask" in one["nodes"]][:5]
    came = next(one["interactions"] for one in found["nodes"] if one["node"] == "ask")
    told = [f"{round(one['count'] / came * 100)} % {one['count']}" for one in through]
    expect(paths.locator(".path-share")).to_have_text(told)
    assert axe(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    assert axe(page) == []
    page.keyboard.press("h")
    expect(page.locator(".share, .funnel-bar, .paths")).to_have_count(0)
    context.close()
    assert wrong == []


def test_an_endpoint_that_fails_is_marked_on_the_canvas(shop: Shop, browser: Browser) -> None:
    shop.publish(desk(shop.endpoint.address, "broken-desk"))
    shop.endpoint.status = 500
    for _ in range(3):
        shop.visitor("Track it", "BR-4", bot="broken-desk")
    shop.endpoint.status = 200
    assert wait_for(lambda: shop.author.call("GET", "/bots/broken-desk/failing-endpoints")["endpoints"])
    assert shop.author.call("GET", "/bots/parcel-desk/failing-endpoints")["endpoints"] == []
    context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="en-GB", reduced_motion="reduce")
    name, _, value = shop.author.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": shop.server.address}])
    page, wrong = watched(context)
    page.goto(f"{shop.server.address}/console/bots/broken-desk")
    mark = page.locator('[data-node="look_up"]').get_by_role("link", name="The last 3 calls of the endpoint orders")
    expect(mark).to_be_visible()
    assert axe(page) == []
    mark.click()
    calls = (
        page.get_by_role("listitem")
        .filter(has=page.get_by_role("heading", name="orders"))
        .filter(has_text="Broken Desk")
    )
    expect(calls.get_by_role("link", name="Interaction")).to_have_count(3)
    context.close()
    assert wrong == []


def test_a_site_that_shows_the_chat_is_seen(shop: Shop) -> None:
    about = f"{shop.server.address}/api/chat/v1/bots/parcel-desk"
    for origin in ("https://shop.example", "null", "javascript:alert(1)", "https://" + "x" * 300 + ".example"):
        http("GET", about, headers={"Origin": origin})

    def seen() -> list[str]:
        return [one["origin"] for one in shop.author.call("GET", "/bots/parcel-desk/install")["seen"]]

    assert wait_for(lambda: seen() == ["https://shop.example"])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_of_bots_and_settings_have_no_barriers(shop: Shop, browser: Browser, dark: bool) -> None:
    context = browser.new_context(
        viewport={"width": 1400, "height": 900},
        locale="en-GB",
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    name, _, value = shop.author.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": shop.server.address}])
    page, wrong = watched(context)
    paths = [f"/settings/{part}" for part in ("people", "keys", "privacy", "audit", "server")]
    for path in [*paths, "/bots/parcel-desk/funnel", "/bots/parcel-desk/install"]:
        page.goto(f"{shop.server.address}/console{path}")
        expect(page.locator("main .page-head")).to_be_visible()
        expect(page.locator("main .mantine-Loader-root")).to_have_count(0)
        expect(page.locator("main .card").first).to_be_visible()
        assert axe(page) == [], path
    context.close()
    assert wrong == []


def test_a_key_is_made_and_shown_once_and_a_person_is_invited(shop: Shop, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-GB", reduced_motion="reduce")
    name, _, value = shop.author.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": shop.server.address}])
    page, wrong = watched(context)
    page.goto(f"{shop.server.address}/console/settings/keys")
    page.get_by_role("button", name="Make a key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Nightly report")
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("button", name="Make the key").click()
    key = page.get_by_role("dialog").locator("code").inner_text()
    answer = http("GET", f"{shop.server.address}/api/core/v1/interactions", headers={"Authorization": f"Bearer {key}"})
    assert answer.status in {200, 403}
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Revoke … Nightly report").click()
    page.get_by_label("Type Nightly report to confirm").fill("Nightly report")
    page.get_by_role("button", name="Revoke the key").click()
    expect(page.get_by_text("Nightly report is revoked.")).to_be_visible()
    page.get_by_role("tab", name="People").click()
    page.get_by_role("button", name="Invite somebody").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Vera Viewer")
    dialog.get_by_label("E-mail").fill("vera@shop.example")
    dialog.get_by_label("Role").select_option("viewer")
    dialog.get_by_role("button", name="Make an invitation").click()
    expect(page.get_by_role("dialog")).to_contain_text("/console/join#")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Audit log").click()
    expect(page.locator("tbody")).to_contain_text("api_key.revoke")
    context.close()
    assert wrong == []

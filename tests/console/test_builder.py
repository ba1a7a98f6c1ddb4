"""What an author does to a draft on the canvas and in the panels, and what the server then has."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.sync_api import Locator, Page, expect

from console.conftest import Author, Opener, axe, card, saved, small_bot


def test_a_way_is_connected_by_dragging_and_by_its_menu(signed_in: Opener, author: Author) -> None:
    bot = small_bot("connects", nodes=3)
    bot["nodes"]["n0"]["exit"] = {"do": "go_to", "node": ""}
    author.make(bot)
    page = signed_in("/bots/connects")
    expect(page.get_by_text("leads nowhere yet").first).to_be_visible()
    handle = card(page, "n0").locator(".way-row .react-flow__handle")
    drag(page, handle, card(page, "n1").locator(".head"))
    saved(page)
    assert author.draft("connects")["nodes"]["n0"]["exit"]["node"] == "n1"
    expect(page.get_by_text("leads nowhere yet")).to_have_count(0)

    card(page, "n0").locator(".title").click(button="right")
    page.get_by_role("menuitem", name="“Go on” leads to").hover()
    page.get_by_role("menuitem", name="Node 2").click()
    saved(page)
    assert author.draft("connects")["nodes"]["n0"]["exit"]["node"] == "n2"


def test_a_way_that_is_dragged_into_the_void_makes_a_node_there(signed_in: Opener, author: Author) -> None:
    bot = small_bot("grows", nodes=1)
    author.make(bot)
    page = signed_in("/bots/grows")
    source = card(page, "n0").locator(".exit-row .react-flow__handle")
    source.hover()
    page.mouse.down()
    page.mouse.move(900, 700, steps=8)
    page.mouse.up()
    # The end has become a way that leads on.
    expect(page.get_by_role("combobox", name="What should happen?")).to_be_focused()
    page.keyboard.type("message")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text", exact=True)).to_be_focused()
    page.keyboard.type("Born in the void")
    saved(page)
    document = author.draft("grows")
    target = document["nodes"]["n0"]["exit"]["node"]
    assert document["nodes"][target]["actions"] == [{"do": "send_message", "text": "Born in the void"}]


def test_nodes_are_moved_and_undo_says_what_it_undoes(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("moves", nodes=2))
    page = signed_in("/bots/moves")
    drag_by(page, card(page, "n1").locator(".title"), 40, 120)
    expect(page.get_by_role("button", name="Undo: move “Node 1”")).to_be_visible()
    saved(page)
    before = author.draft("moves")["canvas"]["nodes"]["n1"]
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Undone: move “Node 1”")).to_be_visible()
    saved(page)
    assert "canvas" not in author.draft("moves")
    page.get_by_role("button", name="Do again: move “Node 1”").click()
    saved(page)
    assert author.draft("moves")["canvas"]["nodes"]["n1"] == before


def test_undo_takes_back_one_thing_at_a_time(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("undoes", nodes=3))
    page = signed_in("/bots/undoes")
    card(page, "n1").locator(".title").click()
    page.keyboard.press("Delete")
    expect(card(page, "n1")).to_have_count(0)
    card(page, "n0").locator(".title").dblclick()
    page.get_by_role("textbox", name="Title").first.fill("Renamed")
    page.keyboard.press("Enter")
    expect(card(page, "n0")).to_contain_text("Renamed")
    saved(page)
    assert author.draft("undoes")["nodes"]["n0"]["exit"] == {"do": "go_to", "node": ""}
    page.locator(".react-flow__pane").click(position={"x": 600, "y": 60})
    page.keyboard.press("Control+z")
    expect(card(page, "n0")).to_contain_text("Node 0")
    page.keyboard.press("Control+z")
    expect(card(page, "n1")).to_be_visible()
    saved(page)
    assert author.draft("undoes") == small_bot("undoes", nodes=3)


def test_a_node_is_put_into_a_way(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("inserts", nodes=2))
    page = signed_in("/bots/inserts")
    put = page.get_by_role("button", name="Put a node into “Go on”")
    for _ in range(20):  # the line moves once more when the canvas has found its place
        page.mouse.move(0, 0)
        page.locator(".react-flow__edge").first.hover(force=True)
        with suppress(AssertionError):
            expect(put).to_be_visible(timeout=500)
            break
    put.click()
    page.get_by_role("option", name="Message").first.click()
    saved(page)
    document = author.draft("inserts")
    middle = document["nodes"]["n0"]["exit"]["node"]
    assert middle != "n1"
    assert document["nodes"][middle]["exit"] == {"do": "go_to", "node": "n1"}


def test_actions_move_between_nodes_by_drag_and_by_menu(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("actions", nodes=2))
    page = carried(
        lambda: signed_in("/bots/actions"),
        lambda page: card(page, "n0").locator(".action-row").first,
        lambda page: card(page, "n1").locator(".add-row"),
    )
    expect(card(page, "n1")).to_contain_text("This is message 0")
    saved(page)
    nodes = author.draft("actions")["nodes"]
    assert nodes["n0"]["actions"] == []
    assert [action["text"] for action in nodes["n1"]["actions"]] == ["This is message 1", "This is message 0"]

    card(page, "n1").locator(".action-row").first.click(button="right")
    page.get_by_role("menuitem", name="Move down").click()
    card(page, "n1").locator(".action-row").nth(1).click(button="right")
    page.get_by_role("menuitem", name="Move to").hover()
    page.get_by_role("menuitem", name="Node 0").click()
    saved(page)
    nodes = author.draft("actions")["nodes"]
    assert [action["text"] for action in nodes["n0"]["actions"]] == ["This is message 1"]
    assert [action["text"] for action in nodes["n1"]["actions"]] == ["This is message 0"]


def test_blocks_are_dragged_onto_a_card_and_onto_the_canvas(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("blocks", nodes=1))
    page = carried(
        lambda: signed_in("/bots/blocks"),
        lambda page: block(page, "Tag"),
        lambda page: card(page, "n0").locator(".action-row").first,
    )
    expect(card(page, "n0")).to_contain_text("Tag …")
    saved(page)
    page = carried(
        lambda: signed_in("/bots/blocks"),
        lambda page: block(page, "Question"),
        lambda page: page.locator(".react-flow__pane"),
        target_position={"x": 200, "y": 120},
    )
    saved(page)
    nodes = author.draft("blocks")["nodes"]
    assert sorted(action["do"] for action in nodes["n0"]["actions"]) == ["send_message", "tag"]
    assert nodes["question"]["exit"]["capture"] == {"kind": "text", "name": "answer"}


def test_notes_stand_on_the_canvas_and_in_the_file(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("notes", nodes=1))
    page = signed_in("/bots/notes")
    expect(card(page, "n0")).to_be_visible()
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("textbox", name="Note").fill("Ask Mira about this")
    page.keyboard.press("Escape")
    saved(page)
    assert author.draft("notes")["canvas"]["notes"][0]["text"] == "Ask Mira about this"
    page.get_by_role("button", name="Remove the note").click()
    saved(page)
    assert author.draft("notes")["canvas"]["notes"] == []


def test_nodes_are_copied_within_and_across_bots(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("copies", nodes=2))
    author.make(small_bot("receives", nodes=1))
    page = signed_in("/bots/copies")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card(page, "n0").locator(".title").click()
    page.keyboard.press("Control+d")
    saved(page)
    assert len(author.draft("copies")["nodes"]) == 3
    card(page, "n1").locator(".title").click()
    page.keyboard.press("Control+c")
    expect(page.get_by_text("1 node copied")).to_be_visible()
    other = signed_in("/bots/receives", context=page.context)
    expect(card(other, "n0")).to_be_visible()
    other.bring_to_front()
    other.locator(".react-flow__pane").click(position={"x": 600, "y": 60})
    other.keyboard.press("Control+v")
    saved(other)
    document = author.draft("receives")
    assert document["nodes"]["node_1"]["actions"] == [{"do": "send_message", "text": "This is message 1"}]


def test_known_data_is_offered_while_an_insert_is_typed(signed_in: Opener, author: Author) -> None:
    bot = small_bot("inserting", nodes=2)
    bot["nodes"]["n0"]["exit"] = {
        "do": "wait_for_reply",
        "capture": {"kind": "text", "name": "first_name"},
        "failed": "n1",
        "go_to": "n1",
    }
    author.make(bot)
    page = signed_in("/bots/inserting")
    card(page, "n1").locator(".row-button").first.click()
    field = page.get_by_label("Text", exact=True)
    field.fill("")
    field.press_sequentially("Hello {{ fi")
    expect(page.get_by_role("option", name="first_name")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("!")
    expect(field).to_have_value("Hello {{ first_name }}!")
    saved(page)
    assert author.draft("inserting")["nodes"]["n1"]["actions"][0]["text"] == "Hello {{ first_name }}!"


def test_a_route_is_built_with_the_servers_operators(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("routes", nodes=3))
    page = signed_in("/bots/routes")
    card(page, "n0").locator(".title").click()
    page.locator(".exit-form").get_by_text("Route", exact=True).click()
    case = page.get_by_role("group", name="Case 1")
    choose(page, case.get_by_role("combobox", name="what is looked at"), "Fulfillment: reason")
    choose(page, case.get_by_role("combobox", name="how it is compared"), "is one of")
    case.get_by_role("combobox", name="compared with").fill("timeout")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    choose(page, case.get_by_role("combobox", name="Case 1 leads to"), "Node 2")
    saved(page)
    exit_ = author.draft("routes")["nodes"]["n0"]["exit"]
    assert exit_ == {
        "do": "route",
        "cases": [
            {
                "when": {"operand": "fulfillment.reason", "operator": "is_one_of", "argument": ["timeout"]},
                "go_to": "n2",
            }
        ],
        "otherwise": "n1",
    }
    expect(card(page, "n0")).to_contain_text("Fulfillment: reason is one of timeout")


def test_a_fulfillment_is_added_with_an_endpoint_of_its_own(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("asks", nodes=2))
    page = signed_in("/bots/asks")
    card(page, "n0").get_by_role("button", name="Add action").click()
    page.get_by_role("option", name="Fulfillment").click()
    page.get_by_role("button", name="New endpoint").click()
    page.get_by_role("button", name="Add endpoint").click()
    page.get_by_label("Address").fill("https://shop.example/fulfillment")
    page.get_by_role("tab", name="Node").click()
    choose(page, page.get_by_role("combobox", name="Endpoint", exact=True), "endpoint")
    choose(page, page.get_by_role("combobox", name="When it cannot be asked, go to"), "Node 1")
    saved(page)
    document = author.draft("asks")
    assert document["endpoints"] == {"endpoint": {"url": "https://shop.example/fulfillment"}}
    assert document["nodes"]["n0"]["actions"][1] == {"do": "fulfill", "endpoint": "endpoint", "failed": "n1"}
    expect(page.get_by_text("No issues")).to_be_visible()


def test_an_issue_is_mended_with_one_click(signed_in: Opener, author: Author) -> None:
    bot = small_bot("mends", nodes=2)
    bot["nodes"]["lonely"] = {"label": "Lonely", "exit": {"do": "end"}}
    bot["nodes"]["n0"]["exit"]["node"] = "n11"
    author.make(bot)
    page = signed_in("/bots/mends")
    issues = page.get_by_role("region", name="Issues")
    expect(issues.get_by_text("'n11', which does not exist")).to_be_visible()
    issues.get_by_role("listitem").filter(has_text="n11").get_by_role("button").last.click()
    saved(page)
    assert author.draft("mends")["nodes"]["n0"]["exit"]["node"] in {"n0", "n1"}
    page.keyboard.press("F8")
    expect(page.get_by_label("Title")).to_have_value("Lonely")
    issues.get_by_role("listitem").filter(has_text="Lonely").get_by_role("button").last.click()
    expect(card(page, "lonely")).to_have_count(0)


def test_the_whole_bot_can_be_tidied_in_one_step(signed_in: Opener, author: Author) -> None:
    bot = small_bot("tidies", nodes=4)
    bot["canvas"] = {"nodes": {f"n{index}": [index * 20, index * 30] for index in range(4)}}
    author.make(bot)
    page = signed_in("/bots/tidies")
    page.get_by_role("button", name="Tidy up").click()
    saved(page)
    places = author.draft("tidies")["canvas"]["nodes"]
    assert [places[f"n{index}"][0] - places["n0"][0] for index in range(4)] == [0, 388, 776, 1164]
    page.get_by_role("button", name="Undo: tidy up").click()
    saved(page)
    assert author.draft("tidies") == bot


def test_versions_are_compared_brought_back_and_published_again(signed_in: Opener, author: Author) -> None:
    author.make(small_bot("versions", nodes=2))
    author.call("POST", "/bots/versions/publish", {"revision": 1, "note": "First words"})
    page = signed_in("/bots/versions")
    card(page, "n0").locator(".row-button").first.click()
    page.get_by_label("Text", exact=True).fill("Other words")
    card(page, "n1").locator(".row-button").first.click()
    page.get_by_role("button", name="Publish").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("“Node 0”: Message is different")
    dialog.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Live v2")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_text("First words")).to_be_visible()

    page.get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Compare with the draft").click()
    expect(card(page, "n0")).to_contain_text("Changed")
    expect(page.get_by_role("region", name="The draft, compared with version 1")).to_contain_text(
        "“Node 0”: Message is different"
    )
    page.get_by_text("Before and after").first.click()
    expect(page.locator(".changes del").first).to_contain_text("This")
    expect(page.locator(".changes ins").first).to_contain_text("Other")
    card(page, "n1").locator(".title").click()
    page.keyboard.press("Delete")
    expect(page.locator(".ghost-card")).to_contain_text("Node 1")
    expect(page.locator(".way.gone")).to_have_count(1)
    page.get_by_role("tab", name="Versions").click()
    assert axe(page) == []

    page.get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Bring it into the draft").click()
    saved(page)
    assert author.draft("versions")["nodes"]["n0"]["actions"][0]["text"] == "This is message 0"

    page.get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Publish it again").click()
    expect(page.get_by_text("Live v3")).to_be_visible()


def test_a_thousand_nodes_are_drawn_and_panned(signed_in: Opener, author: Author) -> None:
    author.make(large_bot("thousand", 1_000))
    page = signed_in("/bots/thousand")
    expect(card(page, "n0")).to_be_visible()
    assert page.locator(".react-flow__node").count() < 60
    box = page.locator(".react-flow__pane").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 700, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 60, steps=10)
    page.mouse.up()
    expect(card(page, "n0")).not_to_be_in_viewport()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search nodes")).to_be_focused()
    page.keyboard.type("Node 777")
    page.keyboard.press("Enter")
    expect(card(page, "n777")).to_be_in_viewport()


def large_bot(name: str, count: int) -> dict[str, Any]:
    """A tree in which every node has a message, a question with three choices, and ways back."""
    nodes: dict[str, Any] = {}
    for index in range(count):
        children = [child for child in (3 * index + 1, 3 * index + 2, 3 * index + 3) if child < count]
        exit_: dict[str, Any] = {"do": "end"}
        if children:
            choices = [{"label": f"Choice {child}", "go_to": f"n{child}"} for child in children]
            capture = {"kind": "one_of", "name": "choice", "choices": choices}
            exit_ = {"do": "wait_for_reply", "capture": capture, "go_to": f"n{index // 3}", "failed": "n0"}
        actions = [{"do": "send_message", "text": f"Message {index}: {'words ' * (index % 9)}"}]
        nodes[f"n{index}"] = {"label": f"Node {index}", "actions": actions, "exit": exit_}
    return {"branchline": 1, "bot": name, "name": name, "start": "n0", "nodes": nodes}


def choose(page: Page, field: Any, label: str) -> None:
    """Choose from a list by its label."""
    field.click()
    page.get_by_role("option", name=label, exact=True).click()


def carried(
    opened: Callable[[], Page], source: Callable[[Page], Locator], target: Callable[[Page], Locator], **more: Any
) -> Page:
    """Drag and drop as the browser does it; gives the page.

    The browser's remote control sometimes loses a drag that began, and the page with it: then once more in another.
    """
    for _ in range(4):
        page = opened()
        page.evaluate("() => addEventListener('drop', () => { window.dropped = true }, true)")
        source(page).drag_to(target(page), steps=8, **more)
        if page.evaluate("() => window.dropped"):
            return page
        page.close()
    raise AssertionError("nothing was ever dropped")


def block(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Building blocks").get_by_role("button", name=name)


def drag(page: Page, source: Any, target: Any) -> None:
    source.hover()
    page.mouse.down()
    box = target.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()


def drag_by(page: Page, source: Any, dx: float, dy: float) -> None:
    source.hover()
    box = source.bounding_box()
    x, y = box["x"] + 20, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=6)
    page.mouse.up()

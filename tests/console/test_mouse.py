"""What a mouse does on the canvas besides drawing: a line is put elsewhere, a node dropped on a line, several chosen by a box."""

from playwright.sync_api import Page, expect

from console.conftest import Author, Opener, card, saved, small_bot


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*((a + b) / 2 for a, b in zip(start, end, strict=True)), steps=8)
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_lines_nodes_boxes_and_the_small_map_follow_the_mouse(signed_in: Opener, author: Author) -> None:
    bot = small_bot("mouse", nodes=3)
    bot["nodes"]["n0"]["exit"] = {"do": "go_to", "node": "n1"}
    bot["nodes"]["n1"]["exit"] = {"do": "end"}
    bot["nodes"]["n3"] = {"label": "Node 3", "actions": [], "exit": {"do": "go_to", "node": ""}}
    bot["canvas"] = {"nodes": {"n0": [0, 0], "n1": [480, 0], "n2": [480, 260], "n3": [0, 300]}}
    author.make(bot)
    page = signed_in("/bots/mouse")
    page.get_by_role("button", name="Show everything").click()
    expect(card(page, "n2")).to_be_visible()

    # the end of the line from n0 to n1 is put on n2
    end = page.locator(".react-flow__edgeupdater-target")
    expect(end).to_have_count(1)
    drag(page, middle(page, ".react-flow__edgeupdater-target"), middle(page, '[data-node="n2"] .dot.in'))
    saved(page)
    assert author.draft("mouse")["nodes"]["n0"]["exit"] == {"do": "go_to", "node": "n2"}
    page.keyboard.press("Control+z")
    saved(page)
    assert author.draft("mouse")["nodes"]["n0"]["exit"] == {"do": "go_to", "node": "n1"}

    # n3 is dropped on that line, and goes on where the line led
    path = page.locator(".react-flow__edge .way").first
    box = path.bounding_box()
    assert box is not None
    drag(page, middle(page, '[data-node="n3"] .title'), (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    saved(page)
    nodes = author.draft("mouse")["nodes"]
    assert (nodes["n0"]["exit"]["node"], nodes["n3"]["exit"]["node"]) == ("n3", "n1")
    page.keyboard.press("Control+z")
    saved(page)
    assert author.draft("mouse") == bot

    # a box that is drawn with Shift chooses what it touches
    page.keyboard.down("Shift")
    top, low = card(page, "n1").bounding_box(), card(page, "n2").bounding_box()
    assert top is not None
    assert low is not None
    drag(page, (top["x"] - 30, top["y"] - 30), (low["x"] + 60, low["y"] + 20))
    page.keyboard.up("Shift")
    expect(page.locator(".node-card.selected")).to_have_count(2)
    expect(page.get_by_role("heading", name="2 nodes")).to_be_visible()

    # a click on the small map goes there
    before = page.locator(".react-flow__viewport").get_attribute("style")
    page.get_by_role("img", name="The whole bot, small").click(position={"x": 30, "y": 30})
    expect(page.locator(".react-flow__viewport")).not_to_have_attribute("style", before or "")

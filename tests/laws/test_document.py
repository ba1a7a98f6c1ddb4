"""Laws of the interaction document: the shape that endpoints and reports are written against (contract §1)."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bots_made import NOW, UUID, fresh
from branchline.interaction.document import BODY_BUDGET, FULFILLMENT_INCLUDE, RELATIONSHIPS, document, listing, related
from branchline.interaction.effects import MessageSent
from branchline.interaction.events import Replied
from branchline.interaction.record import Datum, Feedback, ids_of_quick_ref, quick_ref
from branchline.interaction.transcript import after, iso, write

BASE = "https://bots.example"
ITSELF = f"{BASE}/api/core/v1/interactions/7"


def made(**more: Any) -> Any:
    return replace(fresh(), id=7, data={"fullname": Datum("Ada", "Full name"), "shop": Datum("1", "", "page")}, **more)


def rows(count: int, size: int = 10) -> list[tuple[int, str]]:
    """Make transcript rows of one message each, numbered from 1."""
    made = []
    for number in range(1, count + 1):
        effects = [MessageSent("x" * size, sender="customer", message_id=f"m{number}")]
        made.append((number, write(Replied(NOW, f"m{number}", ""), effects, number).entries))
    return made


def test_the_vendors_attributes_are_all_there_under_their_names() -> None:
    one = json.loads(document(made(), BASE))["data"]
    assert (one["type"], one["id"]) == ("interactions", "7")
    assert set(one["attributes"]) == {
        "uuid",
        "quick_ref",
        "customer_id",
        "queue_id",
        "user_id",
        "chat",
        "voice",
        "call_me",
        "video",
        "cobrowse",
        "email",
        "channel",
        "qos",
        "handled",
        "ended",
        "start_url",
        "end_url",
        "created_at",
        "updated_at",
        "accepted_at",
        "ended_at",
        "completed_at",
        "finalized_at",
        "cleaned_at",
    }
    assert set(one["attributes"]["qos"]) == {"chat", "video", "cobrowse", "voice"}
    assert set(one["relationships"]) == set(RELATIONSHIPS)
    assert one["links"] == {"self": ITSELF}
    assert one["relationships"]["interactionData"]["links"] == {
        "self": f"{ITSELF}/relationships/interactionData",
        "related": f"{ITSELF}/interactionData",
    }


def test_times_are_utc_with_second_precision_and_null_while_they_have_not_happened() -> None:
    attributes = json.loads(document(made(ended_at=1_700_000_000_999), BASE))["data"]["attributes"]
    assert attributes["ended_at"] == attributes["completed_at"] == "2023-11-14T22:13:20Z"
    assert attributes["finalized_at"] is None
    assert attributes["created_at"] == iso(NOW)


def test_a_fulfillment_body_is_the_whole_interaction_with_the_flat_map() -> None:
    body = json.loads(document(made(), BASE, FULFILLMENT_INCLUDE, rows(3), "f1", BODY_BUDGET))
    assert body["meta"]["data"] == {"fullname": "Ada", "shop": "1"}
    assert body["meta"]["fulfillment"] == "f1"
    assert "truncated" not in body["meta"]
    data = [one["attributes"] for one in body["included"] if one["type"] == "interactionData"]
    assert data == [
        {"name": "fullname", "label": "Full name", "type": "string", "data": "Ada"},
        {"name": "shop", "label": "shop", "type": "string", "data": "1", "unverified": True},
    ]
    messages = [one for one in body["included"] if one["type"] == "messages"]
    assert [one["id"] for one in messages] == ["7-1", "7-2", "7-3"]
    assert messages[0]["attributes"]["sender"] == "customer"
    assert messages[0]["attributes"]["sent_at"] == iso(NOW)
    assert body["data"]["relationships"]["customer"]["data"] is None


def test_every_included_resource_is_linked_and_every_link_is_included() -> None:
    include = frozenset(RELATIONSHIPS)
    whole = made(tags=("vip",), feedback=Feedback(4, "fine"))
    body = json.loads(document(whole, BASE, include, rows(2)))
    linked = set()
    for relationship in body["data"]["relationships"].values():
        for one in relationship["data"] or []:
            linked.add((one["type"], one["id"]))
    assert linked == {(one["type"], one["id"]) for one in body["included"]}
    assert len(linked) == 2 + 2 + 1 + 1


def test_past_its_budget_the_oldest_messages_are_left_out_and_counted() -> None:
    body = document(made(), BASE, FULFILLMENT_INCLUDE, rows(400, 4_000), "f", BODY_BUDGET)
    assert len(body) <= BODY_BUDGET
    read = json.loads(body)
    messages = [one["attributes"]["number"] for one in read["included"] if one["type"] == "messages"]
    assert messages == list(range(401 - len(messages), 401))
    assert read["meta"]["truncated"] == 400 - len(messages) > 0
    assert len(body) > BODY_BUDGET - 20_000


def test_a_relationship_answers_behind_both_of_its_links() -> None:
    linkage = json.loads(related(made(), BASE, "messages", rows(2), linkage=True))
    assert linkage["data"] == [{"type": "messages", "id": "7-1"}, {"type": "messages", "id": "7-2"}]
    whole = json.loads(related(made(), BASE, "messages", rows(2), linkage=False))
    assert [one["attributes"]["number"] for one in whole["data"]] == [1, 2]
    assert json.loads(related(made(), BASE, "customer", (), linkage=False))["data"] is None


def test_a_list_is_its_interactions_in_order_with_links() -> None:
    both = [made(), replace(made(), id=6)]
    page = json.loads(listing(both, BASE, frozenset({"messages"}), [rows(1), ()], {"next": None}))
    assert [one["id"] for one in page["data"]] == ["7", "6"]
    assert [one["id"] for one in page["included"]] == ["7-1"]
    assert page["links"] == {"next": None}


@given(st.integers(1, 3_000_000))
def test_a_quick_reference_leads_back_to_its_interaction(number: int) -> None:
    ref = quick_ref(number)
    assert len(ref) == 6
    assert ref.isdigit()
    found = ids_of_quick_ref(ref, 3_000_000)
    assert number in found
    assert found == sorted(found, reverse=True)
    assert all(quick_ref(one) == ref for one in found)


@given(st.lists(st.text(min_size=1, max_size=20), max_size=6), st.integers(1, 50), st.integers(0, 60))
def test_the_entries_after_a_number_are_exactly_those(texts: list[str], first: int, number: int) -> None:
    written = write(Replied(NOW, "m", ""), [MessageSent(text) for text in texts], first)
    assert written.count == len(texts)
    lines = [json.loads(line) for line in after(written.entries, first, number)]
    assert [line["number"] for line in lines] == [n for n in range(first, first + len(texts)) if n > number]
    assert all(line["text"] == texts[line["number"] - first] for line in lines)


def test_an_interaction_without_a_visitor_has_its_uuid() -> None:
    assert json.loads(document(made(), BASE))["data"]["attributes"]["uuid"] == UUID


def test_without_the_flat_map_no_data_is_in_a_document_that_does_not_include_it() -> None:
    text = document(made(), BASE, frozenset({"tags"}), flat=False)
    assert b"Ada" not in text
    assert set(json.loads(text)["meta"]) == {"bot", "version", "node"}

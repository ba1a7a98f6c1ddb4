import sqlite3
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from order_service import invented
from order_service.orders import NotOurs, Orders, order_number

DAY = date(2025, 1, 15)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("BR-10427", "BR-10427"),
        ("br 10427", "BR-10427"),
        ("10427", "BR-10427"),
        ("#10427", "BR-10427"),
        ("It is BR–10427, thanks!", "BR-10427"),
        ("BR10427.", "BR-10427"),
        ("ＢＲ－１０４２７", "BR-10427"),
        ("1042", None),
        ("104277", None),
        ("XBR-1", None),
        ("A10427", None),
        ("", None),
        ("no idea", None),
    ],
)
def test_an_order_number_is_found_in_what_people_write(written: str, number: str | None) -> None:
    assert order_number(written) == number


@given(st.text())
def test_any_text_has_an_order_number_or_none(text: str) -> None:
    number = order_number(text)
    assert number is None or order_number(number) == number


def test_the_same_day_gives_the_same_orders() -> None:
    assert list(invented.orders(DAY)) == list(invented.orders(DAY))


def test_every_order_tells_a_possible_story() -> None:
    orders = list(invented.orders(DAY))
    assert len({order.number for order in orders}) == 300
    for order in orders:
        assert order.ordered_on <= DAY.isoformat()
        assert (order.eta is not None) == (order.status in {"SHIPPED", "PROCESSING"})
        assert (order.delivered_on is not None) == (order.status in {"DELIVERED", "RETURNED"})
        assert order.eta is None or order.eta > DAY.isoformat()
        assert order.delivered_on is None or order.ordered_on < order.delivered_on < DAY.isoformat()
        assert (order.carrier is None) == (order.status in {"PROCESSING", "CANCELLED"})


def test_the_orders_the_documentation_names_are_what_it_says(tmp_path: Path) -> None:
    orders = Orders(tmp_path / "orders.db", invented.orders(DAY))
    try:
        for number, status in [("BR-10427", "SHIPPED"), ("BR-10428", "DELIVERED"), ("BR-10429", "PROCESSING")]:
            found = orders.find(number)
            assert found is not None
            assert found.status == status
        assert orders.find("BR-00500") is None
    finally:
        orders.close()


def test_one_fulfillment_is_noted_once_also_after_reopening(tmp_path: Path) -> None:
    for _ in range(2):
        orders = Orders(tmp_path / "orders.db", invented.orders(DAY))
        orders.note_enquiry("f1", "BR-10427", "2025-01-15T10:00:00Z")
        orders.note_enquiry(None, "BR-10428", "2025-01-15T10:00:00Z")
        noted = [enquiry.fulfillment_id for enquiry in orders.enquiries(limit=10)]
        orders.close()
    assert sorted(noted, key=str) == [None, None, "f1"]


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("create table precious (x)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(NotOurs, match="another program's database"):
        Orders(path, invented.orders(DAY))
    assert path.read_bytes() == before


def test_a_fill_that_was_cut_short_leaves_no_half_a_shop(tmp_path: Path) -> None:
    def cut_short() -> object:
        for number, order in enumerate(invented.orders(DAY)):
            if number == 100:
                raise KeyboardInterrupt
            yield order

    with pytest.raises(KeyboardInterrupt):
        Orders(tmp_path / "orders.db", cut_short())  # type: ignore[arg-type]
    orders = Orders(tmp_path / "orders.db", invented.orders(DAY))
    assert orders.count() == 300
    orders.close()

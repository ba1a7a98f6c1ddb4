"""Three hundred invented orders. The same day always gives the same orders; no name is a real person's."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

from order_service.orders import Order

FIRST, LAST = 10_200, 10_499
"""The order numbers, BR-10200 to BR-10499."""

_GIVEN = (
    "Mira", "Tobin", "Ysolde", "Casimir", "Linnea", "Oriel", "Søren", "Zoë", "Faro", "Nerys",
    "Ilse", "Bram", "Łucja", "Idris", "Tamsin", "Quill", "Anouk", "Dario", "Wren", "Jorunn",
)  # fmt: skip
_FAMILY = (
    "Oakenfell", "Ashgrove", "Brightmere", "Candlewick", "Dunmarrow", "Elderhythe", "Fernhollow", "Glasswater", "Hearthcombe",
    "Ivyquay", "Junipersson", "Kestrelby", "Lanternau", "Mosswright", "Nightingløv", "Orchardine", "Pebblemoor",
)  # fmt: skip
_ITEMS = (
    "Walnut desk",
    "Reading lamp",
    "Field notebook, three",
    "Brass hooks",
    "Wool blanket",
    "Tea for winter",
    "Kite",
)
_CARRIERS = ("Northway Parcel", "Redkite Express", "Harbour Post")
_STATUSES = (
    "SHIPPED",
    "DELIVERED",
    "SHIPPED",
    "DELIVERED",
    "PROCESSING",
    "SHIPPED",
    "DELIVERED",
    "CANCELLED",
    "RETURNED",
)

# The orders that the documentation names keep the status it says they have.
_KNOWN = {
    10_427: ("Mira Oakenfell", "SHIPPED"),
    10_428: ("Tobin Ashgrove", "DELIVERED"),
    10_429: ("Zoë Candlewick", "PROCESSING"),
    10_430: ("Casimir Dunmarrow", "CANCELLED"),
    10_431: ("Nerys Pebblemoor", "RETURNED"),
}


def orders(today: date) -> Iterator[Order]:
    """Every invented order by number, its dates counted from `today`."""
    for number in range(FIRST, LAST + 1):
        yield _order(number, today)


def _order(number: int, today: date) -> Order:
    dice = hashlib.sha256(str(number).encode()).digest()
    fullname = f"{_GIVEN[dice[0] % len(_GIVEN)]} {_FAMILY[dice[1] % len(_FAMILY)]}"
    fullname, status = _KNOWN.get(number, (fullname, _STATUSES[dice[2] % len(_STATUSES)]))
    arrived = status in {"DELIVERED", "RETURNED"}
    expected = status in {"SHIPPED", "PROCESSING"}
    delivered_on = today - timedelta(days=1 + dice[3] % 25) if arrived else None
    ordered_on = (delivered_on or today) - timedelta(days=(0 if status == "PROCESSING" else 2) + dice[4] % 4)
    eta = today + timedelta(days=(3 if status == "PROCESSING" else 1) + dice[5] % 4) if expected else None
    return Order(
        number=f"BR-{number}",
        fullname=fullname,
        item=_ITEMS[dice[6] % len(_ITEMS)],
        status=status,
        carrier=_CARRIERS[dice[7] % len(_CARRIERS)] if arrived or status == "SHIPPED" else None,
        ordered_on=ordered_on.isoformat(),
        eta=eta.isoformat() if eta else None,
        delivered_on=delivered_on.isoformat() if delivered_on else None,
    )

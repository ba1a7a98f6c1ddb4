"""What the bot asks: the shop's side of the contract, made with the endpoint kit."""

from collections.abc import Callable, Sequence

from branchline_endpoint import CannotAnswer, Endpoint, Interaction, endpoint
from order_service.orders import Order, Orders, order_number

ALWAYS_DOWN = "BR-00500"
"""Asking about this order always ends in a 503, so that a person can see what a bot does then."""

Answer = dict[str, str]


def order_endpoint(
    orders: Orders, is_down: Callable[[], bool], now: Callable[[], str], secrets: Sequence[str] | None
) -> Endpoint[Answer]:
    """The endpoint over `orders`. `now` gives the time as it is noted; `secrets` are signing secrets or `None`."""

    @endpoint(secrets=secrets, remember=1_000)
    def order(interaction: Interaction) -> Answer:
        asked = interaction.data.get("order_number")
        if asked is None:
            raise CannotAnswer("The interaction has no order_number. Let the bot ask for it first.", status=422)
        number = order_number(asked)
        if is_down() or number == ALWAYS_DOWN:
            raise CannotAnswer("The order database is down.")
        if number is None:
            return {"order_found": "no"}
        orders.note_enquiry(interaction.fulfillment_id, number, now())
        found = orders.find(number)
        return {"order_found": "no"} if found is None else _told(found)

    return order


def _told(order: Order) -> Answer:
    fields = {
        "order_found": "yes",
        "order_number": order.number,
        "fullname": order.fullname,
        "status": order.status,
        "item": order.item,
        "carrier": order.carrier,
        "ordered_on": order.ordered_on,
        "eta": order.eta,
        "delivered_on": order.delivered_on,
    }
    # What an order does not have is told as empty text: left out, it would keep what an earlier order had.
    return {name: value or "" for name, value in fields.items()}

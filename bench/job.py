"""The seed's job as it is measured: what the visitor says, what the bot must answer. One place for floor, load and stub."""

from datetime import UTC, datetime

BOT = "order-bench"
NAME = "Ada"
FULLNAME = "Ada Lovelace"
ASK_NAME = "Hello! What is your name?"
ASK_ORDER = "Thanks, Ada. What is your order number?"
SHIPPED = "Good news, Ada Lovelace: your order is on its way."
DELIVERED = "Ada Lovelace, your order has been delivered."
ECHO = "I hear you. Say more."
COULD_NOT_ASK = "We could not ask the order service just now. Please try again later."


def status_of(order: str) -> str:
    """The status the stub knows for an order number: an even one is under way, an odd one has arrived."""
    return "SHIPPED" if int(order[-1]) % 2 == 0 else "DELIVERED"


def branch_of(status: str) -> str:
    """What the bot says about an order with this status."""
    return {"SHIPPED": SHIPPED, "DELIVERED": DELIVERED}.get(status, COULD_NOT_ASK)


def now() -> str:
    """The present in the outward form: UTC, second precision, Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

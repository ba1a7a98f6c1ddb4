"""The service over HTTP: the shop's own API, and the endpoint for the bot beside it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from order_service.fulfillment import order_endpoint
from order_service.orders import Orders

MOST_PER_PAGE = 100

Handler = Callable[[Request], Awaitable[Response]]


def order_app(orders: Orders, secrets: Sequence[str] | None) -> Starlette:
    """The application. Whether it pretends to be down is kept in memory: a restart ends it."""
    down = False

    def is_down() -> bool:
        return down

    async def outage(request: Request) -> Response:
        nonlocal down
        if request.method != "GET":
            down = request.method == "POST"
        return JSONResponse({"outage": down})

    async def healthz(request: Request) -> Response:
        return JSONResponse({"status": "ok", "orders": orders.count(), "outage": down})

    async def one_order(request: Request) -> Response:
        found = orders.find(request.path_params["number"])
        return _problem(404, "There is no such order.") if found is None else JSONResponse(found.as_json())

    async def many_orders(request: Request) -> Response:
        limit = _limit(request)
        if limit is None:
            return _problem(400, f"limit is not a number from 1 to {MOST_PER_PAGE}.")
        listed = orders.first(limit=limit, status=request.query_params.get("status"))
        return JSONResponse({"orders": [order.as_json() for order in listed]})

    async def enquiries(request: Request) -> Response:
        limit = _limit(request)
        if limit is None:
            return _problem(400, f"limit is not a number from 1 to {MOST_PER_PAGE}.")
        return JSONResponse({"enquiries": [enquiry.as_json() for enquiry in orders.enquiries(limit=limit)]})

    def unless_down(handler: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            return _problem(503, "The order database is down.") if down else await handler(request)

        return guarded

    return Starlette(
        routes=[
            Route("/fulfillment", order_endpoint(orders, is_down, _now, secrets).asgi),
            Route("/orders/{number}", unless_down(one_order), methods=["GET"]),
            Route("/orders", unless_down(many_orders), methods=["GET"]),
            Route("/enquiries", unless_down(enquiries), methods=["GET"]),
            Route("/outage", outage, methods=["GET", "POST", "DELETE"]),
            Route("/healthz", healthz, methods=["GET"]),
        ]
    )


def _limit(request: Request) -> int | None:
    text = request.query_params.get("limit", "25")
    fits = text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST_PER_PAGE
    return int(text) if fits else None


def _problem(status: int, detail: str) -> Response:
    return JSONResponse({"error": detail}, status_code=status)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

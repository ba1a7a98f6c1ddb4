"""A call as a part of a trace: the endpoint is told what it belongs to, and the host, when that is wanted."""

from collections.abc import Callable

from msgspec.structs import replace

from branchline.fulfillment.call import Answered, Call, Failed
from branchline.fulfillment.client import Client
from branchline.tracing import Traced, child


async def traced(
    client: Client, call: Call, kind: str, parent: str, overdue: Callable[[Failed], None] | None = None
) -> Answered | Failed:
    """Make a call. `kind` is what the host sees: fulfillment or delivery; `parent`: the `traceparent` above it, if there
    is one; `overdue`: see `Client.call`."""
    if not parent:
        return await client.call(call, overdue)
    if Traced.spans is None:
        return await client.call(replace(call, traceparent=child(parent, call.id)), overdue)
    span = Traced.spans.begin(kind, parent, {"branchline.endpoint": call.endpoint, "branchline.id": call.id})
    outcome = await client.call(replace(call, traceparent=span.traceparent), overdue)
    reason = outcome.reason.value if isinstance(outcome, Failed) else "ok"
    span.end({"branchline.reason": reason, "http.response.status_code": outcome.status or 0})
    return outcome

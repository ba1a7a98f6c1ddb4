"""What load balancers and monitoring ask. `/healthz` and `/readyz` are open to everybody, `/metrics` to whoever has the
token of the setting `metrics_token`.
"""

from hmac import compare_digest

import msgspec

from branchline.api.http import MethodWrong, Receive, Scope, Send, answer, bearer, header
from branchline.api.ops.gauges import Gauges
from branchline.errors import CallerError
from branchline.service.health import Check, Health

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
RETRY_S = 5


class MetricsOff(CallerError):
    """The metrics are switched off. Set `metrics_token` and send it as a bearer token, or set `metrics_open`."""

    code = "metrics.off"
    status = 404


class MetricsDenied(CallerError):
    """The metrics need the token of the setting `metrics_token`. Send it as `Authorization: Bearer ...`."""

    code = "metrics.denied"
    status = 401


class Ops:
    """ASGI application for `PATHS`."""

    def __init__(self, health: Health, gauges: Gauges, *, token: str, open_to_all: bool) -> None:
        self._health = health
        self._gauges = gauges
        self._token = token
        self._open = open_to_all

    @staticmethod
    def owns(scope: Scope) -> bool:
        return scope["path"] in PATHS

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        path = scope["path"]
        if scope["method"] not in {"GET", "HEAD"}:
            raise MethodWrong(path=path, allowed="GET", method=scope["method"])
        if path == "/healthz":
            await answer(send, 200, b'{"alive":true}')
        elif path == "/readyz":
            await self._ready(send)
        else:
            self._permit(scope)
            # Imported here: a server that nobody scrapes need not hold the library.
            from branchline.api.ops.metrics import exposition  # noqa: PLC0415

            body, media_type = await exposition(self._gauges, header(scope, b"accept").decode("latin-1"))
            await answer(send, 200, body, media_type)

    async def _ready(self, send: Send) -> None:
        checks = await self._health.checks()
        ready = not any(check.problem for check in checks)
        more = [] if ready else [(b"retry-after", str(RETRY_S).encode())]
        await answer(send, 200 if ready else 503, _readiness(ready, checks), more=more)

    def _permit(self, scope: Scope) -> None:
        if self._open:
            return
        if not self._token:
            raise MetricsOff()
        if not compare_digest(bearer(scope).encode("latin-1"), self._token.encode()):
            raise MetricsDenied()


def _readiness(ready: bool, checks: tuple[Check, ...]) -> bytes:
    """Write `{"ready", "checks": [{"name", "ready", "problem"?}]}`."""
    shown = [
        {"name": one.name, "ready": not one.problem, **({"problem": one.problem} if one.problem else {})}
        for one in checks
    ]
    return msgspec.json.encode({"ready": ready, "checks": shown})

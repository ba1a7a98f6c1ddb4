"""Spans by OpenTelemetry (the extra `otel`): one for every turn, fulfillment and delivery, in the visitor's trace.

Where they go is said as OpenTelemetry says it: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME and so on.
"""

from collections.abc import Mapping
from time import time_ns
from typing import TYPE_CHECKING

from branchline import __version__
from branchline.errors import HostError

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as OtelSpan

Attributes = Mapping[str, str | int]


class OtelMissing(HostError):
    """The setting otel is on, but OpenTelemetry is not installed. Install it with `pip install branchline[otel]`, or switch it off."""

    code = "otel.missing"


class Otel:
    """Spans as `branchline.tracing` wants them. `provider` takes the place of the one that exports over OTLP."""

    def __init__(self, provider: "TracerProvider | None" = None) -> None:
        try:
            # Imported here: it is an extra, and heavier than the whole server.
            from opentelemetry import trace  # noqa: PLC0415
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415
        except ImportError:
            raise OtelMissing() from None
        self._provider = provider or _exporting()
        self._tracer = self._provider.get_tracer("branchline", __version__)
        self._propagator = TraceContextTextMapPropagator()
        self._kinds = {"fulfillment": trace.SpanKind.CLIENT, "delivery": trace.SpanKind.PRODUCER}

    def turn(self, parent: str, event: str, seconds: float, attributes: Attributes) -> None:
        now = time_ns()
        began = now - int(seconds * 1e9)
        span = self._tracer.start_span(
            f"turn {event}", self._context(parent), attributes=dict(attributes), start_time=began
        )
        span.end(now)

    def begin(self, kind: str, parent: str, attributes: Attributes) -> "OtelCall":
        span = self._tracer.start_span(kind, self._context(parent), kind=self._kinds[kind], attributes=dict(attributes))
        return OtelCall(span)

    def close(self) -> None:
        """Send what is not sent yet."""
        self._provider.shutdown()

    def _context(self, parent: str) -> "Context":
        return self._propagator.extract({"traceparent": parent})


class OtelCall:
    """A call under way. The endpoint is told this span, so that its own spans stand below it."""

    def __init__(self, span: "OtelSpan") -> None:
        self._span = span
        its = span.get_span_context()
        self.traceparent = f"00-{its.trace_id:032x}-{its.span_id:016x}-{its.trace_flags:02x}"

    def end(self, attributes: Attributes) -> None:
        from opentelemetry.trace import StatusCode  # noqa: PLC0415 see Otel

        self._span.set_attributes(dict(attributes))
        if attributes["branchline.reason"] != "ok":
            self._span.set_status(StatusCode.ERROR, str(attributes["branchline.reason"]))
        self._span.end()


def _exporting() -> "TracerProvider":
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise OtelMissing() from None
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "branchline"}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider

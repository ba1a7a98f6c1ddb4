"""Spans for a host's OpenTelemetry: one for every turn, fulfillment and delivery, in one trace."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from branchline.service.clock import system_clock
from branchline.service.otel import Otel
from branchline.store.tables import targets
from branchline.store.tables.targets import Target
from branchline.tracing import Traced
from endpoints import Endpoint
from inside import Talker, publish, started
from running import inside, wait_for
from stories.bots import asking

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PAGE = "00f067aa0ba902b7"
ENDS = 6 * 60_000


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.close()


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    Traced.spans = Otel(provider)
    yield exporter
    Traced.spans = None
    provider.shutdown()


def trace_of(span: ReadableSpan) -> str:
    return f"{span.context.trace_id:032x}" if span.context else ""


async def test_turns_fulfillments_and_deliveries_are_spans_of_one_trace(
    spans: InMemorySpanExporter, endpoint: Endpoint
) -> None:
    moved = 0
    where = inside(endpoint.address)["BRANCHLINE_OPEN_HOSTS"]
    async with started(clock=lambda: system_clock() + moved, open_hosts=(where,), allow_http=True) as parts:
        await publish(parts, asking(endpoint.address))
        crm = Target(
            id="crm", bot="asker", name="crm", url=f"{endpoint.address}/crm", headers=(), signing=(), condition="all",
            blocks=("messages",), since=1, created_at=1, updated_at=1,
        )  # fmt: skip
        await parts.store.tables.write(targets.insert(crm))
        visitor = await Talker.start(parts)
        await visitor.say("BR-1", traceparent=f"00-{TRACE}-{PAGE}-01")
        endpoint.status = 500
        await visitor.say("BR-2")
        await visitor.call("end", {})
        endpoint.status = 200
        moved = ENDS
        for _ in range(200):
            if any(one.path == "/crm" for one in endpoint.asked):
                break
            await asyncio.sleep(0.05)
    found = spans.get_finished_spans()
    started_by_itself = [one for one in found if one.name == "turn Started"]
    assert [trace_of(one) for one in started_by_itself] == [visitor.uuid.replace("-", "")]
    rest = [one for one in found if one.name != "turn Started"]
    assert {trace_of(one) for one in rest} == {TRACE}
    names = [one.name for one in rest]
    assert names.count("fulfillment") == 2
    assert names.count("delivery") == 1
    assert {"turn Replied", "turn FulfillmentReturned", "turn FulfillmentFailed", "turn TimedOut"} <= set(names)
    assert {f"{one.parent.span_id:016x}" for one in rest if one.parent} == {PAGE}
    for one in rest:
        assert one.start_time is not None
        assert one.end_time is not None
        assert one.end_time >= one.start_time
    calls = [one for one in rest if one.name in {"fulfillment", "delivery"}]
    assert [dict(one.attributes or {})["branchline.reason"] for one in calls] == ["ok", "http_5xx", "ok"]
    told = [one.headers["traceparent"] for one in endpoint.asked]
    assert told == [f"00-{TRACE}-{one.context.span_id:016x}-01" for one in calls if one.context]


def test_without_the_extra_the_setting_is_refused_and_without_the_setting_nothing_is_loaded() -> None:
    program = """
import sys
from contextlib import suppress
class Absent:
    def find_spec(self, name, *_):
        if name.partition(".")[0] == "opentelemetry":
            raise ImportError(name)
sys.meta_path.insert(0, Absent())
from branchline.cli.serve import spans
from branchline.service.otel import OtelMissing
from branchline.settings import Settings
import branchline.main
with spans(Settings()):
    assert not [name for name in sys.modules if name.startswith("opentelemetry")]
try:
    with spans(Settings(otel=True)):
        pass
except OtelMissing as refusal:
    print(refusal)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "pip install branchline[otel]" in done.stdout, done.stderr


def test_a_server_with_the_setting_sends_its_spans(endpoint: Endpoint) -> None:
    program = """
from branchline.cli.serve import spans
from branchline.settings import Settings
from branchline.tracing import Traced, parent
with spans(Settings(otel=True)):
    Traced.spans.turn(parent("", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"), "Started", 0.1, {"branchline.bot": "asker"})
"""
    endpoint.answer = {}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint.address, "OTEL_SERVICE_NAME": "bots"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert wait_for(lambda: bool(endpoint.asked))
    [sent] = endpoint.asked
    assert sent.path == "/v1/traces"
    assert b"turn Started" in sent.body

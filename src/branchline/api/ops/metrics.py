"""The numbers of this process in Prometheus' text format.

What is counted stands in `branchline.meters`; what is looked up when somebody asks is in `Gauges`. The number of series is
bounded: bots, endpoints and codes past the limits of `meters` are counted as `other`.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from platform import python_version

from msgspec import Struct
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from branchline import __version__
from branchline.api.ops.gauges import Gauges
from branchline.fulfillment.breaker import Breaker, is_open
from branchline.meters import Histogram, Meters, Tally, meters
from branchline.store.port import Backlog
from branchline.store.tables import deliveries
from branchline.store.tables.targets import Target, all_targets

BREAKERS_LIMIT = 1_000
TARGETS_LIMIT = 1_000


async def exposition(gauges: Gauges, accept: str) -> tuple[bytes, bytes]:
    """Write everything down, for a scraper that takes `accept`; gives the text and its media type."""
    now = gauges.clock()
    tables = gauges.store.tables
    found = _Found(
        now,
        await gauges.store.backlog(now),
        gauges.carriers.in_flight,
        gauges.carriers.breakers(),
        {one.id: one for one in await all_targets(tables)},
        await deliveries.backlog(tables),
        await deliveries.dead(tables),
    )
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Snapshot(lambda: _families(meters, found, gauges.kind)))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type.encode()


class _Found(Struct, frozen=True):
    now: int
    backlog: Backlog
    in_flight: int
    breakers: Mapping[str, Breaker]
    targets: Mapping[str, Target]
    deliveries: Mapping[str, tuple[int, int]]
    dead: Mapping[str, int]


class _Snapshot(Collector):
    """What a registry asks for its families."""

    def __init__(self, families: Callable[[], Iterator[Metric]]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return self._families()


def _families(counted: Meters, found: _Found, kind: str) -> Iterator[Metric]:
    yield _gauge(
        "branchline_build_info", "What runs.", {"version": __version__, "python": python_version(), "store": kind}
    )
    yield _tally("branchline_turns", "Turns saved, by bot and event.", ("bot", "event"), counted.turns)
    yield _histogram("branchline_turn_seconds", "From the loaded interaction to the saved turn.", counted.turn_seconds)
    yield _counter("branchline_turns_missed", "Turns run again: someone else had moved it.", counted.turns_missed)
    yield _tally(
        "branchline_fulfillments",
        "Fulfillments that ended, by bot and reason.",
        ("bot", "reason"),
        counted.fulfillments,
    )
    yield _histogram("branchline_fulfillment_seconds", "How long endpoints took.", counted.fulfillment_seconds)
    yield _number("branchline_calls_in_flight", "Calls that are being made.", found.in_flight)
    backlog = found.backlog
    yield _number("branchline_calls_owed", "Calls owed, those in flight too.", backlog.owed)
    yield _number(
        "branchline_calls_unheld_seconds", "How long the oldest call owed has waited for a carrier.",
        _since(found.now, backlog.unheld_since),
    )  # fmt: skip
    yield _number("branchline_interactions_overdue", "Interactions past their deadline.", backlog.overdue)
    yield _number(
        "branchline_interactions_overdue_seconds", "How long the oldest of them has waited.",
        _since(found.now, backlog.overdue_since),
    )  # fmt: skip
    yield _number("branchline_search_unindexed_turns", "Turns that the search index lacks.", backlog.unindexed)
    yield from _deliveries(found)
    yield _breakers(found.breakers)
    yield _histogram("branchline_store_commit_seconds", "How long commits took, the disk included.", counted.commits)
    yield _histogram("branchline_store_commit_size", "Turns and other work that shared a commit.", counted.commit_sizes)
    yield _counter("branchline_store_commits_failed", "Commits that failed.", counted.commits_failed)
    yield _histogram("branchline_loop_lag_seconds", "By how much the event loop was late.", counted.loop_lag)
    yield _tally("branchline_refusals", "Errors that callers heard, by code.", ("code",), counted.refusals)
    yield _counter("branchline_incidents", "Errors of ours.", counted.incidents)


def _since(now: int, then: int | None) -> float:
    return 0.0 if then is None else max(0, now - then) / 1000


def _gauge(name: str, help_text: str, labels: dict[str, str]) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=list(labels))
    family.add_metric(list(labels.values()), 1)
    return family


def _number(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)


def _counter(name: str, help_text: str, value: float) -> Metric:
    return CounterMetricFamily(name, help_text, value=value)


def _tally(name: str, help_text: str, labels: tuple[str, ...], tally: Tally) -> Metric:
    family = CounterMetricFamily(name, help_text, labels=labels)
    for key, count in list(tally.counts.items()):
        family.add_metric(key, count)
    return family


def _histogram(name: str, help_text: str, histogram: Histogram) -> Metric:
    bounds = [*map(str, histogram.bounds), "+Inf"]
    counts = list(accumulate(histogram.counts))
    return HistogramMetricFamily(
        name, help_text, buckets=list(zip(bounds, counts, strict=True)), sum_value=histogram.total
    )


def _deliveries(found: _Found) -> Iterator[Metric]:
    owed = GaugeMetricFamily("branchline_deliveries_owed", "Deliveries owed, by target.", labels=["target"])
    oldest = GaugeMetricFamily(
        "branchline_delivery_owed_seconds", "How long the oldest delivery has been owed.", labels=["target"]
    )
    dead = GaugeMetricFamily("branchline_deliveries_dead", "Deliveries given up, by target.", labels=["target"])
    active = GaugeMetricFamily("branchline_target_active", "0 while a target is disabled.", labels=["target"])
    for target in list(found.targets.values())[:TARGETS_LIMIT]:
        name = [f"{target.bot}/{target.name}"]
        count, since = found.deliveries.get(target.id, (0, None))
        owed.add_metric(name, count)
        oldest.add_metric(name, _since(found.now, since))
        dead.add_metric(name, found.dead.get(target.id, 0))
        active.add_metric(name, int(target.state == "active"))
    yield from (owed, oldest, dead, active)


def _breakers(breakers: Mapping[str, Breaker]) -> Metric:
    family = GaugeMetricFamily(
        "branchline_breaker_open", "1 while an endpoint is left alone because it failed too often.", labels=["endpoint"]
    )
    for endpoint, state in list(breakers.items())[:BREAKERS_LIMIT]:
        family.add_metric([endpoint], int(is_open(state)))
    return family

"""The numbers of this process in Prometheus' text format.

What is counted stands in `branchline.meters`; what is looked up when somebody asks is in `Gauges`. The number of series is
bounded: bots, endpoints and codes past the limits of `meters` are counted as `other`.
"""

import asyncio
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
from branchline.errors import HostError
from branchline.fulfillment.breaker import Breaker, is_open
from branchline.meters import Histogram, Meters, Tally, meters
from branchline.store.port import Backlog
from branchline.store.tables import deliveries
from branchline.store.tables.targets import Target, all_targets

BREAKERS_LIMIT = 1_000
TARGETS_LIMIT = 1_000
WAIT_S = 3.0
"""A scrape waits so long for the database: a scraper gives up after ten seconds."""


async def exposition(gauges: Gauges, accept: str) -> tuple[bytes, bytes]:
    """Write everything down, for a scraper that takes `accept`; gives the text and its media type."""
    stored = await _stored(gauges)
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Snapshot(lambda: _families(meters, gauges, stored)))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type.encode()


class _Stored(Struct, frozen=True):
    """What was looked up in the database."""

    now: int
    backlog: Backlog
    targets: list[Target]
    owed: Mapping[str, tuple[int, int]]
    dead: Mapping[str, int]


async def _stored(gauges: Gauges) -> _Stored | None:
    """Look it up; None while the database is away: what this process counts is wanted most then."""
    now, tables = gauges.clock(), gauges.store.tables
    try:
        async with asyncio.timeout(WAIT_S):
            return _Stored(
                now,
                await gauges.store.backlog(now),
                await all_targets(tables),
                await deliveries.backlog(tables),
                await deliveries.dead(tables),
            )
    except (HostError, TimeoutError):
        return None


class _Snapshot(Collector):
    """What a registry asks for its families."""

    def __init__(self, families: Callable[[], Iterator[Metric]]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return self._families()


def _families(counted: Meters, gauges: Gauges, stored: _Stored | None) -> Iterator[Metric]:
    yield _gauge(
        "branchline_build_info",
        "What runs.",
        {"version": __version__, "python": python_version(), "store": gauges.kind},
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
    yield _number("branchline_calls_in_flight", "Calls that are being made.", gauges.carriers.in_flight)
    yield _number("branchline_database_up", "Whether the database answered just now.", int(stored is not None))
    if stored is not None:
        yield from _backlog(stored)
        yield from _deliveries(stored)
    yield _breakers(gauges.carriers.breakers())
    yield _histogram("branchline_store_commit_seconds", "How long commits took, the disk included.", counted.commits)
    yield _histogram("branchline_store_commit_size", "Turns and other work that shared a commit.", counted.commit_sizes)
    yield _counter("branchline_store_commits_failed", "Commits that failed.", counted.commits_failed)
    yield _histogram("branchline_loop_lag_seconds", "By how much the event loop was late.", counted.loop_lag)
    yield _tally("branchline_refusals", "Errors that callers heard, by code.", ("code",), counted.refusals)
    yield _counter("branchline_incidents", "Errors of ours.", counted.incidents)


def _backlog(stored: _Stored) -> Iterator[Metric]:
    backlog = stored.backlog
    yield _number("branchline_calls_owed", "Calls owed, those in flight too.", backlog.owed)
    yield _number(
        "branchline_calls_unheld_seconds", "How long the oldest call owed has waited for a carrier.",
        _since(stored.now, backlog.unheld_since),
    )  # fmt: skip
    yield _number("branchline_interactions_overdue", "Interactions past their deadline.", backlog.overdue)
    yield _number(
        "branchline_interactions_overdue_seconds", "How long the oldest of them has waited.",
        _since(stored.now, backlog.overdue_since),
    )  # fmt: skip
    yield _number("branchline_search_unindexed_turns", "Turns that the search index lacks.", backlog.unindexed)


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


def _deliveries(stored: _Stored) -> Iterator[Metric]:
    owed = GaugeMetricFamily("branchline_deliveries_owed", "Deliveries owed, by target.", labels=["target"])
    oldest = GaugeMetricFamily(
        "branchline_delivery_owed_seconds", "How long the oldest delivery has been owed.", labels=["target"]
    )
    dead = GaugeMetricFamily("branchline_deliveries_dead", "Deliveries given up, by target.", labels=["target"])
    active = GaugeMetricFamily("branchline_target_active", "0 while a target is disabled.", labels=["target"])
    for target in stored.targets[:TARGETS_LIMIT]:
        name = [f"{target.bot}/{target.name}"]
        count, since = stored.owed.get(target.id, (0, None))
        owed.add_metric(name, count)
        oldest.add_metric(name, _since(stored.now, since))
        dead.add_metric(name, stored.dead.get(target.id, 0))
        active.add_metric(name, int(target.state == "active"))
    yield from (owed, oldest, dead, active)


def _breakers(breakers: Mapping[str, Breaker]) -> Metric:
    family = GaugeMetricFamily(
        "branchline_breaker_open", "1 while an endpoint is left alone because it failed too often.", labels=["endpoint"]
    )
    for endpoint, state in list(breakers.items())[:BREAKERS_LIMIT]:
        family.add_metric([endpoint], int(is_open(state)))
    return family

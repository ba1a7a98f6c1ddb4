"""The composition root: settings in, a server's parts out. No logic."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from branchline import __version__
from branchline.api.admin import Admin, Desk
from branchline.api.admin.route import PREFIX as ADMIN
from branchline.api.app import App, Room, below
from branchline.api.chat import Chat
from branchline.api.chat.routes import CORS
from branchline.api.chat.routes import PREFIX as CHAT
from branchline.api.chat.tries import PREFIX as TRY
from branchline.api.chat.tries import TryChat
from branchline.api.core import Core
from branchline.api.core.routes import PREFIX as CORE
from branchline.api.ops import Ops
from branchline.api.ops.gauges import Gauges
from branchline.api.rates import Rate
from branchline.api.web import Console, Web, trouble
from branchline.errors import HostError
from branchline.faults import passed
from branchline.fulfillment.addresses import Opened
from branchline.fulfillment.addresses import opened as opened_addresses
from branchline.fulfillment.client import Client
from branchline.outbox import Outbox, owed
from branchline.service.access.audit import Audit
from branchline.service.access.oidc import Oidc, provider_of
from branchline.service.access.passwords import Passwords
from branchline.service.access.people import People
from branchline.service.access.sign_ins import SignIns
from branchline.service.asking import Asker
from branchline.service.attention import Attention
from branchline.service.bots import Bots
from branchline.service.carriers import Carriers
from branchline.service.clock import Clock, clock_for
from branchline.service.converse import Converse
from branchline.service.drafts import Drafts
from branchline.service.exports import Exports
from branchline.service.follow import Follow
from branchline.service.health import Health
from branchline.service.hub import Hub
from branchline.service.keys import Keys
from branchline.service.lease import Lease
from branchline.service.retention import Retention
from branchline.service.secrets import Secrets
from branchline.service.seen import Seen
from branchline.service.sweep import Sweep
from branchline.service.tries import Tries
from branchline.service.tries.calls import TryCalls
from branchline.service.tries.endpoint import EndpointTest
from branchline.service.tries.kept import KeptTries
from branchline.service.walks import BotWalks
from branchline.settings import Origin, Settings, origins_of
from branchline.store import open_store
from branchline.store.port import Store

TESTS_PER_MINUTE = 60
"""Tries that a person may begin, and endpoints that they may test, in a minute."""
DRAIN_S = 7
"""How long a stopping server waits for the calls in flight, after its last request was answered."""


class Parts(Struct):
    """The parts of a running server."""

    settings: Settings
    store: Store
    bots: Bots
    hub: Hub
    converse: Converse
    keys: Keys
    secrets: Secrets
    carriers: Carriers
    exports: Exports
    outbox: Outbox
    people: People
    app: App
    failure: Exception | None = None
    """What stopped the server from starting."""


def build(
    settings: Settings,
    secret_key: str,
    base: Callable[[], str],
    clock: Clock | None = None,
    environment: Mapping[str, str] | None = None,
    example: str = "",
    origins: Sequence[Origin] = (),
) -> Parts:
    """Put a server together. `base` gives its address once it listens; `environment` holds secrets; `example` is the
    address of the example order service, where it runs; `origins`: the settings with where each came from."""
    store = open_store(settings.database, exclusive=True)
    clock = clock or clock_for(store)
    bots, hub, keys = Bots(store, clock), Hub(), Keys(store, clock)
    lease = Lease(store)
    asker = Asker(store, lambda: lease.holder, base)
    converse = Converse(
        store,
        bots,
        hub,
        asker,
        token_days=settings.visitor_token_days,
        finalized=lambda interaction: owed(interaction, base()),
    )
    secrets = Secrets(store, secret_key, environment)
    client, opened_inside = outgoing(settings)
    # The outbox has a client of its own: what it has in flight takes no slot from visitors who wait.
    courier, _ = outgoing(settings)
    exports = Exports(store, courier, secrets, clock, opened_inside)
    outbox = Outbox(
        store,
        courier,
        exports.request,
        clock,
        lambda: lease.holder,
        per_target=settings.deliveries_per_target,
        in_all=settings.deliveries,
    )
    carriers = Carriers(store, bots, converse, client, secrets, clock, lease)
    sweep, follow = Sweep(store, converse, carriers, clock, lease), Follow(store, hub)
    audit, passwords = Audit(store), Passwords()
    sign_ins = SignIns(
        store, audit, passwords, clock, settings.sign_in_idle_minutes * 60_000, settings.sign_in_days * 86_400_000
    )
    people = People(store, audit, passwords, sign_ins, clock)
    provider = provider_of(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret,
        settings.oidc_name,
        settings.oidc_role_claim,
        settings.oidc_roles,
        settings.oidc_default_role,
    )
    oidc = Oidc(provider, client, store, audit, people, sign_ins, clock, base)
    drafts = Drafts(store, bots, audit, clock)
    trying = _trying(settings, store, hub, drafts, secrets, audit, clock, base)
    retention = Retention(store, clock, settings.retention_days)
    desk = Desk(
        store=store,
        bots=bots,
        audit=audit,
        people=people,
        sign_ins=sign_ins,
        drafts=drafts,
        keys=keys,
        oidc=oidc,
        tries=trying.tries,
        walks=BotWalks(store, drafts, clock),
        endpoint_test=trying.endpoint_test,
        tests=Rate(TESTS_PER_MINUTE),
        clock=clock,
        base=base,
        converse=converse,
        hub=hub,
        exports=exports,
        secrets=secrets,
        carriers=carriers,
        attention=Attention(store, bots, secrets, clock, retention, opened_inside),
        origins=tuple(origins or origins_of(settings, "program")),
        example=example,
    )
    working: list[asyncio.Task[None]] = []
    staying: list[asyncio.Task[None]] = []

    async def opened() -> None:
        try:
            await store.open()
            await lease.open()
            await carriers.open()
        except Exception as problem:
            parts.failure = problem
            raise
        working.extend(
            asyncio.create_task(run) for run in (sweep.run(), outbox.run(), retention.run(), trying.tries.run())
        )
        staying.extend(asyncio.create_task(run) for run in (lease.run(), follow.run(), trying.follow.run()))

    async def closing() -> None:
        await _end(working)
        passed("shutdown")
        await asyncio.gather(carriers.drain(DRAIN_S), outbox.drain(DRAIN_S), trying.calls.close())
        await _end(staying)
        with suppress(HostError):  # a database that is away: the lease runs out by itself
            await lease.leave()
        await asyncio.gather(client.close(), courier.close(), trying.client.close(), drafts.close())
        await store.close()

    proxies = frozenset(settings.trusted_proxies)
    chat = Chat(
        store,
        bots,
        converse,
        hub,
        clock,
        starts=Rate(settings.starts_per_minute),
        messages=Rate(settings.messages_per_minute),
        trusted_proxies=proxies,
    )
    ops = Ops(
        Health(store, sweep, clock),
        Gauges(store, carriers, clock, settings.database.partition(":")[0]),
        token=settings.metrics_token,
        open_to_all=settings.metrics_open,
    )
    rooms = (
        Room(
            Web.owns, Web(bots, clock, dict(one.split("=", 1) for one in settings.aliases), Seen(store)), CORS, trouble
        ),
        Room(below(CHAT), chat, CORS),
        Room(below(TRY), trying.chat, CORS),
        Room(below(CORE), Core(store, converse, keys, clock, base)),
        Room(Ops.owns, ops),
        Room(below(ADMIN), Admin(desk, proxies)),
        Room(Console.owns, Console(base)),
    )
    app = App(rooms, opened, closing, trouble)
    parts = Parts(settings, store, bots, hub, converse, keys, secrets, carriers, exports, outbox, people, app)
    return parts


class _Trying(Struct, frozen=True):
    """What tries are made of."""

    tries: Tries
    calls: TryCalls
    client: Client
    endpoint_test: EndpointTest
    follow: Follow
    chat: TryChat


def _trying(
    settings: Settings,
    store: Store,
    hub: Hub,
    drafts: Drafts,
    secrets: Secrets,
    audit: Audit,
    clock: Clock,
    base: Callable[[], str],
) -> _Trying:
    """Put tries together: the same engine, service and chat, over tables of their own."""
    kept, own_hub = KeptTries(store, drafts.files.one), hub.apart()
    asker = Asker(kept, lambda: "", base)
    converse = Converse(kept, kept, own_hub, asker, counted=False, token_days=settings.visitor_token_days)
    # Tries have a client of their own: nothing that an author tries takes a slot from visitors.
    client, _ = outgoing(settings)
    calls = TryCalls(store, kept, converse, client, secrets, clock)
    chat = Chat(
        kept,
        kept,
        converse,
        own_hub,
        clock,
        starts=Rate(settings.starts_per_minute),
        messages=Rate(settings.messages_per_minute),
        trusted_proxies=frozenset(settings.trusted_proxies),
    )
    return _Trying(
        Tries(store, kept, converse, calls, drafts, clock),
        calls,
        client,
        EndpointTest(drafts, asker, calls, client, secrets, audit, clock),
        Follow(kept, own_hub),
        TryChat(kept, chat, clock),
    )


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def outgoing(settings: Settings) -> tuple[Client, Opened]:
    """Give a client for calls out, and where they may go inside."""
    inside = opened_addresses(settings.open_hosts, settings.open_networks, settings.allow_http)
    client = Client(
        inside,
        in_flight_per_endpoint=settings.calls_per_endpoint,
        in_flight=settings.calls,
        user_agent=f"Branchline/{__version__}",
    )
    return client, inside

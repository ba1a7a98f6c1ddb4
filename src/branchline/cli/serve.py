"""`serve`: run the server. `migrate`: bring the database up to date without running it."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated

import structlog
import typer
import uvicorn

from branchline.cli.app import (
    Database,
    SettingsFile,
    app,
    database_file,
    read_settings,
    run_async,
    say,
    secret_key,
    with_store,
)
from branchline.cli.log import start_logging
from branchline.cli.workers import WorkersNeedServer, given_socket, is_first, number, run_workers, stop_with_parent
from branchline.errors import HostError
from branchline.main import Parts, build
from branchline.service.access.people import SetUpDone
from branchline.service.hub import Hub
from branchline.settings import Origin, Settings, load, strangers
from branchline.store.address import shown
from branchline.store.port import Store
from branchline.tracing import Traced

Started = Callable[[], Awaitable[None]]

WAIT_S = 8
"""How long requests that wait for an endpoint may go on waiting when the server is asked to stop."""
GRACE_S = 10
"""How long requests in flight may take when the server is asked to stop."""
COLLECT_EVERY = (10_000, 20, 50)
"""Objects between collections of garbage, and how many collections of one generation make one of the next. Python's own
(700, 10, 10) looked through every object of the server dozens of times a second: a tenth of the work at 64 visitors,
and pauses that were the slowest hundredth of its answers."""
GIVE_WAY_S = 0.0005
"""After how long a thread gives way to another: a tenth of Python's own, so that a commit waits less for the event loop, and the
event loop less for what is done beside it."""


class AddressTaken(HostError):
    """Cannot listen on {host}:{port}: {problem}. Choose another with --host or --port."""

    code = "address.taken"


@app.command()
def serve(
    database: Database = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Server processes that share the port; needs PostgreSQL.")] = None,
    settings_file: SettingsFile = None,
) -> None:
    """Run the server until it is stopped."""
    options = {"database": database, "host": host, "port": port, "workers": workers}
    settings, origins = load(options, file=settings_file)
    start_logging(settings)
    given = given_socket()
    if given is None:
        tell_strangers()
    if given is None and settings.workers > 1:
        serve_with_workers(settings)
        return
    listener = given or listen(settings)
    address = address_of(settings, listener)
    parts = make_parts(settings, address, origins=origins)

    async def ready() -> None:
        if given is not None:
            stop_with_parent()
        else:
            say(f"Branchline serves {shown(settings.database)} on {address}")
        if is_first():
            await invite_first_admin(parts, address)

    run_async(run_server(parts, listener, ready))


def tell_strangers() -> None:
    """Warn of environment variables that look like settings and are none."""
    for sentence in strangers(os.environ):
        structlog.get_logger().warning("setting.ignored", says=sentence)


def serve_with_workers(settings: Settings) -> None:
    """Be the parent of the workers. What is wrong with the database is said once, before any of them starts."""
    if settings.database.partition(":")[0] in {"sqlite", "memory"}:
        raise WorkersNeedServer(database=shown(settings.database))
    with_store(settings, _nothing, make=True)
    listener = listen(settings)
    address = address_of(settings, listener)
    say(f"Branchline serves {shown(settings.database)} with {settings.workers} workers on {address}")
    run_workers(settings.workers, listener, sys.argv[1:])


async def _nothing(_store: Store) -> None:
    return None


@app.command()
def migrate(database: Database = None, settings_file: SettingsFile = None) -> None:
    """Create the database or bring it up to date; `serve` does the same by itself."""
    settings = read_settings(settings_file, database=database)
    with_store(settings, _nothing, make=True)
    say(f"{shown(settings.database)} is up to date.")


def listen_alone(settings: Settings) -> list[socket.socket]:
    """Take the address of this process alone, if it is to have one."""
    return [listen(settings, settings.own_port + number() - 1)] if settings.own_port else []


def listen(settings: Settings, port: int | None = None) -> socket.socket:
    """Take the address, on another port if one is given; AddressTaken when it cannot be had."""
    port = settings.port if port is None else port
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, port))
        listener.listen(2048)
    except OSError as problem:
        listener.close()
        raise AddressTaken(host=settings.host, port=port, problem=problem.strerror or problem) from None
    listener.setblocking(False)
    return listener


def address_of(settings: Settings, listener: socket.socket) -> str:
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104 shown, not bound
    return f"http://{shown}:{port}"


async def first_code(parts: Parts) -> str | None:
    """Make the code that sets the console up; None when somebody has."""
    try:
        return await parts.people.new_code()
    except SetUpDone:
        return None


async def invite_first_admin(parts: Parts, address: str) -> None:
    """Say how to set the console up, as long as nobody has."""
    code = await first_code(parts)
    if code is not None:
        say(f"Set it up at {address}/console/ with the code {code}, which works once, for 24 hours.")


def make_parts(
    settings: Settings,
    address: str,
    secrets: Mapping[str, str] | None = None,
    example: str = "",
    origins: Sequence[Origin] = (),
) -> Parts:
    """Put the server together; `secrets`: more secrets, as environment variables; `example`, `origins`: see `build`."""
    if settings.database.startswith("sqlite:///"):
        database_file(settings)
    return build(
        settings,
        secret_key(settings),
        lambda: address,
        environment={**os.environ, **(secrets or {})},
        example=example,
        origins=origins,
    )


def make_server(parts: Parts, started: Started | None = None) -> uvicorn.Server:
    """Give the HTTP server around the parts. `started` runs once the server listens."""
    config = uvicorn.Config(
        parts.app,
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    return _Server(config, parts.hub, started)


async def run_server(parts: Parts, listener: socket.socket, started: Started | None = None) -> None:
    """Serve until asked to stop; then finish what is in flight. A start that fails raises what stopped it."""
    with spans(parts.settings):
        try:
            await make_server(parts, started).serve(sockets=[listener, *listen_alone(parts.settings)])
        except SystemExit:  # how uvicorn leaves a start that failed
            if parts.failure is None:
                raise
    if parts.failure is not None:
        raise parts.failure
    structlog.get_logger().info("server.stopped")


@contextmanager
def spans(settings: Settings) -> Iterator[None]:
    """Tell the host's OpenTelemetry what this process does, if the settings say so; OtelMissing when it cannot be."""
    if not settings.otel:
        yield
        return
    from branchline.service.otel import Otel  # noqa: PLC0415 an extra

    otel = Otel()
    Traced.spans = otel
    try:
        yield
    finally:
        Traced.spans = None
        otel.close()


class _Server(uvicorn.Server):
    """Stops on SIGTERM and SIGINT and then returns, so that a server that was asked to stop has done what it should."""

    def __init__(self, config: uvicorn.Config, hub: Hub, started: Started | None) -> None:
        super().__init__(config)
        self._hub = hub
        self._started = started

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.stopped.set()
        asyncio.get_running_loop().call_later(WAIT_S, self._hub.let_go)
        await super().shutdown(sockets=sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        said = logging.getLogger("uvicorn.error")
        said.setLevel(logging.CRITICAL)  # a start that fails is told once, by whoever started it
        try:
            await super().startup(sockets=sockets)
        finally:
            said.setLevel(logging.NOTSET)
        if not self.started:
            return
        gc.collect()
        gc.freeze()  # what a server is made of lives as long as it does: the collector need not look at it again
        gc.set_threshold(*COLLECT_EVERY)
        sys.setswitchinterval(GIVE_WAY_S)
        if self._started is not None:
            await self._started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

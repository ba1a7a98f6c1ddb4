"""The guard: every address is judged right before it is dialled, whatever the URL or the DNS said (contract §4)."""

import asyncio
import errno
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from branchline.fulfillment.addresses import Opened, refusal
from branchline.fulfillment.reasons import Reason

LOOKUPS_LIMIT = 64
"""Names being looked up at the same time; each holds a thread for as long as the system's resolver takes."""

Lookup = Callable[..., list[Any]]
"""Shaped as `socket.getaddrinfo`."""


class Trail:
    """What is known of one attempt while it runs: where to, how far it came, and what was wrong on the wire."""

    __slots__ = ("blocked", "dialled", "fault", "host", "may_send", "port", "sent")

    def __init__(self, host: str, port: int, may_send: Callable[[], bool] | None = None) -> None:
        self.host = host
        self.port = port
        self.may_send = may_send
        self.blocked: str | None = None
        self.dialled = False
        self.sent = False
        self.fault: tuple[Reason, str] | None = None

    def blame(self, reason: Reason, detail: str) -> None:
        """Keep the first fault: those that follow are its consequences."""
        if self.fault is None:
            self.fault = reason, detail


trail: ContextVar[Trail] = ContextVar("trail")
"""The attempt that this task, and the tasks it starts to connect, are about."""


class BlockedAddress(OSError):
    """The address may not be dialled."""


class Guard:
    """Makes the sockets of all outgoing connections; without its consent there is none."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def __call__(self, info: tuple[Any, ...]) -> socket.socket:
        """Give a socket for an address as `getaddrinfo` describes it; BlockedAddress if it may not be dialled."""
        family, kind, protocol, _, address = info
        attempt = trail.get()
        why = refusal(address[0], self._opened, host=attempt.host, port=attempt.port)
        if why is not None:
            attempt.blocked = why
            raise BlockedAddress(errno.EACCES, why)
        attempt.dialled = True
        return socket.socket(family, kind, protocol)


class Resolver(AbstractResolver):
    """Looks names up without ever being waited for longer than a call has time.

    One thread for each name at most: a name whose lookup hangs holds up no other. The threads are daemons, since a
    lookup cannot be interrupted and must not keep the process from ending.
    """

    def __init__(self, lookup: Lookup = socket.getaddrinfo) -> None:
        self._lookup = lookup
        self._running: dict[str, asyncio.Future[list[str]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a name; OSError if there are none."""
        running = self._running.get(host)
        if running is None:
            if len(self._running) >= LOOKUPS_LIMIT:
                raise OSError(errno.EAGAIN, "too many names are being looked up")
            running = self._start(host)
        addresses = await asyncio.shield(running)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    def _start(self, host: str) -> asyncio.Future[list[str]]:
        loop = asyncio.get_running_loop()
        running: asyncio.Future[list[str]] = loop.create_future()
        self._running[host] = running

        def finish(addresses: list[str], error: OSError | None) -> None:
            self._running.pop(host, None)
            if error is None:
                running.set_result(addresses)
            else:
                running.set_exception(error)
                running.exception()  # nobody may be waiting any more, and that is no fault

        def work() -> None:
            addresses: list[str] = []
            error: OSError | None = None
            try:
                found = self._lookup(host, None, type=socket.SOCK_STREAM)
                addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
                if not addresses:
                    error = OSError(errno.ENOENT, "the name has no address")
            except OSError as failed:
                error = failed
            except UnicodeError:
                error = OSError(errno.EINVAL, "the name is too long or has an empty part")
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(finish, addresses, error)

        threading.Thread(target=work, name=f"lookup {host[:40]}", daemon=True).start()
        return running

    async def close(self) -> None:
        """Forget the lookups that still run."""
        self._running.clear()

"""The command line of the order service."""

import argparse
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import uvicorn

from order_service import invented
from order_service.app import order_app
from order_service.orders import NotOurs, Orders

SECRETS = "ORDER_DESK_SIGNING_SECRETS"

_USAGE = 2
_INSTALLATION = 3


class _Server(uvicorn.Server):
    """Says where it listens, in one line that a program can read, as soon as it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            print(f"order-desk: listening on http://{host}:{port}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Returns 0, 2 for wrong use, 3 when the port or the file cannot be had."""
    options = _parser().parse_args(arguments)
    given = os.environ.get(SECRETS, "")
    secrets = [secret.strip() for secret in given.split(",")] if given.strip() else None
    try:
        orders = Orders(options.database, invented.orders(options.today or datetime.now(UTC).date()))
    except NotOurs as error:
        return _stopped(_USAGE, str(error))
    except sqlite3.Error as error:
        return _stopped(_INSTALLATION, f"{options.database} cannot be opened as a database: {error}.")
    try:
        listener = socket.create_server((options.host, options.port), backlog=256)
    except OSError as error:
        orders.close()
        where = f"{options.host}:{options.port}"
        return _stopped(_INSTALLATION, f"cannot listen on {where}: {error.strerror}. Choose another --port.")
    try:
        app = order_app(orders, secrets)
    except ValueError as error:
        orders.close()
        listener.close()
        return _stopped(_USAGE, f"{SECRETS}: {error}")
    server = _Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2))

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn puts its own handlers over these while it serves; before and after, ours make the stop a clean one.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if options.with_parent:
        threading.Thread(target=_wait_for_parent, args=(stop,), daemon=True).start()
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()
        orders.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="order-desk",
        description="A small order service with 300 invented orders, for the example bot to ask.",
        epilog=f"{SECRETS}: signing secrets, whsec_..., separated by commas. Set, only signed requests are answered.",
    )
    parser.add_argument(
        "--database", type=Path, required=True, metavar="FILE", help="made and filled if it is not there"
    )
    parser.add_argument("--host", default="127.0.0.1", help="IPv4 address to listen on (default %(default)s)")
    parser.add_argument("--port", type=_port, default=8701, help="0 for any free port (default %(default)s)")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="the day from which a new database counts its dates (default: this day, UTC)",
    )
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input is closed")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; 0 to 65535 are")
    return int(text)


def _wait_for_parent(stop: Callable[[], None]) -> None:
    # os.read, because a thread that waits inside sys.stdin would hold its lock when the interpreter ends.
    while os.read(0, 4096):
        pass
    stop()


def _stopped(code: int, why: str) -> int:
    print(f"order-desk: {why}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())

"""`branchline serve` with a clock that a test moves: `python moved.py DATABASE FILE`; the file holds milliseconds to add."""

import sys
from pathlib import Path

from branchline.cli.app import read_settings, run_async, say, secret_key
from branchline.cli.log import start_logging
from branchline.cli.serve import address_of, listen, run_server
from branchline.main import build
from branchline.service.clock import system_clock

database, file = sys.argv[1], Path(sys.argv[2])


def clock() -> int:
    return system_clock() + int(file.read_text())


settings = read_settings(database=database, port=0)
start_logging(settings)
listener = listen(settings)
address = address_of(settings, listener)
say(f"Branchline serves {settings.database} on {address}")
run_async(run_server(build(settings, secret_key(settings), lambda: address, clock), listener))

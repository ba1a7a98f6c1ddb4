"""Server processes with a clock that is ahead: `python -m bench.torture.server DATABASE PORT`.

Imports everything once, then makes a new server process for each line on its standard input: `MILLISECONDS FAULT`. So a
start costs a fork and not a second of imports; the process itself is the one that `branchline serve` runs. Says the
process id of each; a clock that moves on between two starts lets deadlines of minutes pass in a run of minutes.
"""

import os
import signal
import sys

from branchline import faults
from branchline.cli.app import read_settings, run_async, secret_key
from branchline.cli.log import start_logging
from branchline.cli.serve import address_of, listen, run_server
from branchline.main import build
from branchline.service.clock import system_clock


def serve(database: str, port: int, ahead: int, fault: str) -> None:
    """Run one server until it is stopped or killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    faults.arm(fault)
    settings = read_settings(database=database, port=port)
    start_logging(settings)
    listener = listen(settings)
    address = address_of(settings, listener)
    parts = build(settings, secret_key(settings), lambda: address, lambda: system_clock() + ahead)
    run_async(run_server(parts, listener))


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a killed server ended
    for line in sys.stdin:
        ahead, _, fault = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            try:
                serve(sys.argv[1], int(sys.argv[2]), int(ahead), fault)
            finally:
                os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()

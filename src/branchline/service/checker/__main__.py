"""The process that checks large drafts. It ends when the server that began it has gone."""

import os
import signal
import sys

import msgspec

from branchline.bot.checked import checked
from branchline.service.checker import SIZE_BYTES, Asked

BEHIND = 10
"""How much it steps behind the server, where both want the same core (nice)."""

_asked = msgspec.json.Decoder(Asked).decode


def main() -> None:
    """Answer one document after the other."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    os.nice(BEHIND)
    read, write = sys.stdin.buffer, sys.stdout.buffer
    while size := read.read(SIZE_BYTES):
        asked = _asked(read.read(int.from_bytes(size)))
        answer = msgspec.json.encode(checked(msgspec.json.decode(asked.document), asked.files))
        write.write(len(answer).to_bytes(SIZE_BYTES) + answer)
        write.flush()


if __name__ == "__main__":
    main()

"""Runs the order service by its path, without installing it: `python service.py --port 8701 --database orders.db`."""

import sys

from order_service.__main__ import main

if __name__ == "__main__":
    sys.exit(main())

import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "order-desk"

# The example is a folder to run by its path, not an installed package; its pure parts are also tested directly.
sys.path.insert(0, str(EXAMPLE))

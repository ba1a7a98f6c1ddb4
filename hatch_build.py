"""Before a wheel or an sdist is packed, build what the browser loads (tools/web.py). An sdist already has it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuiltForTheBrowser(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable":
            return
        if (root / "web").is_dir():
            subprocess.run([sys.executable, root / "tools" / "web.py", "build"], check=True)
        if not (root / "src" / "branchline" / "static" / "w" / "loader.js").is_file():
            raise FileNotFoundError("The chat widget is not built, and web/ is not here to build it from.")

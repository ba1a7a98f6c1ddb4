"""Write the description, and the types that the front end is made with."""

import shutil
import subprocess
import sys
from pathlib import Path

from branchline.api.admin.openapi import openapi_text
from branchline.bot.forms import form_schema_text

WEB = Path(__file__).resolve().parents[2] / "web"
JSON, TYPES = WEB / "protocol" / "openapi.json", WEB / "protocol" / "api.d.ts"
FORMS = WEB / "protocol" / "forms.json"
MAKER = WEB / "node_modules" / ".bin" / "openapi-typescript"


def main() -> int:
    JSON.write_text(openapi_text(), encoding="utf-8")
    FORMS.write_text(form_schema_text(), encoding="utf-8")
    if not MAKER.exists() or shutil.which("node") is None:
        sys.stderr.write("openapi.json is written; for api.d.ts run `npm ci` in web/ first.\n")
        return 1
    return subprocess.run([MAKER, JSON, "--output", TYPES], check=False).returncode  # noqa: S603 our own program


if __name__ == "__main__":
    sys.exit(main())

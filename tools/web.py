"""What the browser loads, from sources to files: `python tools/web.py build|check|browser`. Needs no package.

    build [--if-possible]   install what is locked and build widget and console, each only when something changed
    check                   lint, types, unit tests and sizes
    fix                     format, and repair what can be repaired
    browser                 see to a Chromium and fonts for the tests; print where it is

Node 20.19 or newer is needed to build, and nothing of it to run. Exit codes: 0 done, 1 the answer is no, 3 something is
missing here.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
BUILT = ROOT / "src" / "branchline" / "static" / "w"
APP = BUILT.with_name("app")
STAMP = BUILT.with_name(".stamp")
NODE = (20, 19)
SOURCES = ("admin", "builder", "document", "index.html", "locales", "protocol", "scripts", "ui", "widget")
SOURCES += ("package.json", "package-lock.json")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {"node": ["nodejs", "npm"], "chromium": ["chromium", "fonts-liberation", "fonts-dejavu-core"]}


class Missing(Exception):
    """Something that this needs is not here, and may not be installed by us."""


def main(arguments: list[str]) -> int:
    match arguments:
        case ["build"]:
            build()
        case ["build", "--if-possible"]:
            try:
                build(may_install=False)
            except (Missing, subprocess.CalledProcessError) as problem:
                why = problem if isinstance(problem, Missing) else "Building what browsers load failed (see above)."
                state = "out of date" if built() else "not built"
                tell(f"{why} The chat and the console in the browser are {state}; all else works.")
        case ["check"]:
            check()
        case ["fix"]:
            npm = node()
            install(npm)
            run([npm, "run", "--silent", "fix"])
        case ["browser"]:
            sys.stdout.write(f"{browser()}\n")
        case _:
            tell((__doc__ or "").strip())
            return 2
    return 0


def build(may_install: bool = True) -> None:
    """Install what is locked and build, each only when what it comes from is not what it was."""
    made_from = stamp(file for name in SOURCES for file in files(WEB / name))
    if built() and read(STAMP) == made_from:
        return
    npm = node(may_install)
    install(npm)
    tell("Building the widget and the console (web/) ...")
    run([npm, "run", "--silent", "build"])
    STAMP.write_text(made_from)


def check() -> None:
    npm = node()
    install(npm)
    for name in ("check", "test", "check-size"):
        run([npm, "run", "--silent", name])


def install(npm: str) -> None:
    locked = stamp([WEB / "package-lock.json"])
    kept = WEB / "node_modules" / ".stamp"
    if read(kept) == locked:
        return
    tell("Setting up (web/package-lock.json) ...")
    run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", "--no-update-notifier"])
    kept.write_text(locked)


def built() -> bool:
    return (BUILT / "loader.js").is_file() and (APP / "index.html").is_file()


def node(may_install: bool = True) -> str:
    """Give npm's path when Node is new enough; install it where we may."""
    for attempt in range(2):
        npm = shutil.which("npm")
        if npm and shutil.which("node") and node_version() >= NODE:
            return npm
        if attempt or not may_install or not debian_packages("node"):
            break
    raise Missing(
        f"The chat widget and the console are built with Node {NODE[0]}.{NODE[1]} or newer and npm; {node_found()}. Install them."
    )


def node_version() -> tuple[int, ...]:
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().removeprefix("v").split(".")[:2] if part.isdigit())


def node_found() -> str:
    if not shutil.which("node"):
        return "no Node was found"
    if node_version() < NODE:
        return f"Node {'.'.join(map(str, node_version()))} was found"
    return "no npm was found"


def browser() -> str:
    """Give Chromium's path; install it where we may."""
    for attempt in range(2):
        for name in BROWSERS:
            if found := shutil.which(name):
                return found
        if attempt or not debian_packages("chromium"):
            break
    raise Missing(
        f"The browser tests need Chromium, and none was found ({', '.join(BROWSERS)}). Install it"
        f" (Debian: apt-get install {' '.join(PACKAGES['chromium'])}), or leave these tests out on purpose:"
        " ./dev test --without-browser"
    )


def debian_packages(what: str) -> bool:
    """Install packages of the system, on Debian and its kin as root; false where that may not be done."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    tell(f"Installing {' '.join(PACKAGES[what])} (apt-get) ...")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES[what]]):
        done = subprocess.run([apt, "-qq", *command], env=quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        tell(done.stderr.strip())
    return not done.returncode


def run(command: list[str]) -> None:
    """Run in web/; what it says goes to the terminal, not into what a command prints for programs."""
    subprocess.run(command, cwd=WEB, check=True, stdout=sys.stderr)


def files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def stamp(sources: Iterable[Path]) -> str:
    """Give what tells these files from others: their names and what is in them."""
    told = sha256()
    for file in sources:
        told.update(f"{file.relative_to(WEB)}\n{file.stat().st_size}\n".encode() + file.read_bytes())
    return told.hexdigest()


def read(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as missing:
        tell(str(missing))
        sys.exit(3)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)

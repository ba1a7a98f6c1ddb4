"""What is packed is whole: a wheel holds what browsers load, and installing from an sdist needs no Node."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from branchline.api.web.assets import FOLDER
from running import ROOT

pytestmark = pytest.mark.story


def packed(kind: str, source: Path, into: Path, path: str = os.environ["PATH"]) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(into)],
        cwd=source,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return next(into.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


def in_wheel(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_holds_what_browsers_load_and_so_does_one_made_without_node(tmp_path: Path) -> None:
    wheel = in_wheel(packed("wheel", ROOT, tmp_path))
    built = {f"branchline/static/w/{file.name}": file.read_bytes() for file in FOLDER.iterdir()}
    assert {name: wheel.get(name) for name in built} == built
    assert "branchline/static/w/loader.js" in built
    assert not [name for name in wheel if "node_modules" in name or name.startswith("web/")]

    with tarfile.open(packed("sdist", ROOT, tmp_path)) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert not (unpacked / "web").exists()
    again = in_wheel(packed("wheel", unpacked, tmp_path / "again", path=str(Path(sys.executable).parent)))
    assert again.keys() == wheel.keys()

"""Links lead somewhere, and every page can be found from the README."""

import ast
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs.reading import PAGES, ROOT, Link, anchors, links, name_of

EVERY = [link for page in PAGES for link in links(page) if "://" not in link.target]


def target_of(link: Link) -> tuple[Path, str]:
    path, _, anchor = unquote(link.target).partition("#")
    return (link.page.parent / path).resolve() if path else link.page, anchor


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in EVERY:
        if link.page == page:
            file, anchor = target_of(link)
            assert file.exists(), link.target
            assert file.is_relative_to(ROOT), link.target
            assert not anchor or anchor in anchors(file), link.target


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [file for link in EVERY if link.page == page and (file := target_of(link)[0]) in PAGES]
    apart = {ROOT / "requirements" / "README.md"}
    assert set(PAGES) - reached <= apart


def names_in(file: Path) -> set[str]:
    """What a file defines: functions, classes, methods as `Class.method`, and constants."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name, body=body):
                found.add(name)
                methods = (ast.FunctionDef, ast.AsyncFunctionDef)
                found |= {f"{name}.{one.name}" for one in body if isinstance(one, methods)}
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case _:
                pass
    return found


def test_a_name_that_links_to_a_file_stands_in_it() -> None:
    looked = 0
    for link in EVERY:
        file, _ = target_of(link)
        name = re.fullmatch(r"`([A-Za-z_][\w.]*)`", link.label)
        if file.suffix == ".py" and name is not None and not name[1].endswith(".py"):
            looked += 1
            assert name[1] in names_in(file), f"{name_of(link.page)}: {link.label} is not in {name_of(file)}"
    assert looked > 50


def test_every_decision_is_listed_in_order() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = [target_of(link)[0].name for link in links(folder / "README.md")]
    assert listed == sorted(file.name for file in folder.glob("0*.md"))
    for number, name in enumerate(listed, 1):
        assert name.startswith(f"{number:04}-")
        assert (folder / name).read_text(encoding="utf-8").startswith(f"# {number}. ")

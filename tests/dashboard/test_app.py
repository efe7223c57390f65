"""The frame: where Python looks for modules once the dashboard runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

APP = ROOT / "dashboard" / "app.py"

# What `streamlit run dashboard/app.py` and `python dashboard/app.py` do first.
BEGIN = f"""
import importlib, sys
sys.path.insert(0, {str(APP.parent)!r})
exec(compile({APP.read_text().partition("import streamlit")[0]!r}, "app.py", "exec"), {{
    "__file__": {str(APP)!r}
}})
"""


def test_no_folder_of_the_dashboard_is_taken_for_a_standard_module(tmp_path: Path) -> None:
    names = {path.stem for path in APP.parent.iterdir()} & sys.stdlib_module_names
    assert "inspect" in names
    check = f"""
for name in {sorted(names)!r}:
    sys.modules.pop(name, None)
    assert {str(APP.parent)!r} not in importlib.import_module(name).__file__, name
import dashboard.state, rnnviz
"""
    command = [sys.executable, "-c", BEGIN + check]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr

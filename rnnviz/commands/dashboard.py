"""The command that opens the dashboard."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from rnnviz.commands.speaking import FAILED, complain
from rnnviz.runs.store import runs_folder

_APP = Path(__file__).parents[2] / "dashboard" / "app.py"


def dashboard(options: argparse.Namespace) -> int:
    """Serve the dashboard until Ctrl-C; its exit code."""
    if not _APP.exists():
        return complain(
            f"the dashboard is not beside this installation ({_APP}); get the whole project and "
            "run this command in its folder.",
            FAILED,
        )
    if find_spec("streamlit") is None:
        return complain(
            "streamlit, which draws the dashboard, is not installed; "
            "`pip install -r requirements.txt` in the project's folder installs it.",
            FAILED,
        )
    port = [] if options.port is None else ["--server.port", str(options.port)]
    environment = dict(os.environ, RNNVIZ_RUNS=str(runs_folder(options.runs).absolute()))
    command = [sys.executable, "-m", "streamlit", "run", str(_APP), *port]
    try:
        return subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0

"""The command that opens the dashboard."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from rnnviz.commands.speaking import FAILED, complain
from rnnviz.runs.store import runs_folder

_APP = Path(__file__).parents[2] / "dashboard" / "app.py"


def dashboard(options: argparse.Namespace) -> int:
    """Serve the dashboard until Ctrl-C.

    Streamlit takes this process's place: whatever signal ends it ends the server, and no child of
    it that would keep the port is left.
    """
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
    return os.execve(command[0], command, environment)

"""Runs that are made once, and copied for each test that changes them."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from rnnviz.runs.run import Run


def copy_of(run: Run, runs: Path) -> Run:
    """The same run in another folder of runs."""
    copytree(run.folder.path, runs / run.id)
    return Run.open(run.id, runs)

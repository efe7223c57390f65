"""The finished run that comes with the program: it is looked at like any other, and only that."""

from __future__ import annotations

import os
from pathlib import Path

from rnnviz.runs.documents import RunError, speaking_of
from rnnviz.runs.paths import EXAMPLE
from rnnviz.storage import appended

# What it is called wherever a run is named: in lists, in titles and on the command line.
NAME = "Example: a unit that counts"

# An empty file beside the runs: who hid the example does not want to see it again. Whatever has
# its name says the same, and nothing is followed or made where a link leads.
_HIDDEN = ".example-hidden"


def is_offered(runs: Path) -> bool:
    """Whether the example is to be shown beside the runs of a folder: it is there, and not hidden.

    Example:
        >>> is_offered(Path("nowhere")) == EXAMPLE.json.is_file()
        True
    """
    return EXAMPLE.json.is_file() and not os.path.lexists(runs / _HIDDEN)


def hide(runs: Path) -> None:
    """Offer the example beside these runs no more.

    Raises:
        RunError: the folder cannot be written.
    """
    with speaking_of(runs):
        runs.mkdir(parents=True, exist_ok=True)
    if is_offered(runs):
        with speaking_of(runs / _HIDDEN):
            appended(runs / _HIDDEN).close()


def show(runs: Path) -> None:
    """Offer it again.

    Raises:
        RunError: the folder cannot be written.
    """
    with speaking_of(runs / _HIDDEN):
        (runs / _HIDDEN).unlink(missing_ok=True)


def check_changeable(folder: Path) -> None:
    """Nothing is ever written into the example, wherever it lies and whoever may.

    Args:
        folder: of a run.

    Raises:
        RunError: it is the example.

    Example:
        >>> check_changeable(EXAMPLE.path)
        Traceback (most recent call last):
        rnnviz.runs.documents.RunError: this run comes with rnnviz as an example and is only ...
    """
    if folder == EXAMPLE.path:
        raise RunError(
            "this run comes with rnnviz as an example and is only looked at: it is not trained on, "
            "renamed or deleted. Train a run of your own."
        )

"""The finished run that comes with the program: it is looked at like any other, and only that."""

from __future__ import annotations

from pathlib import Path

from rnnviz.runs.documents import RunError
from rnnviz.runs.paths import RunFolder

# No run of a person's can have this name: it is shorter than an id.
EXAMPLE = RunFolder(Path(__file__).parents[1] / "shipped" / "example")


def is_example(folder: RunFolder) -> bool:
    """Whether a run is the one that comes with the program."""
    return folder == EXAMPLE


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

"""Units that keep to one value, as the snapshots of a run measure it."""

from __future__ import annotations

import numpy as np

from rnnviz.analysis.units.health import STILL
from rnnviz.notation import listed
from rnnviz.runs.run import Run


def unmoved_words(run: Run) -> str:
    """In how many units of a run's best snapshot h was measured to keep to one value.

    "" where there are none, or nobody measured it.

    Raises:
        RunError: the history is damaged.
    """
    if run.snapshots.empty or (measured := run.units_moved(run.best_iteration)) is None:
        return ""
    moved, characters = measured
    layers = [
        f"{count:,} of {moved.shape[1]:,} units of layer {layer}"
        for layer, count in enumerate(np.count_nonzero(moved <= STILL, axis=1))
        if count
    ]
    if not layers:
        return ""
    return (
        f"Over the {characters:,} characters that snapshots are measured on, h keeps to one value, "
        f"and tells nothing, in {listed(layers)}."
    )

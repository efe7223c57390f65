"""What hidden states do over a passage: their size, and which units are dead or saturated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.cells import Nonlinearity
from rnnviz.records import Floats


@dataclass(frozen=True, slots=True)
class States:
    """What the hidden states of one layer did over a passage.

    Attributes:
        units: how many.
        mean_size: mean of |h| over units and timesteps.
        largest: the largest |h|.
        dead: units that were exactly zero at every timestep (a relu that never opened).
        saturated: share of values at an end of the range: |h| > 0.99 for tanh; h < 0.01 or
            h > 0.99 for sigmoid; NaN for relu, which has no upper end.
        always_saturated: units saturated at every timestep.
    """

    units: int
    mean_size: float
    largest: float
    dead: int
    saturated: float
    always_saturated: int


def measure_states(h: Floats, name: Nonlinearity) -> States:
    """Size, dead and saturated units of h (time, unit).

    Args:
        h: at least one timestep.
        name: of phi, which gave them.

    Example:
        >>> found = measure_states(np.array([[0.0, 0.999], [0.0, 0.5]]), "tanh")
        >>> found.dead, found.saturated, found.always_saturated
        (1, 0.25, 0)
    """
    ends: Mapping[Nonlinearity, NDArray[np.bool_]] = {
        "tanh": np.abs(h) > 0.99,
        "sigmoid": (h < 0.01) | (h > 0.99),
        "relu": np.zeros(h.shape, bool),
    }
    return States(
        units=h.shape[1],
        mean_size=float(np.abs(h).mean()),
        largest=float(np.abs(h).max()),
        dead=int((h == 0).all(axis=0).sum()),
        saturated=float("nan") if name == "relu" else float(ends[name].mean()),
        always_saturated=int(ends[name].all(axis=0).sum()),
    )

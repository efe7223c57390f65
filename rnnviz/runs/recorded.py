"""All that a run recorded, table by table, with what each column is and in which unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.runs.recordings import Recordings

if TYPE_CHECKING:
    import pandas as pd

Pieces = Callable[[], Iterator["pd.DataFrame"]]

_PIECE = 1000  # iterations whose norms are in memory at once
_PATH = "the state that the gradient is by: h, or c of an LSTM"
_NORM = "L2 over the units of the layer, averaged over the sequences"
_WHEN = "updates of all weights that were made"
_PLACE = MappingProxyType({"iteration": _WHEN, "path": _PATH, "layer": "from 0, the lowest"})

# What is in each column of a table.
COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "iterations": {
            "iteration": _WHEN,
            "loss_nats": "training loss, of this iteration's own windows, in nats per character",
            "bits_per_char": "the same in bits per character",
            "total_gradient_norm": "L2 over all parameters as one vector, before clipping",
            "clip_factor": "what the gradient was multiplied by; 1 where it was not clipped",
            "learning_rate": "of this iteration",
            "characters": "that were learned from so far",
            "seconds": "of training so far",
        },
        "snapshots": {
            "iteration": _WHEN,
            "validation_loss_nats": "loss on the last tenth of the text, in nats per character",
            "bits_per_char": "the same in bits per character",
            "best": "whether that loss is the lowest; without one, whether it is the last",
            "prompt": "what the sample goes on from",
            "sample": "what the network wrote",
            "training_loss_nats": "mean over a tenth of the iterations before, 100 at most",
        },
        "window_gradient_norms": {
            **_PLACE,
            "timestep": "k, from 0, in the window",
            "gradient_norm": f"of the sum of the window's losses by the state at k: {_NORM}",
        },
        "gradient_norms_by_lag": {
            **_PLACE,
            "lag": "characters from the loss back to the state",
            "gradient_norm": f"of a loss by the state so far before it, mean over losses: {_NORM}",
            "losses": "that the mean stands on",
        },
        "parameter_gradient_norms": {
            "iteration": _WHEN,
            "parameter": "by its name in the weights",
            "gradient_norm": "L2, before clipping; kept where the gradient was clipped",
        },
        "held_out_losses": {
            "iteration": "of the best snapshot",
            "stretch": "of the held-out part, from 0",
            "loss_nats": "its mean in nats per character",
            "characters": "in it",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, read piece by piece when it is asked for.

    Attributes:
        name: what it is called.
        pieces: its rows, in order; columns are those of `COLUMNS`.
    """

    name: str
    pieces: Pieces

    @property
    def columns(self) -> Mapping[str, str]:
        """What is in each column, by its name."""
        return COLUMNS[self.name]


def recorded(run: Recordings, parameters: Sequence[str]) -> list[Table]:
    """Every table of a run; some may have no row.

    Args:
        run: which.
        parameters: the names of its weights, in their order.
    """
    ways: Mapping[str, Pieces] = {
        "iterations": lambda: iter([run.history]),
        "snapshots": lambda: iter([run.snapshots]),
        "window_gradient_norms": lambda: _window_norms(run),
        "gradient_norms_by_lag": lambda: iter([run.gradient_norms_by_lag()]),
        "parameter_gradient_norms": lambda: _parameter_norms(run, parameters),
        "held_out_losses": lambda: _held_out(run),
    }
    return [Table(name, pieces) for name, pieces in ways.items()]


def _window_norms(run: Recordings) -> Iterator[pd.DataFrame]:
    iterations = run.history["iteration"].tolist()
    for first in range(0, len(iterations), _PIECE):
        yield run.gradient_norms(iterations[first : first + _PIECE])


def _parameter_norms(run: Recordings, names: Sequence[str]) -> Iterator[pd.DataFrame]:
    import pandas as pd

    found = run.parameter_norms()
    if found:
        yield pd.DataFrame(
            {
                "iteration": np.repeat(list(found), len(names)),
                "parameter": [*names] * len(found),
                "gradient_norm": np.concatenate(list(found.values())),
            }
        )


def _held_out(run: Recordings) -> Iterator[pd.DataFrame]:
    import pandas as pd

    if len(run.snapshots) and (found := run.held_out_losses(run.best_iteration)) is not None:
        nats, characters = found
        yield pd.DataFrame(
            {
                "iteration": run.best_iteration,
                "stretch": np.arange(len(nats)),
                "loss_nats": nats,
                "characters": characters.astype(np.int64),
            }
        )

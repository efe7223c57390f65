"""Which arrays there are on how far gradients travel back, and what computes each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.analysis.gradients.flow import gradient_flow
from rnnviz.analysis.gradients.input_reach import input_reach
from rnnviz.analysis.gradients.jacobian import StepJacobians, step_jacobians
from rnnviz.analysis.gradients.jacobian_records import characters_for
from rnnviz.analysis.gradients.lyapunov import lyapunov
from rnnviz.analysis.gradients.network_truncation import truncation
from rnnviz.analysis.gradients.singular_values import singular_values
from rnnviz.analysis.gradients.truncation import USUAL_WINDOWS
from rnnviz.analysis.states.resetting import DISTANCES, reset_losses
from rnnviz.notation import counted
from rnnviz.records import GradientFlow
from rnnviz.recurrent.char_rnn import CharRNN
from rnnviz.text.vocabulary import Vocabulary

Arrays = Mapping[str, NDArray[Any]]

_PLACES = 512  # that a reset is tried before
_LOSSES = 1000  # of the text that windows are cut from


class Asked:
    """A network and the text that arrays are asked about.

    Attributes:
        network: the network.
        vocabulary: the characters in the order of its ids.
        text: all of the text, in these characters.
        window: how many losses the pictures of gradients take, from the beginning of the text.
    """

    def __init__(self, network: CharRNN, vocabulary: Vocabulary, text: str, window: int) -> None:
        self.network = network
        self.vocabulary = vocabulary
        self.text = text
        self.window = window

    @property
    def passage(self) -> str:
        """The characters of the window, and the one that its last loss is of."""
        return self.text[: self.window + 1]

    @cached_property
    def flow(self) -> GradientFlow:
        """Gradient flow over the passage."""
        return gradient_flow(self.network, self.vocabulary, self.passage)

    @cached_property
    def steps(self) -> StepJacobians:
        """The Jacobians of the top layer over the text, its first 1,100 characters at most."""
        config = self.network.config
        size = config.hidden_size * (2 if self.network.cell.facts.has_cell_state else 1)
        text = self.text[: characters_for(size)]
        return step_jacobians(self.network, self.vocabulary, text)


@dataclass(frozen=True, slots=True)
class Entry:
    """Arrays that are computed together.

    Attributes:
        names: of them, those that not every network has included.
        compute: gives those that this network has, by name.
    """

    names: tuple[str, ...]
    compute: Callable[[Asked], Arrays]


def flow_arrays(flow: GradientFlow) -> Arrays:
    """`matrix` (layer, t, k), `by_lag` (layer, lag), `last_loss` and `window` (layer, k).

    They are those of the h path; for the LSTM's c path, the same with `c_` before the name.
    """
    paths = {"": flow.h, "c_": flow.c}
    return {
        f"{prefix}{name}": getattr(path, name)
        for prefix, path in paths.items()
        if path is not None
        for name in _OF_A_PATH
    }


_OF_A_PATH = ("matrix", "by_lag", "last_loss", "window")
OF_FLOW = tuple(f"{prefix}{name}" for prefix in ("", "c_") for name in _OF_A_PATH)


def _singular_values(asked: Asked) -> Arrays:
    """`jacobian_singular_values` (lag, 3), the largest, median and smallest, and their lags."""
    found = singular_values(asked.steps)
    return {"jacobian_singular_values": found.values, "jacobian_lags": found.lags}


def _lyapunov(asked: Asked) -> Arrays:
    """`lyapunov` (unit) in nats a timestep; of the LSTM (2 * unit), for h and c together."""
    return {"lyapunov": lyapunov(asked.steps).exponents}


def _input_arrays(asked: Asked) -> Arrays:
    """`input_reach` (t, k): |d l_t / d x_k| over the passage."""
    return {"input_reach": input_reach(asked.network, asked.vocabulary, asked.passage).norm}


def _reset_arrays(asked: Asked) -> Arrays:
    """What a reset so many characters before costs, over all of the text.

    `reset_distance` (distance) are as many as leave half of the text, at most 256 characters;
    `reset_loss` in nats and `reset_accuracy` (distance) are means over 512 places at most; both are
    NaN where a loss is no finite number.

    Raises:
        ValueError: the text is too short.
    """
    ids = asked.vocabulary.encode(asked.text)
    distances = [distance for distance in DISTANCES if 2 * distance <= len(ids)]
    if not distances:
        raise ValueError(
            f"the text has {counted(len(ids), 'character')}; a reset takes 2 at least. Give a "
            "longer one."
        )
    places = np.unique(np.linspace(distances[-1], len(ids) - 1, _PLACES).astype(np.int64))
    found = reset_losses(asked.network, ids, places, distances)
    known = np.isfinite(found.losses).all(1)
    return {
        "reset_distance": np.array(found.distances),
        "reset_loss": np.where(known, found.mean, np.nan),
        "reset_accuracy": np.where(known, np.asarray(found.accuracy), np.nan),
    }


def _truncation_arrays(asked: Asked) -> Arrays:
    """How truncated gradients of the text's first 1,000 losses stand to the full one.

    `truncation_windows` (window), `truncation_cosine` and `truncation_norm_ratio` (window,
    parameter); `parameters` (parameter) are names of weight matrices, by layers.
    """
    ids = asked.vocabulary.encode(asked.text)[: _LOSSES + 1]
    windows = [window for window in USUAL_WINDOWS if window < len(ids)]
    found = truncation(asked.network, ids, windows)
    return {
        "truncation_windows": np.array(found.windows),
        "truncation_cosine": found.cosine,
        "truncation_norm_ratio": found.norm_ratio,
        "parameters": np.array(found.parameters),
    }


# One entry more is one kind of array more that the command `gradients` writes.
ENTRIES = (
    Entry(OF_FLOW, lambda asked: flow_arrays(asked.flow)),
    Entry(("jacobian_singular_values", "jacobian_lags"), _singular_values),
    Entry(("lyapunov",), _lyapunov),
    Entry(("input_reach",), _input_arrays),
    Entry(("reset_distance", "reset_loss", "reset_accuracy"), _reset_arrays),
    Entry(
        ("truncation_windows", "truncation_cosine", "truncation_norm_ratio", "parameters"),
        _truncation_arrays,
    ),
)

NAMES = tuple(name for entry in ENTRIES for name in entry.names)


def names_of(given: str | None) -> tuple[str, ...]:
    """The names that a person wrote, with commas between; all where there is nothing written.

    Raises:
        ValueError: there is no such array.

    Example:
        >>> names_of("by_lag, matrix")
        ('by_lag', 'matrix')
        >>> names_of("by_leg")
        Traceback (most recent call last):
        ValueError: there is no array 'by_leg'; there are: matrix, by_lag, ...
    """
    if given is None:
        return NAMES
    names = tuple(name.strip() for name in given.split(","))
    for name in names:
        if name not in NAMES:
            raise ValueError(f"there is no array {name!r}; there are: {', '.join(NAMES)}.")
    return names


def gradient_arrays(asked: Asked, names: Sequence[str] = NAMES) -> Arrays:
    """The arrays of these names, by name; only what they need is computed.

    Args:
        asked: about what.
        names: among `NAMES`; of all, those that the network has.

    Raises:
        ValueError: one is named that this network does not have.
    """
    wanted = [entry for entry in ENTRIES if set(entry.names) & set(names)]
    found = {name: array for entry in wanted for name, array in entry.compute(asked).items()}
    missing = [name for name in names if name not in found]
    if missing and tuple(names) != NAMES:
        cell = asked.network.config.cell
        raise ValueError(
            f"{', '.join(missing)}: a network of the cell {cell} has none. Leave it out."
        )
    return {name: found[name] for name in names if name in found}

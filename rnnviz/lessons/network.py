"""A person's own network over a few characters, from its weights alone and without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.config import ModelConfig
from rnnviz.lessons.cell import CellWeights, Step, Vector, unroll
from rnnviz.lessons.readout import softmax


@dataclass(frozen=True, slots=True, eq=False)
class UnrolledNetwork:
    """A network unrolled over a few characters, from the zero state.

    Attributes:
        weights: of layer 0.
        steps: of layer 0 (time).
        probability: of each character to come next, read out of the top layer (time, vocab).
    """

    weights: CellWeights
    steps: list[Step]
    probability: Vector


def read(
    config: ModelConfig, weights: Mapping[str, NDArray[Any]], ids: NDArray[np.integer[Any]]
) -> UnrolledNetwork:
    """Read characters by id (time).

    Args:
        config: cell and layers.
        weights: under PyTorch's names, as a snapshot keeps them.
        ids: the characters, at least one.

    Example:
        >>> one, zero = np.ones((1, 2)), np.zeros(1)
        >>> weights = {"rnn.weight_ih_l0": one, "rnn.weight_hh_l0": np.ones((1, 1))}
        >>> weights |= {"rnn.bias_ih_l0": zero, "rnn.bias_hh_l0": zero}
        >>> weights |= {"decoder.weight": np.zeros((2, 1)), "decoder.bias": np.zeros(2)}
        >>> read(ModelConfig("rnn", hidden_size=1), weights, np.array([1])).probability
        array([[0.5, 0.5]])
    """
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    layers: list[tuple[CellWeights, list[Step]]] = []
    inputs: Vector = np.eye(len(weights["decoder.bias"]))[np.asarray(ids, np.intp)]
    for layer in range(config.num_layers):
        own = {n: np.asarray(weights[f"rnn.{n}_l{layer}"], np.float64) for n in names}
        cell = CellWeights(config.cell, **own, nonlinearity=config.nonlinearity)
        layers.append((cell, unroll(cell, inputs)))
        inputs = np.array([step.h for step in layers[-1][1]])
    decoder = np.asarray(weights["decoder.weight"], np.float64)
    logits = inputs @ decoder.T + np.asarray(weights["decoder.bias"], np.float64)
    return UnrolledNetwork(*layers[0], softmax(logits))

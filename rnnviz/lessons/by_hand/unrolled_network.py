"""A person's own network over a few characters, from its weights alone and without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.config import ModelConfig
from rnnviz.lessons.by_hand.cell import CellWeights, Step, step, unroll
from rnnviz.lessons.by_hand.readout import softmax
from rnnviz.records import Array, Ids


@dataclass(frozen=True, slots=True, eq=False)
class UnrolledNetwork:
    """A network unrolled over a few characters, from the zero state.

    Attributes:
        cells: the weights of each layer, the lowest first (layer).
        layers: what each layer did (layer, time).
        decoder: W_hy (vocab, unit).
        decoder_bias: b_y (vocab).
        logits: y_t, read out of the top layer (time, vocab).
    """

    cells: list[CellWeights]
    layers: list[list[Step]]
    decoder: Array
    decoder_bias: Array
    logits: Array

    @property
    def weights(self) -> CellWeights:
        """Those of layer 0."""
        return self.cells[0]

    @property
    def steps(self) -> list[Step]:
        """Those of layer 0 (time)."""
        return self.layers[0]

    @property
    def h(self) -> Array:
        """Hidden states of the top layer (time, unit)."""
        return np.array([step.h for step in self.layers[-1]])

    @property
    def probability(self) -> Array:
        """Of each character to come next: softmax of the logits (time, vocab)."""
        return softmax(self.logits)


def read(
    config: ModelConfig,
    weights: Mapping[str, NDArray[Any]],
    ids: Ids,
    *,
    memory: bool = True,
) -> UnrolledNetwork:
    """Read characters by id (time).

    Args:
        config: cell and layers.
        weights: under PyTorch's names, as a snapshot keeps them.
        ids: the characters, at least one.
        memory: where False, h_{t-1} (and c_{t-1}) is 0 in every layer at every timestep, so that
            each character is read as if it were the first.

    Example:
        >>> one, zero = np.ones((1, 2)), np.zeros(1)
        >>> weights = {"rnn.weight_ih_l0": one, "rnn.weight_hh_l0": np.ones((1, 1))}
        >>> weights |= {"rnn.bias_ih_l0": zero, "rnn.bias_hh_l0": zero}
        >>> weights |= {"decoder.weight": np.zeros((2, 1)), "decoder.bias": np.zeros(2)}
        >>> read(ModelConfig("rnn", hidden_size=1), weights, np.array([1])).probability
        array([[0.5, 0.5]])
    """
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    decoder, bias = (np.asarray(weights[f"decoder.{n}"], np.float64) for n in ("weight", "bias"))
    cells: list[CellWeights] = []
    layers: list[list[Step]] = []
    inputs: Array = np.eye(len(bias))[np.asarray(ids, np.intp)]
    for layer in range(config.num_layers):
        own = {n: np.asarray(weights[f"rnn.{n}_l{layer}"], np.float64) for n in names}
        cells.append(CellWeights(config.cell, **own, nonlinearity=config.nonlinearity))
        layers.append(unroll(cells[-1], inputs) if memory else _each_alone(cells[-1], inputs))
        inputs = np.array([step.h for step in layers[-1]])
    return UnrolledNetwork(cells, layers, decoder, bias, inputs @ decoder.T + bias)


def _each_alone(weights: CellWeights, inputs: Array) -> list[Step]:
    return [step(weights, x, np.zeros(weights.units)) for x in inputs]

"""A person's own network over a few characters, from its weights alone and without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.config import ModelConfig
from rnnviz.lessons.cell import CellWeights, Step, Vector, step, unroll
from rnnviz.lessons.readout import softmax


@dataclass(frozen=True, slots=True, eq=False)
class UnrolledNetwork:
    """A network unrolled over a few characters, from the zero state.

    Attributes:
        weights: of layer 0.
        steps: of layer 0 (time).
        h: hidden states of the top layer (time, unit).
        logits: y_t of each character to come next, read out of the top layer (time, vocab).
    """

    weights: CellWeights
    steps: list[Step]
    h: Vector
    logits: Vector

    @property
    def probability(self) -> Vector:
        """Softmax of the logits (time, vocab)."""
        return softmax(self.logits)

    def loss(self, targets: NDArray[np.integer[Any]]) -> Vector:
        """l_t = -ln p_t[target_t] = ln sum exp(y_t) - y_t[target_t], in nats (time).

        Args:
            targets: the character that comes next, by id (time).
        """
        of_target = self.logits[np.arange(len(targets)), np.asarray(targets, np.intp)]
        return np.asarray(np.logaddexp.reduce(self.logits, axis=1) - of_target)


def read(
    config: ModelConfig,
    weights: Mapping[str, NDArray[Any]],
    ids: NDArray[np.integer[Any]],
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
    layers: list[tuple[CellWeights, list[Step]]] = []
    inputs: Vector = np.eye(len(weights["decoder.bias"]))[np.asarray(ids, np.intp)]
    for layer in range(config.num_layers):
        own = {n: np.asarray(weights[f"rnn.{n}_l{layer}"], np.float64) for n in names}
        cell = CellWeights(config.cell, **own, nonlinearity=config.nonlinearity)
        layers.append((cell, unroll(cell, inputs) if memory else _each_alone(cell, inputs)))
        inputs = np.array([step.h for step in layers[-1][1]])
    decoder = np.asarray(weights["decoder.weight"], np.float64)
    logits = inputs @ decoder.T + np.asarray(weights["decoder.bias"], np.float64)
    return UnrolledNetwork(*layers[0], inputs, logits)


def _each_alone(weights: CellWeights, inputs: Vector) -> list[Step]:
    return [step(weights, x, np.zeros(weights.units)) for x in inputs]
